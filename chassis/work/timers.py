"""Timers: due work that is known by its key, so that it can be moved and called off."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, text

from chassis import wire
from chassis.identifiers import new_id
from chassis.work.tables import DUE_WORK

# Whoever has begun what is moved loses its lease: only the newest time is kept.
_SET: Final = text("""
    INSERT INTO due_work AS known (id, kind, key, arguments, due_at)
    SELECT t.id, :kind, t.key, t.arguments, t.due_at
    FROM jsonb_to_recordset(CAST(:timers AS jsonb))
         AS t (id uuid, key text, arguments jsonb, due_at timestamptz)
    ORDER BY t.key
    ON CONFLICT (key) DO UPDATE
    SET due_at = excluded.due_at, arguments = excluded.arguments, state = 'waiting', attempts = 0,
        lease = NULL, lease_until = NULL, failure = NULL
    WHERE (known.due_at, known.arguments) IS DISTINCT FROM (excluded.due_at, excluded.arguments)
""")


@dataclass(frozen=True, slots=True)
class Timer:
    """When it goes off, and what its handler is given then."""

    due_at: datetime
    arguments: dict[str, Any]


def set_timers(connection: Connection, kind: str, timers: Mapping[str, Timer]) -> None:
    """Have `kind` done once for each of `timers`, by key; one that is set already is moved."""
    rows = [
        {"id": new_id(), "key": key, "arguments": timer.arguments, "due_at": timer.due_at}
        for key, timer in timers.items()
    ]
    if rows:
        connection.execute(_SET, {"kind": kind, "timers": wire.dumps(rows).decode()})


def drop_timers(connection: Connection, keys: Collection[str]) -> None:
    """Call off the timers with `keys`, as far as there are any."""
    if keys:
        connection.execute(delete(DUE_WORK).where(DUE_WORK.c.key.in_(sorted(keys))))
