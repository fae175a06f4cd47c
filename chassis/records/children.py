"""Child rows: the phones, e-mails, websites and messengers of an entity's records."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Table,
    Uuid,
    func,
)


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
