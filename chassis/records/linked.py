"""The child rows of links: what a record points at, in order, a table for each such field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    select,
)

from chassis.records.field_types.links import ATTRIBUTE_LIMIT, Link

if TYPE_CHECKING:
    from chassis.records.field_types.links import LinksField


def links_table(parent: Table, entity: str, name: str, attributes: Sequence[str]) -> Table:
    """The child table of `parent` for field `name` of `entity`, such as `contact_companies`.

    The index finds whoever points at a record.
    """
    table = Table(
        f"{entity}_{name}",
        parent.metadata,
        Column("record_id", Uuid, ForeignKey(parent.c.id, ondelete="CASCADE"), primary_key=True),
        Column("target_id", Uuid, primary_key=True),
        Column("position", SmallInteger, nullable=False),
        Column("is_primary", Boolean, nullable=False),
        *(Column(attribute, String(ATTRIBUTE_LIMIT)) for attribute in attributes),
        info=dict(parent.info),
    )
    Index(f"ix_{table.name}_target_id", table.c.target_id, table.c.record_id)
    return table


def links_of(
    connection: Connection, field: LinksField, ids: Sequence[UUID]
) -> dict[UUID, list[Link]]:
    """The links of the records `ids`, in their order. One statement."""
    table = field.child
    assert table is not None
    c = table.c
    attributes = [c[name] for name in field.attributes]
    query = (
        select(c.record_id, c.target_id, c.is_primary, *attributes)
        .where(c.record_id.in_(ids))
        .order_by(c.record_id, c.position)
    )
    found: dict[UUID, list[Link]] = {}
    for record_id, target_id, primary, *texts in connection.execute(query):
        found.setdefault(record_id, []).append(Link(target_id, primary, tuple(texts)))
    return found


def link_rows(
    field: LinksField, record_id: UUID, links: Iterable[Link]
) -> Iterable[dict[str, Any]]:
    """The child rows that keep `links`."""
    for position, link in enumerate(links):
        yield {
            "record_id": record_id,
            "target_id": link.id,
            "position": position,
            "is_primary": link.primary,
            **field.attributes_of(link),
        }
