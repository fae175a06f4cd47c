"""Writing the system activities that note what happened to a record.

They tell again what a journal holds, that of the record's owner or, of tasks, our own, and have
none themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from chassis.context import Context
from chassis.journal.writing import record_events
from chassis.listening.event import Event
from chassis.listening.labels import hold_labels
from chassis.records.changes import new_event
from chassis.records.field_types.record_links import RecordLink
from chassis.records.hooks import Row
from chassis.records.inserting import insert_rows
from chassis.records.record_links import insert_record_links
from services.activities.models import Activity, Task
from services.activities.rules import SYSTEM, activity_id, noted_data

_ENTITY = Activity.entity
_TABLE = _ENTITY.table


def note_events(connection: Connection, events: Sequence[Event]) -> None:
    """Write one system activity for each of `events` that has none yet, in their order."""
    known = select(_TABLE.c.event_id).where(_TABLE.c.event_id.in_([event.id for event in events]))
    noted = set(connection.execute(known).scalars())
    fresh = [event for event in events if event.id not in noted]
    if not fresh:
        return
    notes = [
        (
            _activity(
                event.id,
                event.name,
                event.occurred_at,
                event.actor,
                noted_data(event.record_version, event.changes),
            ),
            [RecordLink(event.entity, event.record_id), *made_links(event)],
        )
        for event in fresh
    ]
    # This may be ahead of the listener that takes labels: what it lacks the events tell.
    _insert(connection, notes, fresh)


def note_finished(connection: Connection, context: Context, rows: Sequence[Row]) -> None:
    """Tell that the tasks `rows`, complete ones, are finished, and note it on what they are about.

    A note says what was done by the task's title: its readers need not read the task.
    """
    told = [
        replace(new_event(Task.entity, "finished", row, {}), occurred_at=row["done_at"])
        for row in rows
    ]
    field, actor = Task.entity.record_links, context.actor.as_wire()
    assert field is not None
    notes = []
    for row, event, event_id in zip(
        rows, told, record_events(connection, context, told), strict=True
    ):
        if links := field.value(row):
            data = {"version": row["version"], "task_id": str(row["id"])}
            note = _activity(event_id, event.name, row["done_at"], actor, data, row["title"])
            notes.append((note, links))
    _insert(connection, notes)


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


def _insert(
    connection: Connection,
    notes: Sequence[tuple[Row, list[RecordLink]]],
    events: Sequence[Event] = (),
) -> None:
    field = _ENTITY.record_links
    assert field is not None
    insert_rows(connection, _TABLE, [row for row, _ in notes])
    pointed = {pair for _, links in notes for pair in field.pointed(links)}
    hold_labels(connection, pointed, events)
    links = {row["id"]: links for row, links in notes}
    insert_record_links(connection, field, links, held=True)


def _activity(
    event_id: UUID,
    name: str,
    occurred_at: datetime,
    actor: Mapping[str, Any],
    data: dict[str, Any],
    body: str | None = None,
) -> Row:
    now, user = datetime.now(UTC), actor.get("id")
    return {
        "id": activity_id(event_id),
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
        "subject": name,
        "body": body,
        "done": True,
        "cancelled": False,
        "done_at": occurred_at,
        "occurred_at": occurred_at,
        "has_links": True,
        "actor": actor,
        "data": data,
        "event_id": event_id,
    }
