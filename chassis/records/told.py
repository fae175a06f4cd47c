"""Events of records as one viewer may see them now: which, and how much of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Select,
    Uuid,
    and_,
    cast,
    exists,
    false,
    or_,
)

from chassis.access.scope import scope
from chassis.journal.reading import unsealed
from chassis.journal.tables import JOURNAL, JOURNAL_PERSONAL
from chassis.records.history import UNSEEN, leave_readable_links, masked_changes, shown_actor
from chassis.records.query.scoping import FactColumns, scope_condition
from chassis.records.schema import visible_fields

if TYPE_CHECKING:
    from chassis.access.rights import Rights
    from chassis.context import Context
    from chassis.records.entity import Entity

Row = dict[str, Any]
_ALWAYS: Final = frozenset({"id", "type", "version", "deleted"})


def readable_events(
    entities: Mapping[Entity, ColumnElement[bool]], rights: Rights
) -> ColumnElement[bool]:
    """Whether an event is of a record that the holder of `rights` may read now, which is what
    `entities` say of their rows."""
    told = (_readable(entity, reach, rights) for entity, reach in entities.items())
    return or_(false(), *told)


def told_rows(connection: Connection, selection: Select[Any]) -> list[Row]:
    """The events of `selection`, which is of the journal, with their personal values."""
    personal = JOURNAL_PERSONAL.c
    query = selection.add_columns(
        JOURNAL,
        personal.record.label("personal_record"),
        personal.changes.label("personal_changes"),
    ).outerjoin(JOURNAL_PERSONAL, personal.event_id == JOURNAL.c.id)
    return [
        dict(row)
        | {"changes": unsealed(row["changes"], row["personal"], row["personal_changes"]),
           "record": unsealed(row["record"], row["personal"], row["personal_record"])}
        for row in connection.execute(query).mappings()
    ]  # fmt: skip


def shown_events(
    connection: Connection, context: Context, entities: Sequence[Entity], rows: Sequence[Row]
) -> list[tuple[Row, dict[str, Any]]]:
    """Each of `rows` that tells the viewer of something, with what they may see of it."""
    known = {entity.name: entity for entity in entities}
    _leave_readable_links(connection, known, rows, context.rights)
    told = ((row, _shown(row, known[row["entity"]], context)) for row in rows)
    return [(row, event) for row, event in told if event is not None]


def _leave_readable_links(
    connection: Connection,
    known: Mapping[str, Entity],
    rows: Sequence[dict[str, Any]],
    rights: Rights,
) -> None:
    """Leave in what `rows` tell of records links to nothing but what the viewer reads."""
    for entity in known.values():
        if entity.record_links is None:
            continue
        name = entity.record_links.name
        told = [row for row in rows if row["entity"] == entity.name]
        leave_readable_links(connection, name, told, rights)
        # The record as it was told is looked at as a change from nothing.
        records = [{"changes": {name: [[], row["record"].get(name)]}} for row in told]
        leave_readable_links(connection, name, records, rights)
        for row, shown in zip(told, records, strict=True):
            if name in row["record"]:
                left = shown["changes"][name]
                row["record"][name] = [] if left is UNSEEN else left[1]


def _readable(entity: Entity, reach: ColumnElement[bool], rights: Rights) -> ColumnElement[bool]:
    """Whether the event is of a record of `entity` within `reach`, in the bin or out of it.

    Of a record that is gone only that is told, to whoever could read it by its last facts.
    """
    table, told = entity.table, JOURNAL.c.record
    there = exists().where(table.c.id == JOURNAL.c.record_id, reach)
    last = FactColumns(
        owner=cast(told["owner_id"].astext, Uuid),
        stage=cast(told["stage_id"].astext, Uuid) if entity.stage_field else None,
        open=cast(told["open"].astext, Boolean),
        observed_by=lambda user: told["observer_ids"].contains([str(user)]),
    )
    gone = and_(
        JOURNAL.c.name == f"{entity.name}.purged",
        scope_condition(last, scope(rights, entity.name, "read")),
    )
    return or_(and_(JOURNAL.c.entity == entity.name, there), gone)


def _shown(row: Mapping[str, Any], entity: Entity, context: Context) -> dict[str, Any] | None:
    """The event without what is hidden; None when it told of nothing else."""
    seen = frozenset(visible_fields(entity, context.rights))
    changes = masked_changes(entity, row["changes"], seen)
    if changes is None:
        return None
    record_id: UUID = row["record_id"]
    return {
        "id": str(row["id"]),
        "name": row["name"],
        "entity": row["entity"],
        "record_id": str(record_id),
        "version": row["record_version"],
        "occurred_at": row["occurred_at"],
        "actor": shown_actor(row["actor"], context.organisation),
        "changes": changes,
        "record": {n: value for n, value in row["record"].items() if n in seen or n in _ALWAYS},
    }
