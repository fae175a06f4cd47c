"""What a caller sees of a broker that dies, comes back, or takes no more messages."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chassis.bus.client import BusClient
from chassis.bus.publisher import EventPublisher
from chassis.errors import Unavailable
from chassis.testing.rabbitmq import Broker
from tests.bus.conftest import Responder, echo

pytestmark = pytest.mark.faults

Respond = Callable[..., Responder]


def call(client: BusClient, timeout: float = 2.0, retry: bool = False) -> Any:
    return client.call("echo", "say", {"n": 1}, token="t", timeout=timeout, call_id="c",
                       retry=retry)  # fmt: skip


def refused_within(client: BusClient, seconds: float, timeout: float = 2.0) -> None:
    began = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        call(client, timeout)
    assert time.monotonic() - began < seconds
    assert caught.value.status == 503


@pytest.fixture
def broker(rabbitmq: Broker) -> Iterator[Broker]:
    """The session's broker, in order again after the test."""
    yield rabbitmq
    if not rabbitmq.answers():
        rabbitmq.start()
    rabbitmq.alarm(on=False)


@pytest.fixture
def on_rabbitmq(amqp_uri: str) -> Iterator[BusClient]:
    client = BusClient(amqp_uri, "test")
    yield client
    client.close()


def answers(client: BusClient) -> bool:
    try:
        return bool(call(client, timeout=1.0))
    except Unavailable:
        time.sleep(0.05)
        return False


@pytest.mark.parametrize("uri", ["rabbitmq"], indirect=True)
def test_calls_fail_fast_without_a_broker_and_work_when_it_is_back(
    broker: Broker, on_rabbitmq: BusClient, respond: Respond
) -> None:
    respond(echo)
    assert call(on_rabbitmq)
    broker.kill()
    refused_within(on_rabbitmq, 2.0)
    time.sleep(1.2)
    refused_within(on_rabbitmq, 0.2, timeout=5.0)
    broker.start()
    back = time.monotonic()
    while not answers(on_rabbitmq):
        assert time.monotonic() - back < 10
    assert time.monotonic() - back < 5


@pytest.mark.parametrize("uri", ["rabbitmq"], indirect=True)
def test_memory_alarm_refuses_by_the_deadline(
    broker: Broker, on_rabbitmq: BusClient, respond: Respond
) -> None:
    responder = respond(echo)
    assert call(on_rabbitmq)
    publisher = EventPublisher(broker.uri, deadline=1.0)
    broker.alarm(on=True)
    refused_within(on_rabbitmq, 1.5, timeout=1.0)
    refused_within(on_rabbitmq, 0.2, timeout=1.0)
    began = time.monotonic()
    with pytest.raises(Unavailable):
        publisher.publish([("", "none", b"1", "a")])
    assert time.monotonic() - began < 2.5
    broker.alarm(on=False)
    limit = time.monotonic() + 10
    while not answers(on_rabbitmq):
        assert time.monotonic() < limit
    assert responder.asked


class DeafBroker:
    """Speaks no AMQP: passes bytes on to a broker until told to read no more."""

    def __init__(self, port: int) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._target = port
        self._deaf = threading.Event()
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def read_no_more(self) -> None:
        self._deaf.set()

    def _accept(self) -> None:
        while True:
            client, _ = self._server.accept()
            broker = socket.create_connection(("127.0.0.1", self._target))
            for one, other in ((client, broker), (broker, client)):
                threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        while not self._deaf.is_set():
            data = source.recv(65536)
            if not data:
                return
            target.sendall(data)
        time.sleep(60)


def test_broker_that_stops_reading_ends_every_call_by_its_deadline(broker: Broker) -> None:
    deaf = DeafBroker(broker.port)
    client = BusClient(f"amqp://guest:guest@127.0.0.1:{deaf.port}//", "test")
    with pytest.raises(Unavailable):
        call(client)
    deaf.read_no_more()
    durations = []

    def send() -> None:
        began = time.monotonic()
        with pytest.raises(Unavailable):
            client.call("none", "say", {"text": "x" * 2_000_000}, token="t", timeout=1.5,
                        call_id="c")  # fmt: skip
        durations.append(time.monotonic() - began)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    client.close()
    assert len(durations) == 8
    assert max(durations) < 2.2
