"""The groups of a list as its sections: one report tells them all, with the filter of their rows.

The rows of a section are a list by themselves, so that groups are read without any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chassis import wire
from gateway.pages.descriptions import Description
from gateway.pages.groups import name_of, parted
from gateway.pages.list_state import ListState
from gateway.pages.viewer import Viewer, viewer_of

if TYPE_CHECKING:
    from gateway.asked import Asked

_COUNT: Final = "count"
_LIMIT: Final = 100


@dataclass(frozen=True)
class Section:
    """A group: its name, how many rows it has, and the filter of exactly these."""

    name: str
    count: int
    filter: Mapping[str, Any]
    given: bool

    @property
    def filter_text(self) -> str:
        """The filter as it stands in an address."""
        return wire.dumps(self.filter).decode()


@dataclass(frozen=True)
class Sections:
    """The groups in order. `more` says that there are groups beyond these."""

    items: list[Section]
    more: bool

    @property
    def total(self) -> int:
        """How many rows they have."""
        return sum(section.count for section in self.items)


def read_sections(asked: Asked, description: Description, state: ListState) -> Sections:
    """The groups of the list. Raises what its service refuses a report with."""
    names = [name.strip() for name in state.group.split(",")]
    referring = _references(description, names)
    query = {
        "group": state.group, "measure": _COUNT, "filter": state.filter, "q": state.q or None,
        "sort": _order(description, state, names), "limit": _LIMIT,
        "include": ",".join(referring) or None,
    }  # fmt: skip
    entity = description.entity
    said = asked.call(entity.service, "report", {
        "entity": entity.name, "query": {n: v for n, v in query.items() if v is not None},
    })  # fmt: skip
    viewer = viewer_of(asked)
    items = [_section(viewer, description, names, group) for group in said["groups"]]
    if referring:
        items.sort(key=lambda section: (not section.given, section.name.casefold()))
    return Sections(items, said["more"])


def _section(
    viewer: Viewer, description: Description, names: list[str], group: Mapping[str, Any]
) -> Section:
    keys = group["key"]
    words = [name_of(viewer, description, name, keys[name], group) for name in names]
    given = all(key is not None for key in keys.values())
    return Section(" · ".join(words), group["figures"][_COUNT], group["filter"], given)


def _references(description: Description, names: list[str]) -> list[str]:
    """Under which names groups show what they refer to."""
    fields = [description.fields[name] for name in names if name in description.fields]
    return [field.include for field in fields if field.include]


def _order(description: Description, state: ListState, names: list[str]) -> str | None:
    """Groups stand in their own order, turned round where rows are. Of what is referred to the
    largest are read, since identifiers have no order, and then stand by their names."""
    if _references(description, names):
        return f"-{_COUNT}"
    first, _, _ = (state.sort or description.default_sort).partition(",")
    return f"-{names[0]}" if first == f"-{parted(names[0])[1]}" else None
