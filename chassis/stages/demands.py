"""What stages ask of the records that stand in them, and of the people who move them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chassis.context import Context
from chassis.errors import Fault
from chassis.records.schema import pointer, visible_fields
from chassis.stages.book import Stage

if TYPE_CHECKING:
    from chassis.records.entity import Entity
    from chassis.records.field_types.stages import StageField

REOPEN = "reopen"


def demandable_fields(entity: Entity) -> list[str]:
    """The fields that a stage may require: those people fill in, where they can be empty."""
    stage = entity.stage_field
    assert stage is not None
    never = {"id", "owner_id", "custom", "reason", stage.name, stage.within}
    return [
        field.name
        for field in entity.fields.values()
        if field.writable and not field.write_only and field.type != "boolean"
        if field.name not in never
    ]


def required_faults(
    entity: Entity,
    stage: Stage,
    values: Mapping[str, Any],
    row: Mapping[str, Any] | None,
    context: Context,
    *,
    enters: bool,
) -> list[Fault]:
    """A fault for every field that `stage` requires and that the record would leave empty.

    A record that stands in the stage already may lack what was not asked for as it entered; what
    it has, it keeps.
    """
    seen = set(visible_fields(entity, context.rights))
    faults = []
    for name in stage.required_fields:
        field = entity.fields.get(name)
        if field is None or not (enters or name in values):
            continue
        value = values[name] if name in values else row and field.value(row)
        if not field.is_empty(value):
            continue
        if name in seen:
            detail = f"The stage {stage.code} needs a value."
            faults.append(Fault(pointer(name), "required_in_stage", detail))
        else:
            faults.append(_unseen(entity))
    return faults


def leaving_faults(
    field: StageField, current: Stage, target: Stage, context: Context
) -> list[Fault]:
    """What the roles of whoever acts say against the way from `current` to `target`.

    What is done for nobody is bound by no role: it was permitted where it began.
    """
    if context.actor.id is None or current.id == target.id:
        return []
    rights, where = context.rights, pointer(field.name)
    reopens = field.guarded and current.final and current.kind != target.kind
    if reopens and not rights.switch(field.entity, REOPEN):
        detail = "None of your roles reopens what is closed."
        return [Fault(where, "reopen_not_granted", detail)]
    if current.pipeline_id is None:
        return []
    allowed = rights.transition(field.entity, current.pipeline_id, current.id)
    if allowed is None or target.id in allowed:
        return []
    detail = f"Your roles do not lead from {current.code} to {target.code}."
    return [Fault(where, "transition_not_allowed", detail)]


def _unseen(entity: Entity) -> Fault:
    assert entity.stage_field is not None
    where = pointer(entity.stage_field.name)
    return Fault(where, "required_in_stage", "The stage needs a value that you cannot see.")
