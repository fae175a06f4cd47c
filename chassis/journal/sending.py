"""From numbered journal rows to bus messages, in order, and the mark of how far they were sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final, Protocol

from sqlalchemy import Connection, RowMapping, text

from chassis import wire
from chassis.journal.reading import EVENT_COLUMNS, envelope
from contracts.envelope import EVENTS_PER_MESSAGE

Message = tuple[str, str, bytes, str]
"""Exchange, routing key, body, message id."""

_MESSAGE_BYTES: Final = 1_000_000

_NUMBERED: Final = f"""
    SELECT p.position, {EVENT_COLUMNS}
    FROM journal_positions p
    JOIN journal j ON j.id = p.event_id
    LEFT JOIN journal_personal s ON s.event_id = p.event_id
    WHERE p.position > :after AND j.entity = ANY(:entities)
"""
_NEWEST: Final = """
    AND NOT EXISTS (SELECT FROM journal n WHERE n.entity = j.entity
                    AND n.record_id = j.record_id AND n.seq > j.seq)
"""
_IN_ORDER: Final = " ORDER BY p.position LIMIT :limit"
_MARK: Final = text("""
    UPDATE sequencer_state SET sent_position = :sent WHERE id = 1 AND sent_position = :before
""")
_REWIND: Final = text("""
    UPDATE sequencer_state SET sent_position = least(sent_position, :position) WHERE id = 1
""")


class Publisher(Protocol):
    """What the sequencer needs of the bus."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Return once the broker has all `messages` in order; raise Unavailable otherwise."""


def numbered_after(
    connection: Connection,
    position: int,
    entities: Collection[str],
    limit: int,
    *,
    newest_only: bool = False,
) -> list[tuple[int, RowMapping]]:
    """Up to `limit` events of `entities` after `position`, with their positions, in order.

    `newest_only` leaves out every event that a later one of the same record has overtaken.
    """
    statement = text(_NUMBERED + (_NEWEST if newest_only else "") + _IN_ORDER)
    parameters = {"after": position, "entities": sorted(entities), "limit": limit}
    rows = connection.execute(statement, parameters).mappings()
    return [(row["position"], row) for row in rows]


def messages_of(
    numbered: Iterable[tuple[int, RowMapping]], exchange: str, queue: str | None = None
) -> Iterator[Message]:
    """The events as messages of one entity each; straight to `queue` when one is named."""
    entity, events, size = "", list[tuple[str, bytes]](), 0
    for position, row in numbered:
        body = wire.dumps(envelope(row, position))
        full = len(events) == EVENTS_PER_MESSAGE or size + len(body) > _MESSAGE_BYTES
        if events and (full or row["entity"] != entity):
            yield _message(events, exchange, entity, queue)
            events, size = [], 0
        entity = row["entity"]
        events.append((row["id"], body))
        size += len(body)
    if events:
        yield _message(events, exchange, entity, queue)


def _message(
    events: list[tuple[str, bytes]], exchange: str, entity: str, queue: str | None
) -> Message:
    body = b'{"events":[' + b",".join(body for _, body in events) + b"]}"
    return ("", queue, body, events[0][0]) if queue else (exchange, entity, body, events[0][0])


def mark_sent(connection: Connection, before: int, sent: int) -> bool:
    """Note that everything up to `sent` was published; False when somebody rewound meanwhile."""
    return connection.execute(_MARK, {"before": before, "sent": sent}).rowcount == 1


def rewind(connection: Connection, position: int) -> None:
    """Have everything after `position` published once more."""
    connection.execute(_REWIND, {"position": position})
