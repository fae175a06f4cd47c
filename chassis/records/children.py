"""Child rows: the phones, e-mails, websites and messengers of an entity's records."""

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

from chassis.records.field_types.points import Point
from chassis.records.inserting import insert_rows

if TYPE_CHECKING:
    from chassis.records.entity import Entity


def points_table(parent: Table) -> Table:
    """The child table of `parent`: one row a point, ordered within its field.

    `normalized` is what is compared: for phones the digits of E.164. The reversed index finds
    phones by their last digits.
    """
    name = f"{parent.name.removesuffix('s')}_points"
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


def points_of(
    connection: Connection, entity: Entity, ids: Sequence[UUID]
) -> Mapping[UUID, Mapping[str, list[Point]]]:
    """The points of the records `ids`, by record and field, in their order. One statement."""
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


def point_rows(
    entity: Entity, record_id: UUID, values: Mapping[str, Any]
) -> Iterable[dict[str, Any]]:
    """The child rows that keep the points among `values`."""
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


def replace_points(
    connection: Connection, entity: Entity, record_id: UUID, values: Mapping[str, Any]
) -> None:
    """Keep the points among `values` in place of those the record had in the same fields."""
    named = [field.name for field in entity.point_fields if field.name in values]
    if entity.points is None or not named:
        return
    c = entity.points.c
    connection.execute(delete(entity.points).where(c.record_id == record_id, c.field.in_(named)))
    insert_rows(connection, entity.points, list(point_rows(entity, record_id, values)))
