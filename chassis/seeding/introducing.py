"""Telling a service of the records of others that its made-up records can refer to.

Events would tell it too, but while data is made up no service listens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from chassis.listening.hints import take_hints
from chassis.records.facts import facts_of

if TYPE_CHECKING:
    from chassis.records.entity import Entity
    from chassis.service.base import Service

# So many of the newest records of each entity.
INTRODUCED: Final = 20_000


def introduce(newcomer: Service, entity: Entity, known: dict[str, tuple[Service, Entity]]) -> None:
    """Keep in `newcomer` what its `entity` copies of the newest records of the entities `known`,
    each with who owns it. What it has heard of already stays as it is."""
    copies: dict[str, set[str]] = {}
    for field in entity.reference_fields:
        for target in known.keys() & set(field.targeted):
            copies.setdefault(target, set()).update(field.copies)
    hints = {target: _newest(*known[target], sorted(fields)) for target, fields in copies.items()}
    with newcomer.parts.database.transaction() as connection:
        take_hints(connection, hints, copies)


def _newest(owner: Service, entity: Entity, fields: list[str]) -> list[dict[str, Any]]:
    table = entity.table
    query = (
        select(table)
        .where(table.c.deleted_at.is_(None))
        .order_by(table.c.number.desc())
        .limit(INTRODUCED)
    )
    copied = {name: entity.copied_field(name) for name in {"name", *fields}}
    with owner.parts.database.reading() as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
    return [
        {
            "id": row["id"],
            **{name: field.dump(row) for name, field in copied.items()},
            **facts_of(entity, row),
        }
        for row in rows
    ]
