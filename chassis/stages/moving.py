"""What a write does to the stage of a record: its column, its dates, its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, insert, update

from chassis.context import Context
from chassis.errors import Conflict, Fault
from chassis.stages.book import Stage, hold, hold_stages
from chassis.stages.demands import leaving_faults, required_faults
from chassis.stages.mapping import mapped_stage
from chassis.stages.pipelines import first_pipeline
from chassis.stages.rules import find_stage, first_stage, move_faults
from chassis.stages.tables import STAGE_HISTORY

if TYPE_CHECKING:
    from chassis.records.entity import Entity
    from chassis.records.field_types.stages import StageField


def plan_move(
    connection: Connection,
    context: Context,
    entity: Entity,
    values: dict[str, Any],
    row: Mapping[str, Any] | None,
) -> tuple[Stage | None, list[Fault]]:
    """Where the record stands after writing `values`, and what stands against it.

    Keeps the stages from being removed until the commit. Fills in the pipeline and the first stage
    of a new record, and clears the reason of a reopened one. A write that neither speaks of where
    the record stands nor empties anything costs nothing.
    """
    field = entity.stage_field
    if field is None:
        return None, []
    told = row is None or any(name in values for name in field.telling)
    empties = any(entity.fields[name].is_empty(value) for name, value in values.items())
    guarded = row is not None and row["closed_at"] is not None and field.by_command is not None
    if not (told or empties or guarded):
        return None, []
    current, target, faults = _find(connection, field, values, row)
    _refuse_closed(current, by_command=field.by_command)
    if not told:
        stays = [] if current is None else _demanded(entity, current, current, values, row, context)
        return None, stays
    if faults:
        return None, faults
    faults = move_faults(field.name, current, target, values, by_command=field.by_command)
    if target is not None:
        faults += _demanded(entity, current, target, values, row, context)
        if current is not None:
            faults += leaving_faults(field, current, target, context)
        if current is not None and current.kind == "failure" and target.kind != "failure":
            values["reason"] = None
    return target, faults


def _find(
    connection: Connection,
    field: StageField,
    values: dict[str, Any],
    row: Mapping[str, Any] | None,
) -> tuple[Stage | None, Stage | None, list[Fault]]:
    """The stage the record stands in, the one it would then stand in, and what is wrong."""
    before, after, stages = _sets(connection, field, values, row)
    there = [stage for stage in stages if stage.pipeline_id == after]
    if not there and field.within:
        where = f"/{field.within}"
        if after is None:
            return None, None, [Fault(where, "required", "A value is needed.")]
        return None, None, [Fault(where, "unknown_reference", "There is no such pipeline.")]
    current = None if row is None else _by_id(stages, row[field.column])
    if row is not None and field.name in values and not values[field.name]:
        return current, None, [Fault(f"/{field.name}", "required", "A value is needed.")]
    code = values.get(field.name)
    if code:
        return current, find_stage(there, code), []
    if row is None:
        start = first_stage(there)
        values[field.name] = start and start.code
        return None, start, []
    if before != after and current is not None:
        return current, mapped_stage(there, current), []
    return current, current, []


def _sets(
    connection: Connection,
    field: StageField,
    values: dict[str, Any],
    row: Mapping[str, Any] | None,
) -> tuple[UUID | None, UUID | None, list[Stage]]:
    """The pipelines before and after the write, and the stages of both, held."""
    if not field.within:
        return None, None, hold_stages(connection, field.entity)
    before = None if row is None else row[field.within]
    if row is None and values.get(field.within) is None:
        hold(connection, field.entity)
        values[field.within] = first_pipeline(connection, field.entity)
    after = values.get(field.within, before)
    both = {one for one in (before, after) if one is not None}
    return before, after, hold_stages(connection, field.entity, both) if both else []


def _demanded(
    entity: Entity,
    current: Stage | None,
    target: Stage,
    values: Mapping[str, Any],
    row: Mapping[str, Any] | None,
    context: Context,
) -> list[Fault]:
    enters = current is None or current.id != target.id
    return required_faults(entity, target, values, row, context, enters=enters)


def stage_columns(entity: Entity, stage: Stage, now: datetime) -> dict[str, Any]:
    """The columns of a record that enters `stage` now."""
    field = entity.stage_field
    assert field is not None
    closed = now if stage.final else None
    columns = {field.column: stage.id, "stage_changed_at": now, "closed_at": closed}
    return columns | {field.within: stage.pipeline_id} if field.within else columns


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
