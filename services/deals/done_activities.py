"""The copy of which activities were done about deals, and what stages ask of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, exists, select
from sqlalchemy.dialects.postgresql import insert

from chassis.listening.event import Event
from contracts.deals import DEMANDED_ACTIVITIES
from services.deals.models import DONE_ACTIVITIES

_DEAL = "deal"


def take_activities(connection: Connection, events: Sequence[Event]) -> None:
    """Keep what the newest of `events` says of each activity: of which deals it was done."""
    newest: dict[UUID, Event] = {}
    for event in events:
        known = newest.get(event.record_id)
        # What is gone is told without its kind.
        told = event.erases or event.record.get("kind") in DEMANDED_ACTIVITIES
        if told and (known is None or known.record_version < event.record_version):
            newest[event.record_id] = event
    for event in newest.values():
        _take(connection, event)


def was_done(connection: Connection, deal_id: UUID, kind: str) -> bool:
    """Whether an activity of `kind` was done about the deal."""
    c = DONE_ACTIVITIES.c
    found = exists().where(c.deal_id == deal_id, c.kind == kind)
    return bool(connection.execute(select(found)).scalar_one())


def forget_deals(connection: Connection, ids: Sequence[UUID]) -> None:
    """Forget what was done about deals."""
    connection.execute(delete(DONE_ACTIVITIES).where(DONE_ACTIVITIES.c.deal_id.in_(ids)))


def _take(connection: Connection, event: Event) -> None:
    c = DONE_ACTIVITIES.c
    older = delete(DONE_ACTIVITIES).where(
        c.activity_id == event.record_id, c.version <= event.record_version
    )
    connection.execute(older)
    rows = [
        {
            "deal_id": deal_id,
            "activity_id": event.record_id,
            "kind": event.record["kind"],
            "version": event.record_version,
        }
        for deal_id in _deals(event.record)
    ]
    if rows:
        connection.execute(insert(DONE_ACTIVITIES).values(rows).on_conflict_do_nothing())


def _deals(record: dict[str, Any]) -> list[UUID]:
    if record.get("deleted") or not record.get("done"):
        return []
    linked = [link.get("id") for link in record.get("links") or () if link.get("type") == _DEAL]
    return list(dict.fromkeys(UUID(identifier) for identifier in linked if identifier))
