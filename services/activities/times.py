"""When something was last done about a record, and what is planned next: told to its owner."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from chassis import wire
from chassis.context import Context
from chassis.journal.writing import NewEvent, record_events
from chassis.records.changes import Changes
from chassis.records.hooks import Row
from services.activities.models import ACTIVITY_TIMES, Activity
from services.activities.rules import SYSTEM

EVENT: Final = "activity_times.changed"
Target = tuple[str, UUID]

_TABLE = Activity.entity.table


def tell_times_of(connection: Connection, context: Context, row: Row, changes: Changes) -> None:
    """Tell of what the activity of `row` is about, and was about before."""
    field = Activity.entity.record_links
    assert field is not None
    before = (changes.get(field.name) or [None])[0] or ()
    tell_times(
        connection,
        context,
        {*field.pointed(field.value(row)), *field.pointed(field.parse(list(before)))},
    )


def tell_times(connection: Connection, context: Context, targets: Collection[Target]) -> None:
    """Say of each of `targets` that has other times now than were told before."""
    events = []
    for entity, identifier in sorted(targets):
        known = _hold(connection, entity, identifier)
        found = _found(connection, entity, identifier)
        if (known.next_activity_at, known.last_activity_at) != found:
            events.append(_keep(connection, entity, identifier, known.version + 1, *found))
    record_events(connection, context, events)


def _hold(connection: Connection, entity: str, identifier: UUID) -> Any:
    """The row of a record, locked: who else changes its activities waits, and then counts them."""
    c = ACTIVITY_TIMES.c
    row = {"entity": entity, "record_id": identifier, "version": 0}
    connection.execute(insert(ACTIVITY_TIMES).values(row).on_conflict_do_nothing())
    query = select(ACTIVITY_TIMES).where(c.entity == entity, c.record_id == identifier)
    return connection.execute(query.with_for_update()).one()


def _found(
    connection: Connection, entity: str, identifier: UUID
) -> tuple[datetime | None, datetime | None]:
    field = Activity.entity.record_links
    assert field is not None and field.child is not None
    links, c = field.child.c, _TABLE.c
    planned = ~c.done & ~c.cancelled
    query = (
        select(
            func.min(c.starts_at).filter(planned),
            func.max(c.occurred_at).filter(c.done),
        )
        .join(field.child, links.record_id == c.id)
        .where(links.target_id == identifier, links.entity == entity)
        .where(c.kind != SYSTEM, c.deleted_at.is_(None))
    )
    soonest, latest = connection.execute(query).one()
    return soonest, latest


def _keep(
    connection: Connection,
    entity: str,
    identifier: UUID,
    version: int,
    soonest: datetime | None,
    latest: datetime | None,
) -> NewEvent:
    c = ACTIVITY_TIMES.c
    connection.execute(
        ACTIVITY_TIMES.update()
        .where(c.entity == entity, c.record_id == identifier)
        .values(version=version, next_activity_at=soonest, last_activity_at=latest)
    )
    record = {
        "entity": entity,
        "next_activity_at": soonest and wire.timestamp(soonest),
        "last_activity_at": latest and wire.timestamp(latest),
        "owner_id": None,
        "stage_id": None,
        "open": False,
        "observer_ids": [],
        "deleted": False,
    }
    name, _, _ = EVENT.partition(".")
    return NewEvent(EVENT, name, identifier, version, record, {})
