"""What happened to one record, newest first; and forgetting the personal part of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select

from chassis.journal.reading import unsealed
from chassis.journal.tables import JOURNAL, JOURNAL_PERSONAL


def history(
    connection: Connection, entity: str, record_id: UUID, *, before: int | None = None, limit: int
) -> list[dict[str, Any]]:
    """The newest `limit` events of a record, or those before the `cursor` of an earlier one.

    `changes` holds personal values again, null where they were erased. Nothing is masked: what
    the viewer may not see is for the caller to remove.
    """
    query = (
        select(JOURNAL, JOURNAL_PERSONAL.c.changes.label("personal_changes"))
        .outerjoin(JOURNAL_PERSONAL, JOURNAL_PERSONAL.c.event_id == JOURNAL.c.id)
        .where(JOURNAL.c.entity == entity, JOURNAL.c.record_id == record_id)
        .order_by(JOURNAL.c.seq.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(JOURNAL.c.seq < before)
    return [
        {
            "id": row["id"],
            "name": row["name"],
            "version": row["record_version"],
            "actor": row["actor"],
            "occurred_at": row["occurred_at"],
            "changes": unsealed(row["changes"], row["personal"], row["personal_changes"]),
            "cursor": row["seq"],
        }
        for row in connection.execute(query).mappings()
    ]


def erase_records(connection: Connection, entity: str, record_ids: Iterable[UUID]) -> int:
    """Delete the personal values of every event of records, and their salts, for good; says how
    many events held some. The chain stays whole.

    An event with one of `contracts.envelope.ERASING_VERBS` must tell why in the same transaction:
    values that are missing without one are taken for tampering.
    """
    events = select(JOURNAL.c.id).where(
        JOURNAL.c.entity == entity, JOURNAL.c.record_id.in_(list(record_ids))
    )
    statement = delete(JOURNAL_PERSONAL).where(JOURNAL_PERSONAL.c.event_id.in_(events))
    return connection.execute(statement).rowcount
