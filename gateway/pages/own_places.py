"""The places that are somebody's own and no entity's: home, their tasks, their calendar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chassis.access.rights import Rights
from contracts.access import Level


@dataclass(frozen=True)
class OwnPlace:
    """An entry above the menu of entities. `label` is an English text, `go` what its shortcut
    begins with, `entities` those of which one must be read to have any use for it."""

    path: str
    label: str
    icon: str
    go: str
    entities: tuple[str, ...]


HOME: Final = OwnPlace("/", "Home page", "home", "home", ())
_PLACES: Final = (
    HOME,
    OwnPlace("/my/tasks", "My tasks", "list-check", "own", ("task",)),
    OwnPlace("/calendar", "Calendar", "calendar", "week", ("task", "activity")),
)


def own_places(rights: Rights) -> list[OwnPlace]:
    """Those of whoever has `rights`."""
    return [
        place
        for place in _PLACES
        if not place.entities
        or any(rights.anywhere(name, "read") is not Level.none for name in place.entities)
    ]
