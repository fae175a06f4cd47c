"""Erasing a person: everything personal of a record goes, from its row, its journal and replies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, update

from chassis.context import Context
from chassis.errors import Invalid
from chassis.journal.history import erase_records
from chassis.journal.writing import record_events
from chassis.records.changes import new_event
from chassis.records.children import replace_children
from chassis.records.commands import forget_replies
from chassis.records.hooks import Hooks, Row
from chassis.records.rows import update_row
from chassis.stages.tables import STAGE_HISTORY

if TYPE_CHECKING:
    from chassis.records.entity import Entity

ERASED = "erased"


def erase_row(
    connection: Connection, context: Context, entity: Entity, hooks: Hooks, row: Row
) -> Row:
    """Leave of the locked, complete `row` a stub in the recycle bin without personal values.

    Its history keeps who changed which fields when, not to what. `entity.erased` tells the other
    services, whose copies take their values from it.
    """
    fields = [each for each in entity.fields.values() if each.personal]
    if not fields:
        raise Invalid(f"A {entity.name} holds nothing personal.", code="nothing_personal")
    columns: dict[str, Any] = {
        "version": row["version"] + 1,
        "updated_at": datetime.now(UTC),
        "updated_by": context.actor.id,
    }
    if row["deleted_at"] is None:
        columns |= {"deleted_at": columns["updated_at"], "deleted_by": context.actor.id}
    children: dict[str, Any] = {each.name: [] for each in entity.child_fields if each.personal}
    for each in fields:
        if each.name not in children:
            columns |= each.store(each.erased(row["number"]), context.organisation)
    columns |= {each.column: None for each in entity.fields.values() if each.write_only}
    update_row(connection, entity, row["id"], columns)
    replace_children(connection, entity, row["id"], children)
    if "reason" in {each.name for each in fields}:
        stays = STAGE_HISTORY.c
        of_it = stays.entity == entity.name, stays.record_id == row["id"]
        connection.execute(update(STAGE_HISTORY).where(*of_it).values(reason=None))
    after = row | columns | children
    # What is told is not personal any more, so that it needs no place where it could be erased.
    told = replace(new_event(entity, ERASED, after, {}), personal=frozenset())
    record_events(connection, context, [told])
    erase_records(connection, entity.name, [row["id"]])
    forget_replies(connection, entity.name, [row["id"]])
    hooks.written(connection, context, entity.name, ERASED, after, {})
    return after
