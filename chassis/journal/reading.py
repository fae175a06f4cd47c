"""Journal rows as they are read for publishing: with their position and their personal values."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import RowMapping

from chassis import wire
from chassis.journal.hashing import CONTENT_COLUMNS

EVENT_COLUMNS = f"""
    {CONTENT_COLUMNS},
    s.record::text AS personal_record, s.changes::text AS personal_changes
"""


def merged(sealed: str, personal: str, values: str | None) -> Any:
    """The JSON object `sealed` with its personal fields as `values` has them, null when erased."""
    fields = wire.loads(personal)
    if not fields:
        return orjson.Fragment(sealed)
    return unsealed(wire.loads(sealed), fields, None if values is None else wire.loads(values))


def unsealed(
    sealed: dict[str, Any], personal: list[str], values: dict[str, Any] | None
) -> dict[str, Any]:
    """`sealed` with the fields named in `personal` taken from `values`, or null when erased."""
    found = values or {}
    return sealed | {name: found.get(name) for name in personal if name in sealed}


def envelope(row: RowMapping, position: int) -> dict[str, Any]:
    """The event of a row read with `EVENT_COLUMNS`, as it goes on the bus."""
    personal = row["personal"]
    return {
        "id": row["id"],
        "entity": row["entity"],
        "record_id": row["record_id"],
        "record_version": row["record_version"],
        "position": position,
        "schema": row["schema"],
        "name": row["name"],
        "actor": orjson.Fragment(row["actor"]),
        "root_cause": row["root_cause"],
        "depth": row["depth"],
        "traceparent": row["traceparent"],
        "silent": row["silent"],
        "occurred_at": row["occurred_at"],
        "record": merged(row["record"], personal, row["personal_record"]),
        "changes": merged(row["changes"], personal, row["personal_changes"]),
    }
