"""Labels: names of records of other services, copied so that a list can show them by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from chassis.listening.event import Event
from chassis.listening.recording import as_json

_KEEP: Final = text("""
    INSERT INTO labels (entity, id, version, name, copied, deleted)
    SELECT :entity, l.id, l.version, l.name, l.copied, l.deleted
    FROM jsonb_to_recordset(CAST(:labels AS jsonb))
         AS l (id uuid, version integer, name text, copied jsonb, deleted boolean)
    ON CONFLICT (entity, id) DO UPDATE
    SET version = excluded.version, name = excluded.name, copied = excluded.copied,
        deleted = excluded.deleted
    WHERE labels.version < excluded.version
""")
_FIND: Final = text("""
    SELECT l.entity, l.id, l.name, l.copied
    FROM labels l JOIN unnest(CAST(:entities AS text[]), CAST(:ids AS uuid[])) AS w (entity, id)
      ON w.entity = l.entity AND w.id = l.id
""")


class Labels:
    """What `@copy` listeners keep names with."""

    @staticmethod
    def take(
        connection: Connection,
        entity: str,
        events: Sequence[Event],
        name_field: str = "name",
        fields: Collection[str] = (),
    ) -> None:
        """Keep the name, and a copy of `fields`, of what `events` tell of; newest version wins."""
        newest: dict[UUID, Event] = {}
        for event in events:
            known = newest.get(event.record_id)
            if event.entity == entity and (
                known is None or known.record_version < event.record_version
            ):
                newest[event.record_id] = event
        rows = [
            {
                "id": event.record_id,
                "version": event.record_version,
                "name": event.record.get(name_field),
                "copied": {field: event.record.get(field) for field in fields},
                "deleted": bool(event.record.get("deleted")),
            }
            for event in newest.values()
        ]
        connection.execute(_KEEP, {"entity": entity, "labels": as_json(rows)})


def labels_of(
    connection: Connection, wanted: Mapping[str, Collection[UUID]]
) -> dict[str, dict[UUID, dict[str, Any]]]:
    """By entity and id, name and copied fields of what is wanted and known; one statement."""
    pairs = [(entity, str(each)) for entity, ids in wanted.items() for each in ids]
    labels: dict[str, dict[UUID, dict[str, Any]]] = {entity: {} for entity in wanted}
    if pairs:
        given = {"entities": [pair[0] for pair in pairs], "ids": [pair[1] for pair in pairs]}
        for row in connection.execute(_FIND, given):
            labels[row.entity][row.id] = {"name": row.name, **row.copied}
    return labels
