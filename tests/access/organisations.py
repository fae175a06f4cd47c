"""Organisations for tests, built as identity would send them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid5

from chassis.access.organisation import Organisation
from chassis.access.rights import Rights
from chassis.context import Actor

_SPACE = UUID("3f0e6c1e-6a52-4b9c-9f0b-1d1f0d4c7a10")


def an_id(name: str) -> UUID:
    """The same id for the same name, always."""
    return uuid5(_SPACE, name)


def user(
    name: str,
    *,
    departments: Iterable[str] = (),
    roles: Iterable[str] = (),
    active: bool = True,
) -> dict[str, Any]:
    """A user's row in a difference."""
    return {
        "id": str(an_id(name)),
        "name": name,
        "email": f"{name}@example.com",
        "active": active,
        "locale": None,
        "time_zone": None,
        "department_ids": [str(an_id(one)) for one in departments],
        "role_codes": list(roles),
        "deleted": False,
    }


def department(name: str, parent: str | None = None) -> dict[str, Any]:
    """A department's row in a difference."""
    above = parent and str(an_id(parent))
    return {"id": str(an_id(name)), "name": name, "parent_id": above, "head_id": None}


def group(name: str, *members: str, kind: str = "user") -> dict[str, Any]:
    """A group's row in a difference."""
    ids = [str(an_id(member)) for member in members]
    return {"id": str(an_id(name)), "name": name, "kind": kind, "member_ids": ids}


def role(code: str, grants: Mapping[str, Any] | None = None, **content: Any) -> dict[str, Any]:
    """A role's row in a difference; `to` names whom it is given to, by kind."""
    to = content.pop("to", {})
    return {
        "id": str(an_id(f"role {code}")),
        "code": code,
        "name": code.title(),
        "grants": grants or {},
        "assigned_to": {kind: [str(an_id(one)) for one in names] for kind, names in to.items()},
        **content,
    }


def organisation(
    *,
    users: Iterable[dict[str, Any]] = (),
    departments: Iterable[dict[str, Any]] = (),
    groups: Iterable[dict[str, Any]] = (),
    roles: Iterable[dict[str, Any]] = (),
) -> Organisation:
    """An organisation of these rows."""
    return Organisation.empty().apply(
        {
            "version": 1,
            "full": True,
            "users": list(users),
            "departments": list(departments),
            "groups": list(groups),
            "roles": list(roles),
        }
    )


def rights_of(known: Organisation, name: str, scopes: tuple[str, ...] | None = None) -> Rights:
    """The rights of the user called `name`."""
    return known.rights(Actor("user", an_id(name), "gateway", scopes=scopes))
