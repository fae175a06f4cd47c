"""Events that were given up: showing them to an operator and trying them again on demand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from chassis.context import Context
from chassis.journal.writing import NewEvent, record_events
from chassis.listening.recording import schedule_retry

_DEAD: Final = text("""
    SELECT p.event_id, p.listener, p.source, p.event->>'name' AS name,
           p.event->>'entity' AS entity, p.record_id, p.position, p.attempts, p.failure,
           p.parked_at,
           (SELECT count(*) FROM parked_events b
            WHERE b.listener = p.listener AND b.record_id = p.record_id
              AND b.state = 'behind') AS waiting_behind
    FROM parked_events p WHERE p.state = 'dead' ORDER BY p.parked_at LIMIT :limit
""")
_REVIVE: Final = text("""
    UPDATE parked_events SET state = 'waiting', blocks = true, attempts = 0, next_at = now()
    WHERE state = 'dead' AND event_id = ANY(CAST(:events AS uuid[]))
    RETURNING event_id, listener, record_id, event->>'name' AS name
""")


def dead_events(connection: Connection, *, limit: int = 1_000) -> list[dict[str, Any]]:
    """Events that were given up, oldest first, and how many wait behind each."""
    return [dict(row) for row in connection.execute(_DEAD, {"limit": limit}).mappings()]


def retry_dead(connection: Connection, events: Sequence[UUID], context: Context) -> int:
    """Have dead `events` tried again now; the journal keeps who asked for it. Says how many."""
    given = {"events": [str(event) for event in events]}
    revived = connection.execute(_REVIVE, given).mappings().all()
    for row in revived:
        schedule_retry(connection, row["listener"], row["record_id"], timedelta(0))
    record_events(
        connection,
        context,
        [
            NewEvent(
                name="dead_event.retried",
                entity="dead_event",
                record_id=row["event_id"],
                record_version=1,
                record={"listener": row["listener"], "name": row["name"]},
                changes={},
            )
            for row in revived
        ],
    )
    return len(revived)
