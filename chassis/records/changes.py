"""What a write changed, field by field in wire form, and the events that tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from chassis.journal.writing import NewEvent
from chassis.records.dump import dump
from chassis.records.facts import facts_of

if TYPE_CHECKING:
    from chassis.records.entity import Entity

Changes = dict[str, list[Any]]
# They move with the stage, so they are told with it.
STAGE_COMPANIONS = ("reason",)


def changes_between(
    entity: Entity, before: Mapping[str, Any] | None, after: Mapping[str, Any]
) -> Changes:
    """The fields people wrote that differ, each as `[before, after]`. Rows are complete ones.

    A write-only field shows that it changed, never how.
    """
    changes: Changes = {}
    for field in entity.fields.values():
        if field.system or field.hidden or field.name == "id":
            continue
        if field.write_only:
            if before is not None and before.get(field.column) != after.get(field.column):
                changes[field.name] = [None, None]
            continue
        old = None if before is None else field.dump(before)
        new = field.dump(after)
        if before is None and (field.is_empty(new) or new == field.nothing):
            continue
        if old != new:
            changes[field.name] = [old, new]
    return changes


def event_record(entity: Entity, row: Mapping[str, Any]) -> dict[str, Any]:
    """The record as events carry it: every field that may leave the service, and its facts."""
    record = dump(entity, row, tuple(field.name for field in entity.shown_fields))
    facts = facts_of(entity, row)
    stage = facts["stage_id"]
    return record | {"stage_id": stage and str(stage), "deleted": facts["deleted"]}


def personal_fields(entity: Entity) -> frozenset[str]:
    """The fields whose values can be erased from the journal."""
    return frozenset(field.name for field in entity.fields.values() if field.personal)


def new_event(entity: Entity, verb: str, row: Mapping[str, Any], changes: Changes) -> NewEvent:
    """The event `entity.verb` about `row`."""
    record_id: UUID = row["id"]
    return NewEvent(
        name=f"{entity.name}.{verb}",
        entity=entity.name,
        record_id=record_id,
        record_version=row["version"],
        record=event_record(entity, row),
        changes=changes,
        personal=personal_fields(entity),
    )


def update_events(entity: Entity, row: Mapping[str, Any], changes: Changes) -> list[NewEvent]:
    """One event for what was edited and one for the move to another stage, as far as each was."""
    stage = entity.stage_field
    if stage is None or stage.name not in changes:
        return [new_event(entity, "updated", row, changes)]
    named = (stage.name, *STAGE_COMPANIONS)
    moved = {name: change for name, change in changes.items() if name in named}
    edited = {name: change for name, change in changes.items() if name not in named}
    events = [new_event(entity, "updated", row, edited)] if edited else []
    return [*events, new_event(entity, f"{stage.name}_changed", row, moved)]
