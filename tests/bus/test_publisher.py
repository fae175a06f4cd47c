"""Events are on the bus when `publish` returns, and nowhere silently lost."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from chassis.bus import queues
from chassis.bus.link import Link, Received
from chassis.bus.publisher import EventPublisher
from chassis.errors import Unavailable
from chassis.identifiers import new_id
from contracts.catalogue import LISTENERS
from contracts.speech import exchange

LISTENER = LISTENERS[0]
EVENTS = exchange(LISTENER.source)


@pytest.fixture
def publisher(uri: str) -> Iterator[EventPublisher]:
    made = EventPublisher(uri, deadline=2.0)
    yield made
    made.close()


def received(uri: str, count: int) -> list[Received]:
    link = Link(uri)
    got: list[Received] = []
    link.consume(LISTENER.queue, got.append, no_ack=True)
    limit = time.monotonic() + 5
    while len(got) < count and time.monotonic() < limit:
        link.drain(0.1)
    link.close()
    return got


def test_declared_queues_are_not_missing(uri: str) -> None:
    queues.declare(uri)
    queues.declare(uri)
    assert queues.missing(uri) == []


def test_missing_queues_are_named(uri: str) -> None:
    link = Link(uri)
    link.channel.queue_delete(queue=LISTENER.queue)
    link.close()
    assert LISTENER.queue in queues.missing(uri)


def test_batch_is_on_the_bus_in_order(uri: str, publisher: EventPublisher) -> None:
    queues.declare(uri)
    entity = LISTENER.entities[0]
    messages = [(EVENTS, entity, str(n).encode(), new_id().hex) for n in range(500)]
    publisher.publish(messages)
    publisher.publish([("", LISTENER.queue, b"500", new_id().hex)])
    got = received(uri, 501)
    assert [int(message.body) for message in got] == list(range(501))
    assert got[0].properties["message_id"] == messages[0][3]


def test_event_that_reaches_no_queue_is_refused(uri: str, publisher: EventPublisher) -> None:
    queues.declare(uri)
    with pytest.raises(Unavailable) as caught:
        publisher.publish([(EVENTS, "unheard", b"1", "a")])
    assert caught.value.code == "binding_missing"
    publisher.publish([(EVENTS, LISTENER.entities[0], b"1", "b")])
    assert len(received(uri, 1)) == 1


def test_missing_exchange_is_refused(uri: str, publisher: EventPublisher) -> None:
    with pytest.raises(Unavailable):
        publisher.publish([(f"none-{new_id().hex}", "x", b"1", "a")])
    queues.declare(uri)
    publisher.publish([(EVENTS, LISTENER.entities[0], b"1", "b")])
    assert len(received(uri, 1)) == 1
