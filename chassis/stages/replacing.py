"""Moving every record out of a removed stage, chunk by chunk, with its history and events."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Connection, func, select

from chassis.context import Context
from chassis.database.engine import Database
from chassis.stages.book import Stage, hold, stage_by_id
from chassis.stages.tables import STAGES
from chassis.work.job import Job
from chassis.work.scheduling import job_context
from chassis.work.tables import DUE_WORK

if TYPE_CHECKING:
    from chassis.access.organisation import Organisation
    from chassis.records.writing import Records

KIND: Final = "replace_stage"
_CHUNK: Final = 100
_POLL_SECONDS: Final = 0.05


def count_in(connection: Connection, records: Records, stage_ids: Collection[UUID]) -> int:
    """How many records stand in the stages."""
    table, column = records.entity.table, _column(records)
    query = select(func.count()).select_from(table).where(table.c[column].in_(stage_ids))
    return int(connection.execute(query).scalar_one())


def replace_stage(job: Job, records: Records, organisation: Organisation) -> dict[str, Any]:
    """Move what stands in the stages of `job` to those that replace them. Safe to run again."""
    stage_ids = [UUID(stage_id) for stage_id in job.arguments["stage_ids"]]
    context = job_context(job, organisation)
    while True:
        with job.database.transaction() as connection:
            moved = _move_some(connection, context, records, stage_ids)
            job.progress(job.done + moved, connection=connection)
        if moved < _CHUNK:
            return {"moved": job.done}


def _move_some(
    connection: Connection, context: Context, records: Records, stage_ids: Collection[UUID]
) -> int:
    table, column = records.entity.table, _column(records)
    query = (
        select(table.c.id, table.c[column].label("stage_id"))
        .where(table.c[column].in_(stage_ids))
        .limit(_CHUNK)
        .with_for_update()
    )
    rows = connection.execute(query).all()
    hold(connection, records.entity.name)
    targets = {
        stage_id: _standing_replacement(connection, stage_id)
        for stage_id in {row.stage_id for row in rows}
    }
    for row in rows:
        records.move(connection, context, row.id, targets[row.stage_id])
    return len(rows)


def _standing_replacement(connection: Connection, stage_id: UUID) -> Stage:
    """The stage that replaces `stage_id`, which may have been replaced in its turn."""
    query = select(STAGES.c.id, STAGES.c.replaced_by).where(STAGES.c.replaced_by.is_not(None))
    replaced = {row.id: row.replaced_by for row in connection.execute(query)}
    while stage_id in replaced:
        stage_id = replaced[stage_id]
    return stage_by_id(connection, stage_id)


def _column(records: Records) -> str:
    field = records.entity.stage_field
    assert field is not None
    return field.column


def wait_for(database: Database, identifier: UUID, seconds: float) -> bool:
    """Whether the job ends within `seconds`."""
    limit = time.monotonic() + seconds
    query = select(DUE_WORK.c.state).where(DUE_WORK.c.id == identifier)
    while time.monotonic() < limit:
        with database.reading() as connection:
            state = connection.execute(query).scalar_one_or_none()
        if state not in ("waiting", "running"):
            return True
        time.sleep(_POLL_SECONDS)
    return False
