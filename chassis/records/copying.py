"""Columns of a record that another service keeps: written as it tells, and no edit of the record.

They have no history and no event here, and leave the version alone: their source has all of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table, TextClause, text

from chassis import wire
from chassis.listening.event import Event

if TYPE_CHECKING:
    from chassis.records.entity import Entity


def keep_copied_columns(
    connection: Connection,
    entity: Entity,
    events: Sequence[Event],
    columns: tuple[str, ...],
    version_column: str,
) -> None:
    """Write what `events`, whose records name `columns`, tell of records of `entity`.

    `version_column` remembers the version that was told, so that the newest wins.
    """
    newest: dict[str, Event] = {}
    for event in sorted(events, key=lambda event: event.record_version):
        if event.record.get("entity") == entity.name:
            newest[str(event.record_id)] = event
    rows = [
        {
            "id": identifier,
            version_column: event.record_version,
            **{column: event.record.get(column) for column in columns},
        }
        for identifier, event in sorted(newest.items())
    ]
    if rows:
        statement = _update(entity.table, columns, version_column)
        connection.execute(statement, {"rows": wire.dumps(rows).decode()})


@lru_cache(maxsize=50)
def _update(table: Table, columns: tuple[str, ...], version_column: str) -> TextClause:
    names = [*columns, version_column]
    kept = ", ".join(f'"{name}" = r."{name}"' for name in names)
    told = ", ".join(f'r."{name}"' for name in ("id", *names))
    return text(f"""
        UPDATE "{table.name}" t SET {kept}
        FROM (SELECT {told} FROM jsonb_populate_recordset(
                  NULL::"{table.name}", CAST(:rows AS jsonb)) r) r
        WHERE t.id = r.id AND t."{version_column}" < r."{version_column}"
    """)
