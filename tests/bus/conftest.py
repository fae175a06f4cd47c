"""Both buses for each test, and an echo service that is nothing but a link."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chassis import wire
from chassis.bus.client import EXCHANGE, BusClient
from chassis.bus.kept_link import KeptLink
from chassis.bus.link import Link, Received
from chassis.identifiers import new_id

EMBEDDED, RABBITMQ = "embedded", "rabbitmq"


@pytest.fixture(params=[EMBEDDED, RABBITMQ])
def uri(request: pytest.FixtureRequest) -> str:
    """The bus under test: an empty embedded one, then RabbitMQ."""
    if request.param == EMBEDDED:
        return f"embedded://{new_id().hex}"
    return str(request.getfixturevalue("amqp_uri"))


@pytest.fixture
def link(uri: str) -> Iterator[Link]:
    """An open link."""
    opened = Link(uri)
    yield opened
    opened.close()


class Responder:
    """Answers every call to `service` by `answer(method, arguments)`; keeps what it was asked."""

    def __init__(
        self, uri: str, service: str, answer: Callable[[str, dict[str, Any]], Any]
    ) -> None:
        self._service = service
        self._answer = answer
        self.asked: list[Received] = []
        self._kept = KeptLink(uri, self._prepare, name=f"{service}-responder")
        self._kept.start()
        assert self._kept.up.wait(10)

    def _prepare(self, link: Link) -> None:
        channel, queue = link.channel, f"rpc-{self._service}"
        channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
        channel.queue_declare(queue=queue, durable=True, auto_delete=True)
        channel.queue_bind(queue, EXCHANGE, f"{self._service}.*")
        link.consume(queue, self._handle, prefetch=10)

    def _handle(self, message: Received) -> None:
        self.asked.append(message)
        method = message.delivery_info["routing_key"].rpartition(".")[2]
        result = self._answer(method, wire.loads(message.body)["kwargs"])
        link = self._kept.link
        assert link is not None
        if result is not None:
            link.publish(
                wire.dumps(result),
                "",
                message.properties["reply_to"],
                correlation_id=message.properties["correlation_id"],
            )
        link.acknowledge(message)

    def close(self) -> None:
        self._kept.close()


@pytest.fixture
def respond(uri: str) -> Iterator[Callable[..., Responder]]:
    """Starts responders; stops them after the test."""
    started: list[Responder] = []

    def start(
        answer: Callable[[str, dict[str, Any]], Any], service: str = "echo", on: str = uri
    ) -> Responder:
        started.append(Responder(on, service, answer))
        return started[-1]

    yield start
    for responder in started:
        responder.close()


@pytest.fixture
def client(uri: str) -> Iterator[BusClient]:
    """A connected client."""
    made = BusClient(uri, "test")
    yield made
    made.close()


def echo(_method: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Answers with what was sent."""
    return {"result": arguments, "error": None}
