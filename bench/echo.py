"""What a call through the chassis costs, against a raw py-amqp echo on the same RabbitMQ.

`python -m bench.echo` runs rounds of each kind in turn, so that a busy moment hits all of them,
and prints ratios. It fails when they are over the targets. AMQP_URI names a broker; without it
Debian's is started on its own ports.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import amqp

from bench.echo_servers import QUEUES
from chassis.access.keys import ensure_keys, load_signer
from chassis.bus.client import BusClient

PAYLOAD = "x" * 200
IN_FLIGHT = 16
MOST = {"bare": 3.0, "whole": 3.5}
LEAST_THROUGHPUT = 0.45
USER = UUID("018f0000-0000-7000-8000-000000000001")


class RawClient:
    """Sends to the raw echo and waits by draining the connection in the same thread."""

    def __init__(self, uri: str) -> None:
        where = urlsplit(uri)
        self._connection = amqp.Connection(
            f"{where.hostname}:{where.port}",
            userid=where.username,
            password=where.password,
            virtual_host=where.path.removeprefix("/") or "/",
        )
        self._connection.connect()
        self._channel = self._connection.channel()
        self._channel.basic_consume("amq.rabbitmq.reply-to", no_ack=True, callback=self._count)
        self._answered = 0

    def _count(self, _message: Any) -> None:
        self._answered += 1

    def _send(self) -> None:
        message = amqp.Message(PAYLOAD, correlation_id="1", reply_to="amq.rabbitmq.reply-to")
        self._channel.basic_publish(message, "", QUEUES["raw"])

    def once(self) -> None:
        """One round trip."""
        before = self._answered
        self._send()
        while self._answered == before:
            self._connection.drain_events()

    def many(self, count: int) -> None:
        """`count` round trips, 16 in flight."""
        sent, before = 0, self._answered
        while self._answered - before < count:
            while sent < count and sent - (self._answered - before) < IN_FLIGHT:
                self._send()
                sent += 1
            self._connection.drain_events()


class ChassisClient:
    """Calls one of the chassis echoes, from one thread or from 16."""

    def __init__(self, client: BusClient, service: str, token: str) -> None:
        self._client = client
        self._service = service
        self._token = token

    def once(self) -> None:
        """One round trip."""
        self._client.call(
            self._service, "say", {"text": PAYLOAD}, token=self._token, timeout=5, call_id="bench"
        )

    def many(self, count: int) -> None:
        """`count` round trips, 16 in flight."""

        def share() -> None:
            for _ in range(count // IN_FLIGHT):
                self.once()

        threads = [threading.Thread(target=share) for _ in range(IN_FLIGHT)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def timed(function: Callable[[], None]) -> float:
    """Seconds that `function` takes."""
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


@contextmanager
def broker() -> Iterator[str]:
    """The URI of the broker to measure on."""
    if os.environ.get("AMQP_URI", "").startswith("amqp"):
        yield os.environ["AMQP_URI"]
        return
    from chassis.testing.rabbitmq import Broker, find_programs

    programs = find_programs()
    if programs is None:
        sys.exit("RabbitMQ is not installed: install rabbitmq-server or set AMQP_URI.")
    folder = Path(tempfile.mkdtemp(prefix="rapport-bench-"))
    started = Broker(folder, programs)
    try:
        started.start()
        yield started.uri
    finally:
        started.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def servers(uri: str, keys: Path) -> Iterator[None]:
    """The three echoes, each in a process of its own."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.echo_servers", kind, uri, str(keys)],
            stderr=subprocess.DEVNULL,
        )
        for kind in QUEUES
    ]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def ready(client: RawClient | ChassisClient) -> None:
    """Wait until the echo answers."""
    limit = time.monotonic() + 20
    while True:
        try:
            client.once()
            return
        except Exception:
            if time.monotonic() > limit:
                raise
            time.sleep(0.2)


def measure(clients: dict[str, Any], rounds: int, calls: int) -> tuple[dict[str, float], ...]:
    """The median round trip and the calls per second of each kind, taken in turn."""
    trips: dict[str, list[float]] = {kind: [] for kind in clients}
    rates: dict[str, list[float]] = {kind: [] for kind in clients}
    for _ in range(rounds):
        for kind, client in clients.items():
            trips[kind] += [timed(client.once) for _ in range(calls)]
        for kind, client in clients.items():
            count = calls // IN_FLIGHT * IN_FLIGHT * 2
            rates[kind].append(count / timed(lambda: client.many(count)))  # noqa: B023
    return (
        {kind: statistics.median(values) for kind, values in trips.items()},
        {kind: statistics.median(values) for kind, values in rates.items()},
    )


def report(trips: dict[str, float], rates: dict[str, float]) -> bool:
    """Print the ratios; whether all of them are within their targets."""
    good = True
    print(f"raw: median {trips['raw'] * 1e6:.0f} us, {rates['raw']:.0f} calls/s with 16 in flight")
    for kind, most in MOST.items():
        trip, rate = trips[kind] / trips["raw"], rates[kind] / rates["raw"]
        good = good and trip <= most and rate >= LEAST_THROUGHPUT
        print(f"{kind:5}: round trip {trip:.2f} x raw (at most {most}), "
              f"throughput {rate:.2f} x raw (at least {LEAST_THROUGHPUT})")  # fmt: skip
    return good


def main() -> int:
    """Measure and report; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--calls", type=int, default=160)
    options = parser.parse_args()
    with ExitStack() as stack:
        keys = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ensure_keys(keys, ("gateway",))
        token = load_signer(keys, "gateway").user_token(USER, None, None, 1)
        uri = stack.enter_context(broker())
        stack.enter_context(servers(uri, keys))
        bus = BusClient(uri, "bench")
        stack.callback(bus.close)
        clients: dict[str, Any] = {kind: ChassisClient(bus, kind, token) for kind in MOST}
        for client in clients.values():
            ready(client)
        clients = {"raw": RawClient(uri), **clients}
        ready(clients["raw"])
        good = report(*measure(clients, options.rounds, options.calls))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
