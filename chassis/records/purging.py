"""Records that go for good: out of every table, leaving a journal without personal values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, delete, func, select

from chassis.context import Context
from chassis.journal.history import erase_records
from chassis.journal.writing import NewEvent, record_events
from chassis.records.commands import KEPT, forget_replies
from chassis.records.facts import facts_of
from chassis.records.hooks import Hooks, Row
from chassis.stages.tables import STAGE_HISTORY

if TYPE_CHECKING:
    from chassis.records.entity import Entity
    from chassis.records.writing import Records
    from chassis.work.job import Job

PURGE: Final = "records.purge"
DEFAULT_BIN_DAYS: Final = 30
_CHUNK: Final = 200
# Replies are forgotten once a day, so that some are there a day longer.
_REPLIES_MAY_BE_LEFT: Final = KEPT + timedelta(days=1)


def purge_rows(
    connection: Connection, context: Context, entity: Entity, hooks: Hooks, rows: Sequence[Row]
) -> None:
    """Remove the locked `rows` with all that hangs on them, and tell of it as `entity.purged`.

    Their journal stays, without personal values. Other services forget what they keep of them when
    they hear that event, which carries access facts and nothing else.
    """
    if not rows:
        return
    ids = [row["id"] for row in rows]
    record_events(connection, context, [_purged(entity, row) for row in rows])
    erase_records(connection, entity.name, ids)
    oldest = datetime.now(UTC) - _REPLIES_MAY_BE_LEFT
    recent = [row["id"] for row in rows if row["updated_at"] > oldest]
    if recent:
        forget_replies(connection, entity.name, recent)
    hooks.purged(connection, context, entity.name, rows)
    stays = STAGE_HISTORY.c
    if entity.stage_field is not None:
        gone = stays.entity == entity.name, stays.record_id.in_(ids)
        connection.execute(delete(STAGE_HISTORY).where(*gone))
    connection.execute(delete(entity.table).where(entity.table.c.id.in_(ids)))


def purge_due(job: Job, records: Sequence[Records], context: Context, bin_days: int) -> None:
    """Purge what has been in the recycle bin for `bin_days`, chunk by chunk. Safe to run again."""
    done = 0
    for each in records:
        count = _CHUNK
        while count == _CHUNK:
            with job.database.transaction() as connection:
                each.hooks.begin(connection, each.entity.name)
                rows = _due(connection, each.entity, bin_days)
                purge_rows(connection, context, each.entity, each.hooks, rows)
                count = len(rows)
                done += count
                job.progress(done, connection=connection)


def _due(connection: Connection, entity: Entity, bin_days: int) -> list[Row]:
    deleted_at = entity.table.c.deleted_at
    query = (
        select(entity.table)
        .where(deleted_at.is_not(None), deleted_at < func.now() - timedelta(days=bin_days))
        .order_by(deleted_at)
        .limit(_CHUNK)
        .with_for_update(skip_locked=True)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _purged(entity: Entity, row: Row) -> NewEvent:
    facts: dict[str, Any] = facts_of(entity, row)
    version = row["version"] + 1
    record = {
        "id": str(row["id"]),
        "type": entity.name,
        "version": version,
        "owner_id": facts["owner_id"] and str(facts["owner_id"]),
        "stage_id": facts["stage_id"] and str(facts["stage_id"]),
        "open": facts["open"],
        "observer_ids": [str(each) for each in facts["observer_ids"]],
        "deleted": True,
    }
    return NewEvent(f"{entity.name}.purged", entity.name, row["id"], version, record, {})
