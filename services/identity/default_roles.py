"""The four roles that every organisation begins with."""

from __future__ import annotations

from typing import Any, Final

from chassis.access.members import ADMINISTRATOR
from contracts.access import OPERATIONS, SETTINGS

# Entities that are still to come are granted already, so that a role need not change with them.
SOLD: Final = ("lead", "contact", "company", "deal", "activity", "task")
_WORKED: Final = ("read", "add", "update")


def default_roles() -> list[dict[str, Any]]:
    """The values of the default roles. All but the administrator's can be changed and removed."""
    return [
        _role(
            ADMINISTRATOR,
            "Administrator",
            "Administrador",
            dict.fromkeys(OPERATIONS, "all"),
            list(SETTINGS),
        ),
        _role(
            "chief_executive",
            "Chief executive",
            "Diretor-presidente",
            dict.fromkeys(OPERATIONS, "all"),
            reopens=True,
        ),
        _role(
            "head_of_department",
            "Head of department",
            "Chefe de departamento",
            dict.fromkeys(_WORKED, "subdepartments"),
            reopens=True,
        ),
        _role("manager", "Manager", "Gerente de vendas", dict.fromkeys(_WORKED, "own")),
    ]


def _role(
    code: str,
    english: str,
    portuguese: str,
    levels: dict[str, str],
    settings: list[str] | None = None,
    *,
    reopens: bool = False,
) -> dict[str, Any]:
    return {
        "code": code,
        "name": {"en": english, "pt-BR": portuguese},
        "grants": {entity: dict(levels) for entity in SOLD},
        "settings": settings or [],
        "switches": {"deal": {"reopen": True}} if reopens else {},
    }
