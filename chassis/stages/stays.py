"""The stays of a record in stages, with the time it spent in each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, extract, func, select

from chassis.access.organisation import Organisation
from chassis.stages.book import name_in
from chassis.stages.tables import STAGE_HISTORY, STAGES
from chassis.wire import timestamp

STAYS_LIMIT = 500


def stays_of(
    connection: Connection, entity: str, record_id: UUID, locale: str | None, people: Organisation
) -> list[dict[str, Any]]:
    """Where the record stood, from the first stay to the one that lasts (the last 500 of them)."""
    c, stage = STAGE_HISTORY.c, STAGES.c
    ended = func.coalesce(c.left_at, func.now())
    query = (
        select(
            c.stage_id, stage.code, stage.names, stage.kind, stage.pipeline_id,
            c.entered_at, c.left_at, c.actor_id, c.reason,
            extract("epoch", ended - c.entered_at).label("seconds"),
        )
        .join(STAGES, stage.id == c.stage_id)
        .where(c.entity == entity, c.record_id == record_id)
        .order_by(c.id.desc())
        .limit(STAYS_LIMIT)
    )  # fmt: skip
    rows = connection.execute(query).all()
    return [_shown(row, locale, people) for row in reversed(rows)]


def _shown(row: Any, locale: str | None, people: Organisation) -> dict[str, Any]:
    actor = people.users.get(row.actor_id)
    return {
        "stage_id": str(row.stage_id),
        "stage": row.code,
        "name": name_in(row.names, locale) or row.code,
        "kind": row.kind,
        "pipeline_id": row.pipeline_id and str(row.pipeline_id),
        "entered_at": timestamp(row.entered_at),
        "left_at": row.left_at and timestamp(row.left_at),
        "seconds": max(0, int(row.seconds)),
        "actor": row.actor_id and {"id": str(row.actor_id), "name": actor.name if actor else None},
        "reason": row.reason,
    }
