"""When something was last done about a record, and what is planned next: told to its owner."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
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
from contracts.activities import TIMES
from services.activities.models import ACTIVITY_TIMES, Activity
from services.activities.rules import LINKED, SYSTEM

EVENT: Final = "activity_times.changed"
Target = tuple[str, UUID]
Times = tuple[datetime | None, datetime | None]
_NEVER: Final[Times] = (None, None)

_TABLE = Activity.entity.table
_KEY: Final = ("entity", "record_id")


@dataclass(frozen=True, slots=True)
class _Told:
    """What the owner of a record is told, as it is kept."""

    entity: str
    record_id: UUID
    version: int
    next_activity_at: datetime | None
    last_activity_at: datetime | None


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
    known = _hold(connection, targets)
    found = _found(connection, targets)
    changed = [
        _Told(*target, row.version + 1, *found.get(target, _NEVER))
        for target, row in known.items()
        if (row.next_activity_at, row.last_activity_at) != found.get(target, _NEVER)
    ]
    _keep(connection, changed)
    record_events(connection, context, [_event(each) for each in changed])


def _hold(connection: Connection, targets: Collection[Target]) -> dict[Target, Any]:
    """The rows of records, locked: who else changes their activities waits, and then counts them.

    All are locked in the order of entity and id, which is how everybody locks several.
    """
    if not targets:
        return {}
    c = ACTIVITY_TIMES.c
    rows = [{"entity": entity, "record_id": each, "version": 0} for entity, each in sorted(targets)]
    connection.execute(insert(ACTIVITY_TIMES).values(rows).on_conflict_do_nothing())
    query = (
        select(ACTIVITY_TIMES)
        .where(c.entity.in_(LINKED), c.record_id.in_(_ids(targets)))
        .order_by(c.entity, c.record_id)
    )
    return {(row.entity, row.record_id): row for row in connection.execute(query.with_for_update())}


def _found(connection: Connection, targets: Collection[Target]) -> dict[Target, Times]:
    field = Activity.entity.record_links
    assert field is not None and field.child is not None
    links, c = field.child.c, _TABLE.c
    planned = ~c.done & ~c.cancelled
    query = (
        select(
            links.entity,
            links.target_id,
            func.min(c.starts_at).filter(planned),
            func.max(c.occurred_at).filter(c.done),
        )
        .join(field.child, links.record_id == c.id)
        .where(links.target_id.in_(_ids(targets)))
        .where(c.kind != SYSTEM, c.deleted_at.is_(None))
        .group_by(links.entity, links.target_id)
    )
    rows = connection.execute(query) if targets else ()
    return {(entity, each): (soonest, latest) for entity, each, soonest, latest in rows}


def _ids(targets: Collection[Target]) -> list[UUID]:
    return sorted({identifier for _, identifier in targets})


def _keep(connection: Connection, told: Sequence[_Told]) -> None:
    if told:
        kept = insert(ACTIVITY_TIMES).values([asdict(each) for each in told])
        said = {name: kept.excluded[name] for name in ("version", *TIMES)}
        connection.execute(kept.on_conflict_do_update(index_elements=_KEY, set_=said))


def _event(told: _Told) -> NewEvent:
    soonest, latest = told.next_activity_at, told.last_activity_at
    record: dict[str, Any] = {
        "entity": told.entity,
        "next_activity_at": soonest and wire.timestamp(soonest),
        "last_activity_at": latest and wire.timestamp(latest),
        "owner_id": None,
        "stage_id": None,
        "open": False,
        "observer_ids": [],
        "deleted": False,
    }
    name, _, _ = EVENT.partition(".")
    return NewEvent(EVENT, name, told.record_id, told.version, record, {})
