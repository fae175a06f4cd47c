"""The statements that read one row and write it. Rows are dicts by column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from chassis.records.dump import complete

if TYPE_CHECKING:
    from chassis.records.entity import Entity


def find_row(
    connection: Connection,
    entity: Entity,
    record_id: UUID,
    *,
    lock: bool = False,
    deleted: bool | None = False,
) -> dict[str, Any] | None:
    """The complete row `record_id`; `deleted` None finds it in the bin and out of it."""
    table = entity.table
    query = select(table).where(table.c.id == record_id)
    if deleted is not None:
        in_bin = table.c.deleted_at
        query = query.where(in_bin.is_not(None) if deleted else in_bin.is_(None))
    if lock:
        query = query.with_for_update()
    found = connection.execute(query).mappings().first()
    if found is None:
        return None
    row = dict(found)
    complete(connection, entity, [row])
    return row


def insert_row(
    connection: Connection, entity: Entity, columns: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The new row as it stands in the table; None when its id is taken."""
    statement = (
        insert(entity.table)
        .values(columns)
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(*entity.table.c)
    )
    found = connection.execute(statement).mappings().first()
    return None if found is None else dict(found)


def update_row(
    connection: Connection, entity: Entity, record_id: UUID, columns: Mapping[str, Any]
) -> None:
    """Write `columns` of the locked row `record_id`."""
    table = entity.table
    connection.execute(update(table).where(table.c.id == record_id).values(columns))
