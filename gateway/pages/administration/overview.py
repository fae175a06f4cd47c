"""What there is to set up, each part for whoever holds its setting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from chassis.access.rights import Rights
from contracts.access import SETTINGS
from contracts.catalogue import ENTITIES
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.administration.rows import BASE, row
from gateway.pages.administration.stages import NO_PIPELINE, SETTING
from gateway.pages.house import House
from gateway.pages.navigation import icon_of
from gateway.registry import Route
from gateway.routes.statuses import STAGED


@dataclass(frozen=True)
class Part:
    """A part of administration. Its label, and what it is for, are English texts."""

    label: str
    about: str
    path: str
    icon: str
    setting: str | None


# Entities whose list is not the usual one.
_PLACES: Final = {"department": f"{BASE}/departments", "role": f"{BASE}/roles"}
_RIGHTS: Final = Part(
    "Why can somebody see this?", "about_explain", f"{BASE}/explain", "help", "roles"
)
_PIPELINES: Final = Part(
    "Pipelines", "about_pipelines", f"{BASE}/pipelines", "layout-kanban", SETTING
)
_SYSTEM: Final = [
    Part("Organisation", "about_organisation", f"{BASE}/organisation", "settings", "organisation"),
    Part("API tokens", "about_tokens", "/tokens", "link", None),
    Part("Events that failed", "about_dead_events", f"{BASE}/dead-events", "alert-triangle",
         "audit"),
    Part("Audit", "about_audit", f"{BASE}/audit", "history", "audit"),
]  # fmt: skip


def overview_pages(house: House) -> Iterator[Route]:
    """The page from which all others are found."""
    yield row(
        "GET", BASE, "overview", SETTINGS, lambda asked: _overview(house, asked),
        "What there is to set up",
    )  # fmt: skip


def parts() -> Iterator[tuple[str, list[Part]]]:
    """The parts under headings, which are English texts."""
    people = [
        Part(
            entity.plural.replace("_", " ").capitalize(),
            f"about_{entity.name}",
            _PLACES.get(entity.name, f"/{entity.plural}"),
            icon_of(entity.name),
            entity.setting,
        )
        for entity in ENTITIES.values()
        if entity.listed and entity.setting is not None
    ]
    yield "People and rights", [*people, _RIGHTS]
    statuses = [
        Part(f"Statuses of {entity.plural}", "about_statuses",
             f"{BASE}/stages/{entity.plural}/{NO_PIPELINE}", "list", SETTING)
        for entity in ENTITIES.values()
        if entity.name in STAGED
    ]  # fmt: skip
    yield "How you sell", [_PIPELINES, *statuses]
    yield "The system", _SYSTEM


def _overview(house: House, asked: Asked) -> Answer:
    assert asked.user is not None
    rights = asked.user.rights
    shown = [(heading, [part for part in found if _open(part, rights)])
             for heading, found in parts()]  # fmt: skip
    return house.page(asked, "administration.html", parts=[pair for pair in shown if pair[1]])


def _open(part: Part, rights: Rights) -> bool:
    return part.setting is None or rights.may_set(part.setting)
