"""What a write does to the stage of a record: its column, its dates, its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, insert, update

from chassis.context import Context
from chassis.errors import Conflict, Fault
from chassis.stages.book import Stage, hold_stages
from chassis.stages.rules import find_stage, first_stage, move_faults
from chassis.stages.tables import STAGE_HISTORY

if TYPE_CHECKING:
    from chassis.records.entity import Entity


def plan_move(
    connection: Connection, entity: Entity, values: dict[str, Any], row: Mapping[str, Any] | None
) -> tuple[Stage | None, list[Fault]]:
    """Where the record stands after writing `values`, and what stands against it.

    Keeps the stages from being removed until the commit. Fills in the first stage of a new record
    and clears the reason of a reopened one. Without a word about stage or reason it costs nothing.
    """
    field = entity.stage_field
    if field is None:
        return None, []
    told = field.name in values or "reason" in values
    if row is not None and not told and row["closed_at"] is None:
        return None, []
    stages = hold_stages(connection, entity.name)
    current = None if row is None else _by_id(stages, row[field.column])
    _refuse_closed(current, by_command=field.by_command)
    if row is not None and not told:
        return None, []
    if row is None and not values.get(field.name):
        start = first_stage(stages)
        values[field.name] = start and start.code
    elif field.name in values and not values[field.name]:
        return None, [Fault(f"/{field.name}", "required", "A value is needed.")]
    code = values.get(field.name)
    target = current if code is None else find_stage(stages, code)
    faults = move_faults(field.name, current, target, values, by_command=field.by_command)
    leaves_failure = current is not None and current.kind == "failure"
    if target is not None and leaves_failure and target.kind != "failure":
        values["reason"] = None
    return target, faults


def stage_columns(entity: Entity, stage: Stage, now: datetime) -> dict[str, Any]:
    """The columns of a record that enters `stage` now."""
    field = entity.stage_field
    assert field is not None
    closed = now if stage.final else None
    return {field.column: stage.id, "stage_changed_at": now, "closed_at": closed}


def note_entry(
    connection: Connection,
    entity: Entity,
    record_id: UUID,
    stage: Stage,
    now: datetime,
    context: Context,
    *,
    reason: str | None,
    moved: bool,
) -> None:
    """Write the stay that begins now into the stage history, and end the one before it."""
    if moved:
        c = STAGE_HISTORY.c
        connection.execute(
            update(STAGE_HISTORY)
            .where(c.record_id == record_id, c.entity == entity.name, c.left_at.is_(None))
            .values(left_at=now)
        )
    connection.execute(
        insert(STAGE_HISTORY).values(
            entity=entity.name,
            record_id=record_id,
            stage_id=stage.id,
            entered_at=now,
            actor_id=context.actor.id,
            reason=reason if stage.kind == "failure" else None,
        )
    )


def _by_id(stages: list[Stage], stage_id: UUID) -> Stage | None:
    return next((stage for stage in stages if stage.id == stage_id), None)


def _refuse_closed(current: Stage | None, *, by_command: str | None) -> None:
    if current is not None and current.kind == "success" and by_command is not None:
        raise Conflict("This record is closed and cannot be changed.", code="record_closed")
