"""Saving what somebody changed in a form: nothing overwritten in silence, nothing asked in vain.

A form remembers what the record held when it was shown. When the record has changed since, fields
that only one side changed go together, and a person decides about those that both did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chassis.errors import Conflict, Stale
from gateway.pages.descriptions import Description
from gateway.pages.forms import changed

if TYPE_CHECKING:
    from gateway.asked import Asked

_ATTEMPTS: Final = 3


@dataclass(frozen=True)
class Clash:
    """A field that somebody else changed meanwhile, to another value than `mine`."""

    name: str
    mine: Any
    theirs: Any


class Clashing(Exception):
    """Fields that both changed; `current` is the record as it is."""

    def __init__(self, current: Mapping[str, Any], clashes: list[Clash]) -> None:
        super().__init__()
        self.current = current
        self.clashes = clashes


def read_record(asked: Asked, description: Description, identifier: str) -> dict[str, Any]:
    """The record with the names of all that it refers to."""
    arguments = {
        "entity": description.entity.name,
        "id": identifier,
        "include": ",".join(description.includes) or None,
    }
    record: dict[str, Any] = asked.call(description.entity.service, "get", arguments)
    return record


def create(asked: Asked, description: Description, values: Mapping[str, Any]) -> dict[str, Any]:
    """The new record."""
    given = {name: value for name, value in values.items() if value not in (None, "", [], {})}
    arguments = {"entity": description.entity.name, "values": given}
    reply = asked.call(description.entity.service, "create", arguments)
    record: dict[str, Any] = reply.get("record", reply)
    return record


def update(
    asked: Asked, description: Description, identifier: str, version: Any,
    values: Mapping[str, Any], part: object = 0,
) -> Any:  # fmt: skip
    """The record after a merge-patch of `values` made against `version`."""
    arguments = {
        "entity": description.entity.name,
        "id": identifier,
        "values": dict(values),
        "expected_version": version,
    }
    reply = asked.keyed(part).call(description.entity.service, "update", arguments)
    inner = reply.get("record")
    return inner if isinstance(inner, Mapping) and "type" not in reply else reply


def save(
    asked: Asked, description: Description, identifier: str, version: int | str,
    values: Mapping[str, Any], base: Mapping[str, Any],
) -> Any:  # fmt: skip
    """The record with what differs from `base` among `values`. Raises Clashing when somebody else
    changed the same fields otherwise, and whatever the service refuses with."""
    mine = changed(values, base)
    for attempt in range(_ATTEMPTS):
        if not mine:
            return read_record(asked, description, identifier)
        try:
            return update(asked, description, identifier, version, mine, attempt)
        except Stale:
            current = read_record(asked, description, identifier)
            mine = _reconciled(current, mine, base)
            version = current["version"]
    raise Conflict("The record keeps changing; try again.", code="stale_version")


def _reconciled(
    current: Mapping[str, Any], mine: Mapping[str, Any], base: Mapping[str, Any]
) -> dict[str, Any]:
    """Those of `mine` that are still to be saved over `current`."""
    left = changed(mine, current)
    clashes = [
        Clash(name, value, current.get(name))
        for name, value in left.items()
        if changed({name: current.get(name)}, base)
    ]
    if clashes:
        raise Clashing(current, clashes)
    return left
