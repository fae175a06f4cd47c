"""Writing the system activities that note what happened to a record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from chassis import wire
from chassis.access.organisation import Organisation
from chassis.journal.writing import NewEvent, record_each
from chassis.listening.event import Event
from chassis.records.inserting import insert_rows
from contracts.activities import SERVICE
from services.activities.models import Activity
from services.activities.rules import SYSTEM, activity_id, noted_data

_TABLE = Activity.entity.table


def note_events(
    connection: Connection, organisation: Organisation, events: Sequence[Event]
) -> None:
    """Write one system activity for each of `events` that has none yet, in their order."""
    known = select(_TABLE.c.event_id).where(_TABLE.c.event_id.in_([event.id for event in events]))
    noted = set(connection.execute(known).scalars())
    fresh = [event for event in events if event.id not in noted]
    rows = [_activity(event) for event in fresh]
    insert_rows(connection, _TABLE, rows)
    record_each(
        connection,
        (
            (event.context(SERVICE, organisation), _created(row))
            for event, row in zip(fresh, rows, strict=True)
        ),
    )


def _activity(event: Event) -> dict[str, Any]:
    now, user = datetime.now(UTC), event.actor.get("id")
    return {
        "id": activity_id(event.id),
        "version": 1,
        "observer_ids": [],
        "open": False,
        "tags": [],
        "custom": {},
        "created_at": now,
        "created_by": user,
        "updated_at": now,
        "updated_by": user,
        "kind": SYSTEM,
        "subject": event.name,
        "occurred_at": event.occurred_at,
        "target_entity": event.entity,
        "target_id": event.record_id,
        "actor": event.actor,
        "data": noted_data(event.record_version, event.changes),
        "event_id": event.id,
    }


def _created(row: dict[str, Any]) -> NewEvent:
    told = ("kind", "subject", "target_entity", "actor", "data", "observer_ids", "open")
    record = {name: row[name] for name in told} | {
        "id": str(row["id"]),
        "target_id": str(row["target_id"]),
        "occurred_at": wire.timestamp(row["occurred_at"]),
        "owner_id": None,
        "stage_id": None,
        "deleted": False,
    }
    return NewEvent(
        name="activity.created",
        entity="activity",
        record_id=row["id"],
        record_version=1,
        record=record,
        changes={},
    )
