"""From rows to the records that callers see, by way of the fewest statements and no schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from sqlalchemy import Connection, select

from chassis.listening.labels import labels_of
from chassis.records.children import complete_children
from chassis.records.field_types.base import FieldType
from chassis.records.field_types.links import LinksField
from chassis.records.field_types.references import ReferenceField
from chassis.stages.book import codes_of

if TYPE_CHECKING:
    from chassis.records.entity import Entity

Labels: TypeAlias = Mapping[str, Mapping[UUID, Mapping[str, Any]]]
Row: TypeAlias = dict[str, Any]

# What a caller always sees: without these a record cannot be addressed.
ALWAYS = ("id", "version")


def columns_for(entity: Entity, fields: Iterable[str]) -> list[str]:
    """The columns of the entity's table that dumping `fields` needs, `id` and `version` too."""
    names = dict.fromkeys(ALWAYS)
    for name in fields:
        names.update(dict.fromkeys(entity.fields[name].column_names))
    return list(names)


def complete(
    connection: Connection, entity: Entity, rows: Sequence[Row], fields: Iterable[str] | None = None
) -> None:
    """Give `rows` what their table does not hold: child rows by field name, and `stage_code`.

    Nothing is asked for what `fields` does not name; stages cost nothing.
    """
    wanted = set(entity.fields if fields is None else fields)
    complete_children(connection, entity, rows, wanted)
    stage = entity.stage_field
    if stage is not None and stage.name in wanted and rows:
        codes = codes_of(connection, {row[stage.column] for row in rows})
        for row in rows:
            row["stage_code"] = codes.get(row[stage.column])


def labels_for(
    connection: Connection, entity: Entity, rows: Sequence[Row], include: Sequence[str]
) -> Labels:
    """The labels of what `rows` refer to through the references whose aliases `include` names."""
    wanted: dict[str, set[UUID]] = {}
    for field in _included(entity, tuple(include)):
        ids = wanted.setdefault(field.target, set())
        for row in rows:
            ids.update(field.targets(field.value(row)))
    labels: dict[str, Mapping[UUID, Mapping[str, Any]]] = {}
    for target in list(wanted):
        sibling = entity.sibling(target)
        if sibling is not None:
            labels[target] = _local_labels(connection, sibling, wanted.pop(target))
    if any(wanted.values()):
        labels.update(labels_of(connection, wanted))
    return labels


def dump(
    entity: Entity,
    row: Mapping[str, Any],
    fields: tuple[str, ...],
    labels: Labels | None = None,
    include: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The record that `row` (after `complete`) is, with `fields` and the included references."""
    record = {"id": str(row["id"]), "type": entity.name, "version": row["version"]}
    for name, dumped in _dumpers(entity, fields):
        record[name] = dumped(row)
    for field in _included(entity, include) if include else ():
        record[field.alias] = _reference(field, field.value(row), labels or {})
    return record


@lru_cache(maxsize=2_000)
def _dumpers(
    entity: Entity, fields: tuple[str, ...]
) -> tuple[tuple[str, Callable[[Mapping[str, Any]], Any]], ...]:
    return tuple((name, _dumper(entity.fields[name])) for name in fields if name not in ALWAYS)


def _dumper(field: FieldType) -> Callable[[Mapping[str, Any]], Any]:
    """`field.dump`, without a call where the value in the row is the wire value already."""
    plain = type(field).dump is FieldType.dump and type(field).value is FieldType.value
    if plain and type(field).wire is FieldType.wire:
        return _getter(field.column)
    if plain:
        return _converter(field.column, field.wire)
    return field.dump


def _getter(column: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda row: row[column]


def _converter(column: str, wire: Callable[[Any], Any]) -> Callable[[Mapping[str, Any]], Any]:
    def dumped(row: Mapping[str, Any]) -> Any:
        value = row[column]
        return None if value is None else wire(value)

    return dumped


@lru_cache(maxsize=2_000)
def _included(entity: Entity, include: tuple[str, ...]) -> tuple[ReferenceField, ...]:
    return tuple(field for field in entity.reference_fields if field.alias in include)


def _reference(field: ReferenceField, value: Any, labels: Labels) -> Any:
    known = labels.get(field.target, {})
    if isinstance(field, LinksField):
        links = zip(field.targets(value), field.wire(value), strict=True)
        return [_label(identifier, known) | link for identifier, link in links]
    if field.multiple:
        return [_label(item, known) for item in value or ()]
    return None if value is None else _label(value, known)


def _label(identifier: UUID, known: Mapping[UUID, Mapping[str, Any]]) -> dict[str, Any]:
    return {"id": str(identifier), "name": None, **known.get(identifier, {})}


def _local_labels(
    connection: Connection, entity: Entity, ids: set[UUID]
) -> Mapping[UUID, Mapping[str, Any]]:
    if not ids:
        return {}
    table = entity.table
    query = select(table.c.id, table.c[entity.title].label("name")).where(table.c.id.in_(ids))
    return {row.id: {"name": row.name} for row in connection.execute(query)}
