"""Hints: what a service tells of a record made a moment ago, whose event has not arrived yet.

They are labels of version 0: the first event of the record takes their place.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, text

from chassis.listening.labels import FACTS
from chassis.listening.recording import as_json

_KEEP: Final = text("""
    INSERT INTO labels
        (entity, id, version, name, copied, deleted, owner_id, stage_id, open, observer_ids)
    SELECT :entity, l.id, 0, l.name, l.copied, false, l.owner_id, l.stage_id, l.open,
           l.observer_ids
    FROM jsonb_to_recordset(CAST(:labels AS jsonb))
         AS l (id uuid, name text, copied jsonb, owner_id uuid, stage_id uuid, open boolean,
               observer_ids uuid[])
    ON CONFLICT (entity, id) DO NOTHING
""")


def take_hints(
    connection: Connection,
    hints: Mapping[str, Sequence[Mapping[str, Any]]],
    copies: Mapping[str, Collection[str]],
) -> None:
    """Keep `hints` (records in wire form with a `name`, by entity) of the entities in `copies`,
    which says what is kept of each."""
    for entity, records in hints.items():
        if entity in copies and records:
            rows = [
                {
                    "id": record["id"],
                    "name": record.get("name"),
                    "copied": {field: record.get(field) for field in copies[entity]},
                    **{fact: record.get(fact) for fact in FACTS},
                }
                for record in records
            ]
            connection.execute(_KEEP, {"entity": entity, "labels": as_json(rows)})
