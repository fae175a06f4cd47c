"""kombu's own tools work on the embedded bus as on any other transport."""

from __future__ import annotations

from typing import Any

import kombu
import pytest
from kombu.exceptions import ChannelError

import chassis.bus.embedded  # noqa: F401 - makes the scheme known to kombu
from chassis.identifiers import new_id


@pytest.fixture
def connection() -> Any:
    with kombu.Connection(f"embedded://{new_id().hex}") as made:
        yield made


def test_simple_queue_gives_what_was_put(connection: Any) -> None:
    queue = connection.SimpleQueue("errands")
    queue.put({"text": "héllo"})
    message = queue.get(timeout=1)
    assert message.payload == {"text": "héllo"}
    message.ack()
    with pytest.raises(queue.Empty):
        queue.get(timeout=0.05)
    queue.close()


def test_producer_and_consumer_meet_at_an_exchange(connection: Any) -> None:
    exchange = kombu.Exchange("news", type="topic")
    queue = kombu.Queue("sport", exchange, routing_key="sport.#")
    got: list[Any] = []

    def take(body: Any, message: Any) -> None:
        got.append((body, message.headers, message.delivery_info["routing_key"]))
        message.ack()

    with connection.Consumer([queue], callbacks=[take], accept=["json"]):
        producer = connection.Producer(serializer="json")
        producer.publish([1], exchange=exchange, routing_key="sport.a", headers={"n": 1})
        producer.publish([2], exchange=exchange, routing_key="other")
        connection.drain_events(timeout=1)
        with pytest.raises(TimeoutError):
            connection.drain_events(timeout=0.05)
    assert got == [([1], {"n": 1}, "sport.a")]


def test_producer_hears_that_there_is_no_route(connection: Any) -> None:
    with pytest.raises(ChannelError, match="NO_ROUTE"):
        connection.Producer().publish("x", routing_key="nobody", mandatory=True)


def test_queue_is_not_redeclared_otherwise(connection: Any) -> None:
    channel = connection.channel()
    channel.queue_declare(queue="q", arguments={"x-message-ttl": 5})
    with pytest.raises(ChannelError, match="PRECONDITION_FAILED"):
        channel.queue_declare(queue="q")
    with pytest.raises(ChannelError, match="NOT_FOUND"):
        channel.queue_declare(queue="none", passive=True)
