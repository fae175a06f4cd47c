"""From rows to the records that callers see, by way of the fewest statements and no schema."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from sqlalchemy import Connection, select

from chassis.access.rights import governing_setting
from chassis.listening.labels import labels_of
from chassis.records.children import complete_children
from chassis.records.facts import fact_columns, facts_of
from chassis.records.field_types.base import FieldType
from chassis.records.field_types.links import LinksField
from chassis.records.field_types.record_links import RecordLinksField
from chassis.records.field_types.references import ReferenceField
from chassis.stages.book import codes_of

if TYPE_CHECKING:
    from chassis.access.rights import Rights
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
    connection: Connection,
    entity: Entity,
    rows: Sequence[Row],
    include: Sequence[str],
    rights: Rights,
) -> Labels:
    """The labels of what `rows` refer to through the references whose aliases `include` names, as
    far as the holder of `rights` reads it."""
    wanted: dict[str, set[UUID]] = {}
    copies: dict[str, set[str]] = {}
    for field in _included(entity, tuple(include)):
        for target in field.targeted:
            copies.setdefault(target, {"name"}).update(field.copies)
            wanted.setdefault(target, set())
        for row in rows:
            for target, identifier in field.pointed(field.value(row)):
                wanted[target].add(identifier)
    labels: dict[str, Mapping[UUID, Mapping[str, Any]]] = {}
    for target in list(wanted):
        sibling = entity.sibling(target)
        if sibling is not None:
            ids = wanted.pop(target)
            labels[target] = _local_labels(connection, sibling, ids, copies[target], rights)
    if any(wanted.values()):
        labels.update(labels_of(connection, wanted, rights))
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
    if isinstance(field, RecordLinksField):
        return [
            _label(link.id, labels.get(link.entity, {})) | {"type": link.entity} for link in value
        ]
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
    connection: Connection, entity: Entity, ids: set[UUID], copies: Collection[str], rights: Rights
) -> Mapping[UUID, Mapping[str, Any]]:
    if not ids:
        return {}
    fields = {name: entity.copied_field(name) for name in sorted(copies)}
    names = {*fact_columns(entity), *(field.column for field in fields.values())}
    query = select(*(entity.table.c[name] for name in sorted(names)))
    query = query.where(entity.table.c.id.in_(ids))
    governed = governing_setting(entity.name) is not None
    labels: dict[UUID, Mapping[str, Any]] = {}
    for row in map(dict, connection.execute(query).mappings()):
        facts = facts_of(entity, row)
        if governed or (not facts["deleted"] and rights.covers(entity.name, "read", facts)):
            labels[row["id"]] = {
                name: field.dump(row)
                for name, field in fields.items()
                if rights.sees_copy(entity.name, name)
            }
    return labels
