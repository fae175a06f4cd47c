"""A listener's queue: in order, acknowledged when taken, patient when the taker is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chassis import wire
from chassis.bus import queues
from chassis.bus.link import Link
from chassis.bus.publisher import EventPublisher
from chassis.identifiers import new_id
from chassis.service import subscription
from chassis.service.container import Container
from chassis.service.rpc import RpcEntrypoint
from chassis.service.subscription import Subscription
from chassis.testing.rabbitmq import Broker
from contracts.catalogue import LISTENERS
from tests.service.conftest import until

CONTRACT = LISTENERS[0]


class Taker:
    """Notes what it takes; refuses while `down`."""

    contract = CONTRACT

    def __init__(self) -> None:
        self.taken: list[int] = []
        self.followed: list[int] = []
        self.attempts = 0
        self.down = False

    def take(self, raw_events: list[dict[str, Any]], follows: int = 0) -> None:
        self.attempts += 1
        if self.down:
            raise OSError("no database")
        self.taken += [event["n"] for event in raw_events]
        self.followed.append(follows)


class Nothing:
    """A service without entrypoints."""

    name = "nothing"


class Running:
    """A subscription in a container, and what it put into quarantine."""

    def __init__(self, uri: str) -> None:
        queues.declare(uri)
        link = Link(uri)
        link.channel.queue_purge(queue=CONTRACT.queue)
        link.close()
        self.taker = Taker()
        self.quarantined: list[tuple[str, bytes]] = []
        self.publisher = EventPublisher(uri)
        service: Any = Nothing()
        answerer: Any = None
        self._container = Container(
            service,
            workers=2,
            rpc=RpcEntrypoint(uri, answerer, self._quarantine),
            subscriptions=[Subscription(uri, self.taker, self._quarantine)],
        )
        self._container.start()

    def _quarantine(self, queue: str, body: bytes, headers: dict[str, Any], reason: str) -> None:
        self.quarantined.append((queue, body))

    def publish(self, *numbers: int) -> None:
        for number in numbers:
            self.publish_body(wire.dumps({"events": [{"n": number}, {"n": number + 1}]}))

    def publish_body(self, body: bytes) -> None:
        self.publisher.publish([("", CONTRACT.queue, body, new_id().hex)])

    def stop(self) -> None:
        self._container.stop()
        self.publisher.close()


@pytest.fixture
def start(uri: str) -> Iterator[Callable[[], Running]]:
    started: list[Running] = []

    def run() -> Running:
        started.append(Running(uri))
        return started[-1]

    yield run
    for running in started:
        running.stop()


def test_events_are_taken_in_order(start: Callable[[], Running]) -> None:
    running = start()
    running.publish(*range(0, 60, 2))
    until(lambda: len(running.taker.taken) == 60)
    assert running.taker.taken == list(range(60))


def test_taker_is_told_what_its_own_queue_was_sent_before(start: Callable[[], Running]) -> None:
    running = start()
    for follows in ({CONTRACT.queue: 7, "another": 9}, {"another": 9}):
        running.publish_body(wire.dumps({"events": [{"n": 0}], "follows": follows}))
    until(lambda: running.taker.followed == [7, 0])


def test_taker_that_fails_is_asked_again_without_haste_and_in_order(
    start: Callable[[], Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscription, "RETRY_SECONDS", 0.3)
    running = start()
    running.taker.down = True
    running.publish(0, 2, 4)
    until(lambda: running.taker.attempts == 3)
    assert running.taker.taken == []
    running.taker.down = False
    until(lambda: len(running.taker.taken) == 6)
    assert running.taker.taken == list(range(6))
    assert running.taker.attempts < 10


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"events": []}',
        b'{"events": [1]}',
        b"\xff",
        b'{"events": [{}], "follows": 7}',
    ],
)
def test_undecodable_message_is_quarantined(start: Callable[[], Running], body: bytes) -> None:
    running = start()
    running.publish_body(body)
    running.publish(0)
    until(lambda: running.taker.taken == [0, 1])
    assert running.quarantined == [(CONTRACT.queue, body)]


def test_what_was_not_taken_stays_in_the_queue(
    uri: str, start: Callable[[], Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscription, "RETRY_SECONDS", 0.1)
    first = start()
    first.taker.down = True
    first.publish(0, 2)
    until(lambda: first.taker.attempts > 0)
    first.stop()
    link = Link(uri)
    assert link.channel.queue_declare(queue=CONTRACT.queue, passive=True).message_count == 2
    link.close()


@pytest.mark.parametrize("uri", ["rabbitmq"], indirect=True)
@pytest.mark.faults
def test_broker_that_was_killed_loses_nothing(
    start: Callable[[], Running], rabbitmq: Broker
) -> None:
    running = start()
    running.publish(0)
    until(lambda: running.taker.taken == [0, 1])
    running.taker.down = True
    running.publish(2)
    rabbitmq.kill()
    rabbitmq.start()
    running.taker.down = False
    until(lambda: running.taker.taken[-2:] == [2, 3], seconds=20)
    running.publish(4)
    until(lambda: running.taker.taken[-2:] == [4, 5], seconds=20)
    assert sorted(set(running.taker.taken)) == list(range(6))
