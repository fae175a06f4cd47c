"""Who may be meant: known leads, contacts and companies that share keys, as one viewer sees them.

Of what the viewer may not read only this is told: that it exists, and whom to ask.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select

from chassis.context import Context
from chassis.listening.labels import FACTS
from chassis.listening.tables import LABELS
from chassis.records.facts import fact_columns, facts_of
from services.contacts.matching import records_with
from services.contacts.models import Company, Contact
from services.contacts.rules import STRONG, Key, strength

ENTITIES: Final = ("contact", "company", "lead")
LIMIT: Final = 20
_FIELDS: Final = {"phone": "phones", "email": "emails", "tax_id": "tax_id", "name": "name"}
_OWN: Final = {model.entity.name: model.entity for model in (Company, Contact)}


@dataclass(frozen=True)
class _Known:
    name: str | None
    facts: Mapping[str, Any]


def candidates(
    connection: Connection,
    context: Context,
    keys: Iterable[Key],
    entities: Collection[str] = ENTITIES,
    apart_from: UUID | None = None,
) -> list[dict[str, Any]]:
    """The records that share `keys`, strongest first."""
    shared = records_with(connection, keys, [name for name in ENTITIES if name in entities])
    shared = {
        one: seen
        for one, common in shared.items()
        if one[1] != apart_from and (seen := _seen(context, one[0], common))
    }
    known = {
        name: _known(connection, name, [each for entity, each in shared if entity == name])
        for name in ENTITIES
    }
    ranked = sorted(shared, key=lambda one: (_rank(shared[one]), ENTITIES.index(one[0]), one[1]))
    found: list[dict[str, Any]] = []
    for entity, record_id in ranked:
        record = known[entity].get(record_id)
        if record is not None:
            told = _told(context, entity, record_id, record, shared[entity, record_id])
            found += [told] if told not in found else []
    return found[:LIMIT]


def _seen(context: Context, entity: str, common: set[Key]) -> set[Key]:
    """The keys whose fields the viewer sees: what is hidden cannot be probed for either."""
    rights = context.rights
    return {(kind, key) for kind, key in common if rights.field(entity, _FIELDS[kind]) != "hidden"}


def _rank(common: set[Key]) -> tuple[bool, int]:
    kinds = {kind for kind, _ in common}
    return strength(kinds) != "strong", -len(common)


def _told(
    context: Context, entity: str, record_id: UUID, record: _Known, common: set[Key]
) -> dict[str, Any]:
    kinds = sorted({kind for kind, _ in common})
    told = {"entity": entity, "strength": strength(kinds)}
    rights = context.rights
    if rights.covers(entity, "read", record.facts):
        name = record.name if rights.sees_copy(entity, "name") else None
        return {**told, "id": str(record_id), "name": name, "shared": kinds}
    owner = context.organisation.users.get(record.facts["owner_id"])
    return {**told, "id": None, "ask": owner.name if owner else None}


def _known(connection: Connection, name: str, ids: Collection[UUID]) -> dict[UUID, _Known]:
    if not ids:
        return {}
    if name not in _OWN:
        return _labelled(connection, name, ids)
    entity = _OWN[name]
    c = entity.table.c
    columns = [c[column] for column in dict.fromkeys((*fact_columns(entity), entity.title))]
    query = select(*columns).where(c.id.in_(ids), c.deleted_at.is_(None))
    rows = map(dict, connection.execute(query).mappings())
    return {row["id"]: _Known(row[entity.title], facts_of(entity, row)) for row in rows}


def _labelled(connection: Connection, name: str, ids: Collection[UUID]) -> dict[UUID, _Known]:
    c = LABELS.c
    query = select(c.id, c.name, *(c[fact] for fact in FACTS)).where(
        c.entity == name, c.id.in_(ids), ~c.deleted
    )
    return {
        row.id: _Known(row.name, {fact: getattr(row, fact) for fact in FACTS})
        for row in connection.execute(query)
    }


def best(shared: Mapping[tuple[str, UUID], set[Key]], entity: str) -> UUID | None:
    """The one record of `entity` that says most: most strong keys, an e-mail before a phone, the
    oldest of equals."""

    def rank(record_id: UUID) -> tuple[int, bool, UUID]:
        kinds = [kind for kind, _ in shared[entity, record_id] if kind in STRONG]
        return -len(kinds), "email" not in kinds, record_id

    strong = [
        record_id
        for (name, record_id), common in shared.items()
        if name == entity and any(kind in STRONG for kind, _ in common)
    ]
    return min(strong, key=rank, default=None)
