"""Which of the events of the past somebody looks for, and where among them to go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis import wire
from chassis.errors import Malformed
from chassis.records.field_types.references import as_identifier
from chassis.records.field_types.times import as_moment
from chassis.records.query.parse import refuse

# Names of acts and fields are shorter.
NAME_LIMIT: Final = 100


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event stands among all: by its time, and its id within that."""

    occurred_at: datetime
    id: UUID

    @classmethod
    def read(cls, text: Any) -> Place:
        """The place that `text` tells of; Malformed for anything else."""
        moment, _, identifier = text.partition("_") if isinstance(text, str) else ("", "", "")
        try:
            return cls(as_moment(moment), as_identifier(identifier))
        except Malformed:
            refuse("/before", "bad_cursor", "Not a place among these events.")

    def __str__(self) -> str:
        """As services tell of it: texts that stand in the order of their events."""
        return f"{wire.timestamp(self.occurred_at)}_{self.id}"


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; None is any. `act` is what the event's name says after its entity."""

    act: str | None = None
    actor: UUID | None = None
    record: UUID | None = None
    field: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> Sought:
        """What `query` looks for; Malformed when it cannot be understood."""
        given = {name: query[name] for name in _PARTS if query.get(name) is not None}
        return cls(**{name: _read(name, value) for name, value in given.items()})


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise Malformed("Must be text.", code="wrong_type")
    if len(value) > NAME_LIMIT:
        raise Malformed(f"At most {NAME_LIMIT} characters.", code="too_long")
    return value


_PARTS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "act": _name, "field": _name, "actor": as_identifier, "record": as_identifier,
    "since": as_moment, "until": as_moment,
}  # fmt: skip


def _read(name: str, value: Any) -> Any:
    try:
        return _PARTS[name](value)
    except Malformed as refusal:
        refuse(f"/{name}", refusal.code, refusal.detail)
