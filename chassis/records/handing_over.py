"""Making somebody else responsible for all records of a person, some at a time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, literal, or_, select

from chassis.context import Context
from chassis.errors import Conflict, Malformed
from chassis.records.hooks import Hooks, Row
from chassis.records.rows import find_row
from chassis.records.trusted import TrustedEffect

if TYPE_CHECKING:
    from chassis.records.entity import Record

CHUNK: Final = 50


def owned_condition(model: type[Record], owner: UUID, *, only_open: bool) -> ColumnElement[bool]:
    """The records that `owner` is responsible for, out of the bin; `only_open` those at work."""
    c = model.entity.table.c
    owned = and_(c.owner_id == owner, c.deleted_at.is_(None))
    return and_(owned, model.handed_on(only_open=only_open))


def count_owned(
    connection: Connection, model: type[Record], owner: UUID, *, only_open: bool
) -> int:
    """How many records `hand_over` would come by."""
    condition = owned_condition(model, owner, only_open=only_open)
    query = select(func.count()).select_from(model.entity.table).where(condition)
    return int(connection.execute(query).scalar_one())


def hand_over(
    connection: Connection,
    context: Context,
    model: type[Record],
    hooks: Hooks,
    owner: UUID,
    to: UUID,
    *,
    after: Any,
    only_open: bool,
) -> dict[str, Any]:
    """Make `to` responsible for up to `CHUNK` records of `owner`, oldest first: each an ordinary
    update, rights apart. `left` are those that cannot be changed, with the reason; `after` goes on
    behind these, and is None at the end.
    """
    c = model.entity.table.c
    query = (
        select(c.id, c.created_at)
        .where(owned_condition(model, owner, only_open=only_open), _behind(model, after))
        .order_by(c.created_at, c.id)
        .limit(CHUNK)
        .with_for_update()
    )
    found = connection.execute(query).all()
    effect = TrustedEffect(connection, context, model, hooks)
    left = []
    for record in found:
        row = find_row(connection, model.entity, record.id, lock=True)
        code = None if row is None else _given(effect, row, to)
        if code is not None:
            left.append({"id": str(record.id), "code": code})
    last = found[-1] if len(found) == CHUNK else None
    return {
        "moved": len(found) - len(left),
        "left": left,
        "after": last and [last.created_at.isoformat(), str(last.id)],
    }


def _given(effect: TrustedEffect, row: Row, to: UUID) -> str | None:
    """Make `to` responsible for the record of `row`; the reason when it cannot be changed.

    What is closed can be: its history goes to who answers for it now.
    """
    current = {name: field.value(row) for name, field in effect.entity.fields.items()}
    try:
        effect.model.refuse(current, {"owner_id": to}, effect.context)
    except Conflict as refusal:
        return refusal.code
    effect.write(row, {"owner_id": to})
    return None


def _behind(model: type[Record], after: Any) -> ColumnElement[bool]:
    if after is None:
        return literal(True)
    try:
        at, record_id = datetime.fromisoformat(after[0]), UUID(after[1])
    except (TypeError, ValueError, IndexError, KeyError, AttributeError):
        raise Malformed("`after` is where the chunk before ended.", code="bad_cursor") from None
    c = model.entity.table.c
    return and_(c.created_at >= at, or_(c.created_at > at, c.id > record_id))
