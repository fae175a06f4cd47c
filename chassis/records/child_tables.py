"""Which fields have tables of their own, and which table each has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import Table

from chassis.records.field_types.base import FieldType
from chassis.records.field_types.links import LinksField
from chassis.records.field_types.points import PointsField
from chassis.records.field_types.record_links import RecordLinksField
from chassis.records.linked import links_table
from chassis.records.record_links import record_links_table

if TYPE_CHECKING:
    from chassis.records.entity import Entity

CHILDREN: Final = (PointsField, LinksField, RecordLinksField)


def child_table(entity: Entity, field: FieldType, name: str) -> Table | None:
    """The table of the values of `field`, one of `CHILDREN`; points share one."""
    if isinstance(field, LinksField):
        return links_table(entity.table, entity.name, name, field.attributes)
    if isinstance(field, RecordLinksField):
        return record_links_table(entity.table, entity.name, field, name)
    return entity.points
