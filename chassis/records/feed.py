"""The events of a service as one viewer may see them now, in the order in which they happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Uuid,
    and_,
    cast,
    exists,
    false,
    or_,
    select,
)

from chassis.access.scope import scope
from chassis.journal.reading import unsealed
from chassis.journal.tables import JOURNAL, JOURNAL_PERSONAL, JOURNAL_POSITIONS, SEQUENCER_STATE
from chassis.records.history import UNSEEN, leave_readable_links, masked_changes, shown_actor
from chassis.records.query.scoping import FactColumns, scope_condition
from chassis.records.schema import visible_fields

if TYPE_CHECKING:
    from chassis.access.rights import Rights
    from chassis.context import Context
    from chassis.records.entity import Entity

# So many events are looked at for a page, whoever asks: those who may read few of them get pages
# that hold less than they could, not pages that take long.
WINDOW: Final = 2_000
_ALWAYS: Final = frozenset({"id", "type", "version", "deleted"})


def end_of_feed(connection: Connection) -> int:
    """The position of the newest event."""
    found = connection.execute(select(SEQUENCER_STATE.c.position)).scalar()
    return 0 if found is None else int(found)


def feed_page(
    connection: Connection,
    context: Context,
    entities: Mapping[Entity, ColumnElement[bool]],
    *,
    after: int,
    limit: int,
    name: str | None = None,
) -> dict[str, Any]:
    """Up to `limit` events of `entities` after position `after`, called `name` if one is given.

    Those of records that the viewer may read now, which is what `entities` say of their rows, and
    without fields that are hidden from the viewer.
    `position` is how far the page has looked, `more` whether there is anything behind it.
    """
    end = end_of_feed(connection)
    upto = min(after + WINDOW, max(end, after))
    known = {entity.name: entity for entity in entities}
    told = (_readable(entity, reach, context.rights) for entity, reach in entities.items())
    condition = or_(false(), *told)
    if name is not None:
        condition = and_(condition, JOURNAL.c.name == name)
    rows = _told(connection, condition, after=after, upto=upto, limit=limit)
    _leave_readable_links(connection, known, rows, context.rights)
    position = rows[-1]["position"] if len(rows) == limit else upto
    items = [_shown(row, known[row["entity"]], context) for row in rows]
    return {
        "items": [item for item in items if item is not None],
        "position": position,
        "more": position < end,
    }


def _told(
    connection: Connection, condition: ColumnElement[bool], *, after: int, upto: int, limit: int
) -> list[dict[str, Any]]:
    """The events between two positions that satisfy `condition`, with their personal values."""
    at = JOURNAL_POSITIONS.c.position
    query = (
        select(at, JOURNAL, JOURNAL_PERSONAL.c.record.label("personal_record"),
               JOURNAL_PERSONAL.c.changes.label("personal_changes"))
        .join_from(JOURNAL_POSITIONS, JOURNAL, JOURNAL.c.id == JOURNAL_POSITIONS.c.event_id)
        .outerjoin(JOURNAL_PERSONAL, JOURNAL_PERSONAL.c.event_id == JOURNAL.c.id)
        .where(at > after, at <= upto, condition)
        .order_by(at)
        .limit(limit)
    )  # fmt: skip
    return [
        dict(row)
        | {"changes": unsealed(row["changes"], row["personal"], row["personal_changes"]),
           "record": unsealed(row["record"], row["personal"], row["personal_record"])}
        for row in connection.execute(query).mappings()
    ]  # fmt: skip


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
        "position": row["position"],
    }
