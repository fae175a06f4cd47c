"""The indexes an entity gets so that its lists are fast at any size, and no more than that.

Fast, whoever asks: the entity's own order, a sort by an indexed time, and equality on an indexed
field in the entity's own order. Every index is paid for by each new row, so a field is indexed
only when it says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import ARRAY, Column, Index, Table, text

from chassis.access.links import linked_entities
from chassis.records.field_types.times import DateField, DateTimeField

if TYPE_CHECKING:
    from chassis.records.entity import Entity, Record

_LIVE = "deleted_at IS NULL"


def indexes_for(model: type[Record]) -> list[Index]:
    """The indexes of `model`'s table, which they are attached to."""
    entity = model.entity
    walks = dict.fromkeys(_walks(entity))
    return [*(_walk(entity, columns) for columns in walks), *_special(entity)]


def _walks(entity: Entity) -> Iterator[tuple[str, ...]]:
    default = tuple(entity.fields[name.removeprefix("-")].column for name in entity.default_sort)
    yield default
    if not entity.responsible:
        # Settings: few rows, all of them seen by whoever sees any.
        return
    yield "owner_id", *default
    for reader in entity.readers:
        if not reader.multiple:
            yield reader.column, *default
    for field in entity.fields.values():
        if not field.indexed or field.multiple or field.column in ("owner_id", *default):
            continue
        ordering = isinstance(field, DateField | DateTimeField)
        columns = (field.column,) if ordering else (field.column, *default)
        yield columns
        yield "owner_id", *columns


def _walk(entity: Entity, columns: Sequence[str]) -> Index:
    table, stage = entity.table, entity.stage_field
    # The stage rides along with an owner's rows: stages that a role sets apart are passed over
    # without a look into the table.
    owned = columns[0] == "owner_id" and len(columns) > 1
    aside = [stage.column] if stage and owned and stage.column not in columns else []
    return Index(
        f"ix_{table.name}_{'_'.join(columns)}"[:63],
        *(table.c[column] for column in dict.fromkeys((*columns, "id"))),
        postgresql_include=aside,
        postgresql_where=text(_LIVE),
    )


def _special(entity: Entity) -> Iterator[Index]:
    table = entity.table
    yield Index(
        f"ix_{table.name}_bin", table.c.deleted_at, table.c.id,
        postgresql_where=text("deleted_at IS NOT NULL"),
    )  # fmt: skip
    if not entity.responsible:
        return
    yield Index(
        f"ix_{table.name}_open", table.c.created_at, table.c.id,
        postgresql_where=text(f"open AND {_LIVE}"),
    )  # fmt: skip
    yield _items(table, table.c.observer_ids)
    if entity.record_links is not None and linked_entities(entity.name):
        yield from _unlinked(entity, entity.record_links.flag)
    for field in entity.fields.values():
        if field.indexed and field.multiple and field.column:
            yield _items(table, table.c[field.column])


def _items(table: Table, column: Column[object]) -> Index:
    """An index of a list's items. Most rows have none, and then it costs nothing."""
    assert isinstance(column.type, ARRAY)
    return Index(
        f"ix_{table.name}_{column.name}", column,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=text(f"cardinality({column.name}) > 0 AND {_LIVE}"),
    )  # fmt: skip


def _unlinked(entity: Entity, flag: str) -> Iterator[Index]:
    """Walks of what links to nothing: few records, which no link would find."""
    table = entity.table
    default = [entity.fields[name.removeprefix("-")].column for name in entity.default_sort]
    for named, columns in (("unlinked", default), ("owner_unlinked", ["owner_id", *default])):
        yield Index(
            f"ix_{table.name}_{named}",
            *(table.c[column] for column in (*columns, "id")),
            postgresql_where=text(f"NOT {flag} AND {_LIVE}"),
        )
