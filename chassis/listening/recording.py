"""The statements of a listener: claiming events, finding what is blocked, noting how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select, text

from chassis import wire
from chassis.errors import Malformed
from chassis.listening.event import Event
from chassis.listening.tables import LISTENER_POSITIONS
from chassis.work.scheduling import schedule
from contracts.speech import ListenerContract

RETRY: Final = "listening.retry"

_CLAIM: Final = text("""
    INSERT INTO inbox (listener, event_id)
    SELECT :listener, e FROM unnest(CAST(:events AS uuid[])) AS e
    ON CONFLICT DO NOTHING RETURNING event_id
""")
# Locking makes a list wait for a retry of the same record in progress, and a retry for a list:
# otherwise an event could be put behind one that is just leaving, and wait there for ever.
_BLOCKED: Final = text("""
    SELECT record_id FROM parked_events
    WHERE listener = :listener AND record_id = ANY(CAST(:records AS uuid[])) AND blocks
    ORDER BY record_id, position FOR UPDATE
""")
_PARK: Final = text("""
    INSERT INTO parked_events
        (listener, event_id, source, record_id, position, event, state, blocks, attempts, failure,
         next_at)
    SELECT :listener, p.event_id, :source, p.record_id, p.position, p.event, :state, :blocks,
           :attempts, :failure, now() + :delay
    FROM jsonb_to_recordset(CAST(:events AS jsonb))
         AS p (event_id uuid, record_id uuid, position bigint, event jsonb)
    ON CONFLICT DO NOTHING
""")
_OVERTAKE: Final = text("""
    DELETE FROM parked_events p
    USING unnest(CAST(:records AS uuid[]), CAST(:positions AS bigint[])) AS n (record_id, position)
    WHERE p.listener = :listener AND p.record_id = n.record_id AND p.position < n.position
""")
_ADVANCE: Final = text("""
    INSERT INTO listener_positions AS l (listener, source, position)
    VALUES (:listener, :source, :position)
    ON CONFLICT (listener) DO UPDATE SET position = greatest(l.position, excluded.position)
""")


def claim(connection: Connection, listener: str, events: Sequence[Event]) -> set[UUID]:
    """Take `events` for `listener`; the ids of those that nobody had taken before."""
    identifiers = [str(event.id) for event in events]
    given = {"listener": listener, "events": identifiers}
    return set(connection.execute(_CLAIM, given).scalars())


def blocked_records(connection: Connection, listener: str, events: Iterable[Event]) -> set[UUID]:
    """The records of `events` that have an event which the others must wait behind."""
    records = sorted({str(event.record_id) for event in events})
    given = {"listener": listener, "records": records}
    return set(connection.execute(_BLOCKED, given).scalars())


def park(
    connection: Connection,
    contract: ListenerContract,
    events: Sequence[Event],
    *,
    state: str,
    blocks: bool = True,
    failure: str | None = None,
    delay: timedelta | None = None,
) -> None:
    """Put `events` aside; those that are `waiting` are tried again after `delay`."""
    rows = [
        {
            "event_id": event.id,
            "record_id": event.record_id,
            "position": event.position,
            "event": event.as_wire(),
        }
        for event in events
    ]
    connection.execute(
        _PARK,
        {
            "listener": contract.queue,
            "source": contract.source,
            "events": as_json(rows),
            "state": state,
            "blocks": blocks,
            "attempts": 1 if state == "waiting" else 0,
            "failure": failure,
            "delay": delay,
        },
    )
    if delay is not None:
        for record in {event.record_id for event in events}:
            schedule_retry(connection, contract.queue, record, delay)


def schedule_retry(connection: Connection, listener: str, record: UUID, delay: timedelta) -> None:
    """Have what is parked of `record` tried after `delay`."""
    arguments = {"listener": listener, "record_id": str(record)}
    schedule(connection, RETRY, arguments, after=delay)


def overtake(connection: Connection, listener: str, events: Sequence[Event]) -> None:
    """Drop parked events that newer ones of the same record have made meaningless."""
    connection.execute(
        _OVERTAKE,
        {
            "listener": listener,
            "records": [str(event.record_id) for event in events],
            "positions": [event.position for event in events],
        },
    )


def recorded_by(connection: Connection, contract: ListenerContract) -> int:
    """The position up to which the listener has recorded its source."""
    query = select(LISTENER_POSITIONS.c.position)
    known = connection.execute(query.where(LISTENER_POSITIONS.c.listener == contract.queue))
    return known.scalar_one_or_none() or 0


def advance(connection: Connection, contract: ListenerContract, position: int) -> None:
    """Note that the listener has recorded everything up to `position`."""
    connection.execute(
        _ADVANCE,
        {"listener": contract.queue, "source": contract.source, "position": position},
    )


def as_json(value: Any) -> str:
    """`value` as the JSON text that a statement casts to jsonb."""
    return wire.dumps(value).decode()


def understood(raw: Any) -> Event | None:
    """The event that `raw` is, or None."""
    try:
        return Event.from_wire(raw)
    except Malformed:
        return None
