"""Child rows: the phones, e-mails, websites, messengers and links of an entity's records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Table,
    Uuid,
    delete,
    func,
    select,
)

from chassis.listening.labels import hold_labels
from chassis.records.field_types.points import Point
from chassis.records.inserting import insert_rows
from chassis.records.linked import link_rows, links_of
from chassis.records.record_links import (
    insert_record_links,
    record_links_of,
    repeat_in_record_links,
)

if TYPE_CHECKING:
    from chassis.records.entity import Entity


def points_table(parent: Table, entity: str) -> Table:
    """The child table of `parent`, whose rows are each an `entity`: one row a point, in order.

    `normalized` is what is compared: for phones the digits of E.164. The reversed index finds
    phones by their last digits.
    """
    name = f"{entity}_points"
    table = Table(
        name,
        parent.metadata,
        Column("record_id", Uuid, ForeignKey(parent.c.id, ondelete="CASCADE"), primary_key=True),
        Column("field", String(40), primary_key=True),
        Column("position", SmallInteger, primary_key=True, autoincrement=False),
        Column("value", String(320), nullable=False),
        Column("kind", String(30), nullable=False),
        Column("is_primary", Boolean, nullable=False),
        Column("normalized", String(320), nullable=False),
        info=dict(parent.info),
    )
    Index(
        f"ix_{name}_normalized",
        table.c.normalized,
        table.c.field,
        postgresql_ops={"normalized": "text_pattern_ops"},
    )
    Index(
        f"ix_{name}_reversed_phone",
        func.reverse(table.c.normalized).label("reversed"),
        postgresql_ops={"reversed": "text_pattern_ops"},
        postgresql_where=table.c.field == "phones",
    )
    return table


def complete_children(
    connection: Connection, entity: Entity, rows: Sequence[dict[str, Any]], names: Iterable[str]
) -> None:
    """Give `rows` the values of those of their fields `names` that are child rows, by field name.

    One statement for all points, and one for each field of links.
    """
    wanted = set(names)
    ids = [row["id"] for row in rows]
    pointed = [field.name for field in entity.point_fields if field.name in wanted]
    if pointed and ids:
        points = _points_of(connection, entity, ids)
        for row in rows:
            found = points.get(row["id"], {})
            row.update((name, found.get(name, [])) for name in pointed)
    for field in entity.link_fields:
        if field.name in wanted and ids:
            links = links_of(connection, field, ids)
            for row in rows:
                row[field.name] = links.get(row["id"], [])
    linked = entity.record_links
    if linked is not None and linked.name in wanted and ids:
        targets = record_links_of(connection, linked, ids)
        for row in rows:
            row[linked.name] = targets.get(row["id"], [])


def insert_children(
    connection: Connection, entity: Entity, records: Mapping[UUID, Mapping[str, Any]]
) -> None:
    """Keep the child rows among the values of new `records`, given by their ids."""
    if entity.points is not None:
        rows = [row for key, values in records.items() for row in _point_rows(entity, key, values)]
        insert_rows(connection, entity.points, rows)
    for field in entity.link_fields:
        assert field.child is not None
        rows = [
            row
            for key, values in records.items()
            for row in link_rows(field, key, values.get(field.name) or ())
        ]
        insert_rows(connection, field.child, rows)
    linked = entity.record_links
    if linked is not None:
        given = {key: values.get(linked.name) or () for key, values in records.items()}
        insert_record_links(connection, linked, given)


def replace_children(
    connection: Connection, entity: Entity, record_id: UUID, values: Mapping[str, Any]
) -> None:
    """Keep the child rows among `values` in place of those the record had in the same fields."""
    pointed = [field.name for field in entity.point_fields if field.name in values]
    if entity.points is not None and pointed:
        c = entity.points.c
        there = c.record_id == record_id, c.field.in_(pointed)
        connection.execute(delete(entity.points).where(*there))
    for field in entity.link_fields:
        if field.name in values and field.child is not None:
            linked = field.child.c.record_id == record_id
            connection.execute(delete(field.child).where(linked))
    pointing = entity.record_links
    if pointing is not None and pointing.name in values and pointing.child is not None:
        # Labels before links, as whoever brings links up to date takes them.
        hold_labels(connection, pointing.pointed(values[pointing.name]))
        connection.execute(delete(pointing.child).where(pointing.child.c.record_id == record_id))
    if pointing is not None and not values.keys().isdisjoint(pointing.repeated.values()):
        repeat_in_record_links(connection, pointing, record_id)
    insert_children(connection, entity, {record_id: values})


def _points_of(
    connection: Connection, entity: Entity, ids: Sequence[UUID]
) -> Mapping[UUID, Mapping[str, list[Point]]]:
    if entity.points is None or not ids:
        return {}
    c = entity.points.c
    query = (
        select(c.record_id, c.field, c.value, c.kind, c.is_primary, c.normalized)
        .where(c.record_id.in_(ids))
        .order_by(c.record_id, c.field, c.position)
    )
    found: dict[UUID, dict[str, list[Point]]] = {}
    for record_id, field, value, kind, primary, normalized in connection.execute(query):
        points = found.setdefault(record_id, {}).setdefault(field, [])
        points.append(Point(value, kind, primary, normalized))
    return found


def _point_rows(
    entity: Entity, record_id: UUID, values: Mapping[str, Any]
) -> Iterable[dict[str, Any]]:
    for field in entity.point_fields:
        for position, point in enumerate(values.get(field.name) or ()):
            yield {
                "record_id": record_id,
                "field": field.name,
                "position": position,
                "value": point.value,
                "kind": point.kind,
                "is_primary": point.primary,
                "normalized": point.normalized,
            }
