"""From numbered journal rows to bus messages, in order, and the mark of how far they were sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple, Protocol

from sqlalchemy import Connection, RowMapping, text

from chassis import wire
from chassis.journal.reading import EVENT_COLUMNS, envelope
from contracts.catalogue import listeners_of
from contracts.envelope import EVENTS_PER_MESSAGE
from contracts.speech import exchange

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
    UPDATE sequencer_state SET sent_position = :sent, sent_to = CAST(:sent_to AS jsonb)
    WHERE id = 1 AND sent_position = :before
""")
_REWIND: Final = text("""
    UPDATE sequencer_state SET sent_position = least(sent_position, :position), sent_to = coalesce(
        (SELECT jsonb_object_agg(key, least(value::bigint, :position))
         FROM jsonb_each_text(sent_to)), '{}')
    WHERE id = 1
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


def events_after(
    connection: Connection, position: int, entities: Collection[str], limit: int
) -> list[Any]:
    """Up to `limit` events of `entities` after `position`, in order, as they go on the bus."""
    numbered = numbered_after(connection, position, entities, limit)
    return [envelope(row, found) for found, row in numbered]


def messages_of(
    numbered: Iterable[tuple[int, RowMapping]], service: str, sent_to: dict[str, int]
) -> Iterator[Message]:
    """The events of `service` as messages of one entity each, to whoever hears of it.

    `sent_to` has, by queue, the last position that was sent to it; each message says so and moves
    it on.
    """
    for entity, events in _batches(numbered):
        queues = [each.queue for each in listeners_of(service) if entity in each.entities]
        follows = {queue: sent_to[queue] for queue in queues if queue in sent_to}
        sent_to |= dict.fromkeys(queues, events[-1].position)
        yield (exchange(service), entity, _body(events, follows), events[0].id)


def messages_to(queue: str, numbered: Iterable[tuple[int, RowMapping]]) -> Iterator[Message]:
    """The events as messages straight to one queue, which follow nothing: they come once more."""
    for _, events in _batches(numbered):
        yield ("", queue, _body(events, {}), events[0].id)


class _Event(NamedTuple):
    position: int
    id: str
    body: bytes


def _batches(numbered: Iterable[tuple[int, RowMapping]]) -> Iterator[tuple[str, list[_Event]]]:
    """Runs of events of one entity that fit into a message."""
    entity, events, size = "", list[_Event](), 0
    for position, row in numbered:
        body = wire.dumps(envelope(row, position))
        full = len(events) == EVENTS_PER_MESSAGE or size + len(body) > _MESSAGE_BYTES
        if events and (full or row["entity"] != entity):
            yield entity, events
            events, size = [], 0
        entity = row["entity"]
        events.append(_Event(position, row["id"], body))
        size += len(body)
    if events:
        yield entity, events


def _body(events: Sequence[_Event], follows: dict[str, int]) -> bytes:
    joined = b",".join(event.body for event in events)
    return b'{"follows":' + wire.dumps(follows) + b',"events":[' + joined + b"]}"


def mark_sent(connection: Connection, before: int, sent: int, sent_to: dict[str, int]) -> bool:
    """Note that everything up to `sent` was published, and by queue the last of it; False when
    somebody rewound meanwhile."""
    given = {"before": before, "sent": sent, "sent_to": wire.dumps(sent_to).decode()}
    return connection.execute(_MARK, given).rowcount == 1


def rewind(connection: Connection, position: int) -> None:
    """Have everything after `position` published once more."""
    connection.execute(_REWIND, {"position": position})
