"""Writing the system activities that note what happened to a record.

They tell again what the journal of the record's owner holds, so they have no journal of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select

from chassis.listening.event import Event
from chassis.listening.labels import hold_labels
from chassis.records.field_types.record_links import RecordLink
from chassis.records.inserting import insert_rows
from chassis.records.record_links import insert_record_links
from services.activities.models import Activity
from services.activities.rules import SYSTEM, activity_id, noted_data

NAME_FIELDS: Final = {"lead": "title", "contact": "name", "company": "name", "deal": "title"}

_ENTITY = Activity.entity
_TABLE = _ENTITY.table


def note_events(connection: Connection, events: Sequence[Event]) -> None:
    """Write one system activity for each of `events` that has none yet, in their order."""
    known = select(_TABLE.c.event_id).where(_TABLE.c.event_id.in_([event.id for event in events]))
    noted = set(connection.execute(known).scalars())
    fresh = [event for event in events if event.id not in noted]
    if not fresh:
        return
    rows = [_activity(event) for event in fresh]
    insert_rows(connection, _TABLE, rows)
    field = _ENTITY.record_links
    assert field is not None
    links = {
        row["id"]: [RecordLink(event.entity, event.record_id), *made_links(event)]
        for event, row in zip(fresh, rows, strict=True)
    }
    # This may be ahead of the listener that takes labels: what it lacks the events tell.
    pointed = {pair for each in links.values() for pair in field.pointed(each)}
    hold_labels(connection, pointed, fresh, NAME_FIELDS)
    insert_record_links(connection, field, links, held=True)


def made_links(event: Event) -> list[RecordLink]:
    """What a lead became, when `event` tells of its conversion."""
    if event.name != "lead.converted":
        return []
    made = event.record.get("converted_to") or {}
    return [
        RecordLink(entity, UUID(made[entity]))
        for entity in ("contact", "company", "deal")
        if made.get(entity)
    ]


def _activity(event: Event) -> dict[str, Any]:
    now, user = datetime.now(UTC), event.actor.get("id")
    return {
        "id": activity_id(event.id),
        "version": 1,
        "observer_ids": [],
        "participant_ids": [],
        "open": False,
        "tags": [],
        "custom": {},
        "created_at": now,
        "created_by": user,
        "updated_at": now,
        "updated_by": user,
        "kind": SYSTEM,
        "subject": event.name,
        "done": True,
        "cancelled": False,
        "done_at": event.occurred_at,
        "occurred_at": event.occurred_at,
        "has_links": True,
        "actor": event.actor,
        "data": noted_data(event.record_version, event.changes),
        "event_id": event.id,
    }
