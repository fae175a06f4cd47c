"""An event as listeners are handed it."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis.access.organisation import Organisation
from chassis.context import Actor, Context
from chassis.errors import Malformed

_REACTION_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Event:
    """One event, as `contracts.envelope.EventSchema` describes it."""

    id: UUID
    entity: str
    record_id: UUID
    record_version: int
    position: int
    schema: int
    name: str
    actor: dict[str, Any]
    root_cause: UUID
    depth: int
    traceparent: str | None
    silent: bool
    occurred_at: datetime
    record: dict[str, Any]
    changes: dict[str, Any]

    @classmethod
    def from_wire(cls, raw: Any) -> Event:
        """The event that `raw` describes; fields unknown to this release are left out.

        Raises Malformed when something is missing or of the wrong type.
        """
        try:
            identifier, cause = raw["id"], raw["root_cause"]
            own = UUID(identifier)
            event = cls(
                id=own,
                entity=raw["entity"],
                record_id=UUID(raw["record_id"]),
                record_version=raw["record_version"],
                position=raw["position"],
                schema=raw["schema"],
                name=raw["name"],
                actor=raw["actor"],
                root_cause=own if cause == identifier else UUID(cause),
                depth=raw["depth"],
                traceparent=raw["traceparent"],
                silent=raw["silent"],
                occurred_at=datetime.fromisoformat(raw["occurred_at"]),
                record=raw["record"],
                changes=raw["changes"],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Malformed("This is no event.", code="malformed_event") from error
        if not event._is_well_typed():
            raise Malformed("This is no event.", code="malformed_event")
        return event

    def as_wire(self) -> dict[str, Any]:
        """The event as it came."""
        return asdict(self)

    def context(self, service: str, organisation: Organisation) -> Context:
        """In whose name `service` acts upon this event: the same user's, one step further on."""
        user = self.actor.get("id")
        return Context(
            actor=Actor("service", user and UUID(user), service, cause=self.name),
            organisation=organisation,
            deadline=time.monotonic() + _REACTION_SECONDS,
            call_id=self.id.hex,
            root_cause=self.root_cause,
            depth=self.depth + 1,
            traceparent=self.traceparent,
            silent=self.silent,
        )

    def _is_well_typed(self) -> bool:
        numbers = (self.record_version, self.position, self.schema, self.depth)
        return (
            [*map(type, numbers)] == [int, int, int, int]
            and isinstance(self.entity, str)
            and isinstance(self.name, str)
            and isinstance(self.actor, dict)
            and isinstance(self.record, dict)
            and isinstance(self.changes, dict)
            and isinstance(self.silent, bool)
            and self.occurred_at.tzinfo is not None
        )
