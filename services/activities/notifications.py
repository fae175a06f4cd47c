"""Somebody's notifications: a page of them, how many are unread, marking them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, func, null, select, update

from chassis.access.organisation import Organisation
from chassis.records.query import cursor
from chassis.records.query.parameters import parse_limit
from chassis.records.query.parse import refuse
from chassis.records.query.sort import Order, SortKey
from chassis.wire import timestamp
from services.activities.tables import NOTIFICATIONS

Row = dict[str, Any]
Names = Mapping[tuple[str, UUID], str | None]

_C: Final = NOTIFICATIONS.c
_NEWEST_FIRST: Final = Order(
    [SortKey("created_at", _C.created_at, True, False), SortKey("id", _C.id, True, False)]
)


def page_of(
    connection: Connection, user_id: UUID, limit: Any, place: Any, unread: Any
) -> tuple[list[Row], str | None]:
    """A page of what `user_id` was told, newest first, and the cursor of the next one."""
    if unread is not None and not isinstance(unread, bool):
        refuse("/unread", "wrong_type", "Must be true or false.")
    size, binding = parse_limit(limit), ["notifications", unread, user_id]
    wanted = [_C.user_id == user_id]
    if unread is not None:
        wanted.append(_C.read_at.is_(None) if unread else _C.read_at.is_not(None))
    if place is not None:
        wanted.append(_NEWEST_FIRST.after(cursor.decode(place, _NEWEST_FIRST, binding)))
    query = select(NOTIFICATIONS).where(*wanted).order_by(*_NEWEST_FIRST.clauses).limit(size + 1)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    if len(rows) <= size:
        return rows, None
    last = rows[size - 1]
    return rows[:size], cursor.encode([last["created_at"], last["id"]], binding)


def unread_count(connection: Connection, user_id: UUID) -> int:
    """How many notifications `user_id` has not read."""
    query = select(func.count()).where(_C.user_id == user_id, _C.read_at.is_(None))
    return int(connection.execute(query).scalar_one())


def mark(connection: Connection, user_id: UUID, identifier: UUID, *, read: bool) -> Row | None:
    """The notification of `user_id` as it is then; None when they have none of this id. One that
    is read already keeps the time at which it was."""
    at = func.coalesce(_C.read_at, func.now()) if read else null()
    statement = (
        update(NOTIFICATIONS)
        .where(_C.id == identifier, _C.user_id == user_id)
        .values(read_at=at)
        .returning(NOTIFICATIONS)
    )
    found = connection.execute(statement).mappings().first()
    return None if found is None else dict(found)


def mark_until(connection: Connection, user_id: UUID, until: datetime) -> None:
    """Mark as read all that `user_id` was told up to `until`, that moment included."""
    statement = update(NOTIFICATIONS).where(
        _C.user_id == user_id, _C.read_at.is_(None), _C.created_at <= until
    )
    connection.execute(statement.values(read_at=func.now()))


def shown(rows: Sequence[Row], names: Names, people: Organisation) -> list[dict[str, Any]]:
    """The notifications as the API answers them. A record that is not among `names` is not for the
    reader: only what kind of record it is stays."""
    return [_shown(row, names, people) for row in rows]


def _shown(row: Row, names: Names, people: Organisation) -> dict[str, Any]:
    target = (row["entity"], row["record_id"])
    seen = target in names
    actor = people.users.get(row["actor_id"])
    return {
        "id": str(row["id"]),
        "type": "notification",
        "kind": row["kind"],
        "record": {
            "type": row["entity"],
            "id": str(row["record_id"]) if seen else None,
            "name": names.get(target),
        },
        "actor": row["actor_id"]
        and {"id": str(row["actor_id"]), "name": actor.name if actor else None},
        "data": row["data"] if seen else {},
        "created_at": timestamp(row["created_at"]),
        "read_at": row["read_at"] and timestamp(row["read_at"]),
    }
