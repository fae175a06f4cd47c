"""Trying parked events again, record by record, until they succeed or are given up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import Connection, RowMapping, text

from chassis.database.engine import Database
from chassis.errors import Unavailable
from chassis.listening.event import Event
from chassis.listening.recording import RETRY, schedule_retry
from chassis.work.due import DELAYS, Handler
from chassis.work.failure import described
from chassis.work.job import Job

_HEAD: Final = text("""
    SELECT event_id, event, attempts, state, coalesce(next_at <= now(), true) AS is_due
    FROM parked_events
    WHERE listener = :listener AND record_id = :record AND blocks
    ORDER BY position LIMIT 1 FOR UPDATE
""")
_DONE: Final = text("DELETE FROM parked_events WHERE listener = :listener AND event_id = :event")
_LATER: Final = text("""
    UPDATE parked_events SET state = 'waiting', attempts = :attempts, failure = :failure,
                             next_at = now() + :delay
    WHERE listener = :listener AND event_id = :event
""")
_DEAD: Final = text("""
    UPDATE parked_events SET state = 'dead', attempts = :attempts, failure = :failure,
                             next_at = NULL
    WHERE listener = :listener AND event_id = :event
""")

Reaction = Callable[[Connection, list[Event]], None]


class Retries(Protocol):
    """What can try its parked events again."""

    def retry(self, record_id: UUID) -> None:
        """Try again what is parked of a record."""


def retry_handlers(listeners: Mapping[str, Retries]) -> dict[str, Handler]:
    """The due-work handlers of a service whose listeners, by queue, are `listeners`."""

    def retry(job: Job) -> None:
        listener = listeners.get(job.arguments["listener"])
        if listener is None:
            raise Unavailable("This release has no such listener.", code="no_such_listener")
        listener.retry(UUID(job.arguments["record_id"]))

    return {RETRY: retry}


def retry_record(database: Database, listener: str, method: Reaction, record: UUID) -> None:
    """Give the parked events of a record to `method`, in order, each in its own transaction.

    The first that fails waits for its next attempt, and the rest behind it.
    """
    while True:
        head: RowMapping | None = None
        try:
            with database.transaction() as connection:
                head = _due_head(connection, listener, record)
                if head is None:
                    return
                method(connection, [Event.from_wire(head["event"])])
                connection.execute(_DONE, {"listener": listener, "event": head["event_id"]})
        except Exception as error:
            if head is None:
                raise
            _postpone(database, listener, record, head, error)
            return


def _due_head(connection: Connection, listener: str, record: UUID) -> RowMapping | None:
    given = {"listener": listener, "record": record}
    head = connection.execute(_HEAD, given).mappings().one_or_none()
    if head is None or head["state"] == "dead" or not head["is_due"]:
        return None
    return head


def _postpone(
    database: Database,
    listener: str,
    record: UUID,
    head: RowMapping,
    error: Exception,
) -> None:
    attempts = head["attempts"] + 1
    values = {
        "listener": listener,
        "event": head["event_id"],
        "attempts": attempts,
        "failure": described(error),
    }
    with database.transaction() as connection:
        if attempts > len(DELAYS):
            connection.execute(_DEAD, values)
            return
        delay = DELAYS[attempts - 1]
        connection.execute(_LATER, {**values, "delay": delay})
        schedule_retry(connection, listener, record, delay)
