"""Match keys: kept with every record, and asked who is known already by a phone, e-mail or name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, delete, text

from chassis import wire
from chassis.context import Context
from chassis.records.field_types.points import Point, digits_of
from services.contacts.models import MatchKey
from services.contacts.rules import Key, keys_of

KEYS: Final = MatchKey.__table__
# So many records at most are told to share a key: a switchboard's number, or the name of thousands,
# is no sign of anything.
FOUND_LIMIT: Final = 50

_KEEP: Final = text("""
    INSERT INTO match_keys (kind, key, entity, record_id)
    SELECT k.kind, k.key, :entity, k.record_id
    FROM jsonb_to_recordset(CAST(:keys AS jsonb)) AS k (kind text, key text, record_id uuid)
    ON CONFLICT DO NOTHING
""")
_FIND: Final = text(f"""
    SELECT k.kind, k.key, m.entity, m.record_id
    FROM jsonb_to_recordset(CAST(:keys AS jsonb)) AS k (kind text, key text)
    CROSS JOIN unnest(CAST(:entities AS text[])) AS e (entity)
    CROSS JOIN LATERAL (
        SELECT entity, record_id FROM match_keys
        WHERE kind = k.kind AND key = k.key AND entity = e.entity
        ORDER BY record_id LIMIT {FOUND_LIMIT}
    ) AS m
""")


def row_keys(entity: str, row: Mapping[str, Any]) -> list[Key]:
    """The keys of a contact or company as it is in the database, points included."""
    return list(keys_of(entity, row, _normalized(row, "phones"), _normalized(row, "emails")))


def lead_keys(record: Mapping[str, Any]) -> list[Key]:
    """The keys of a lead as its events tell of it."""
    phones = [digits_of(point["value"]) for point in record.get("phones") or ()]
    emails = [point["value"].lower() for point in record.get("emails") or ()]
    return list(keys_of("lead", record, phones, emails))


def keep_keys(
    connection: Connection,
    entity: str,
    records: Mapping[UUID, Iterable[Key]],
    *,
    fresh: bool = False,
) -> None:
    """Keep the keys of `records`, by id, in place of those they had; `fresh` ones had none."""
    if not records:
        return
    if not fresh:
        c = KEYS.c
        connection.execute(delete(KEYS).where(c.record_id.in_(records), c.entity == entity))
    rows = [
        {"kind": kind, "key": key, "record_id": record_id}
        for record_id, keys in records.items()
        for kind, key in keys
    ]
    if rows:
        given = {"entity": entity, "keys": wire.dumps(rows).decode()}
        connection.execute(_KEEP, given)


def keep_new(
    connection: Connection, context: Context, entity: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Keep the keys of records that were just made in bulk."""
    keep_keys(connection, entity, {row["id"]: row_keys(entity, row) for row in rows}, fresh=True)


def records_with(
    connection: Connection, keys: Iterable[Key], entities: Sequence[str]
) -> dict[tuple[str, UUID], set[Key]]:
    """By entity and id, which of `keys` the records of `entities` have."""
    asked = [{"kind": kind, "key": key} for kind, key in dict.fromkeys(keys)]
    found: dict[tuple[str, UUID], set[Key]] = {}
    if asked:
        given = {"keys": wire.dumps(asked).decode(), "entities": list(entities)}
        for kind, key, entity, record_id in connection.execute(_FIND, given):
            found.setdefault((entity, record_id), set()).add((kind, key))
    return found


def _normalized(row: Mapping[str, Any], name: str) -> list[str]:
    points: Sequence[Point] = row.get(name) or ()
    return [point.normalized for point in points]
