"""The kombu transport `embedded://NAME`: a bus inside this process, one per name.

Connections are cheap and need no network. Waiting is on events, never by polling, so it works for
threads and green threads alike. Direct reply-to, mandatory publishing and confirms behave as on
RabbitMQ.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from amqp.exceptions import ConnectionForced
from kombu.transport import TRANSPORT_ALIASES, base

from chassis.bus.broker import broker_of
from chassis.bus.embedded_channel import EmbeddedChannel


class Transport(base.Transport):  # type: ignore[misc]
    """kombu's view of the bus. One transport is one connection."""

    Channel = EmbeddedChannel
    driver_type = driver_name = "embedded"
    implements = base.Transport.implements.extend(
        asynchronous=False,
        exchange_type=frozenset(["direct", "topic", "fanout"]),
        heartbeats=False,
    )
    # kombu would wrap these in OperationalError and try again: NO_ROUTE is an answer, not a fault.
    recoverable_connection_errors = recoverable_channel_errors = ()

    def __init__(self, client: Any, **options: Any) -> None:
        super().__init__(client, **options)
        self.broker = broker_of(f"{client.hostname}/{(client.virtual_host or '').lstrip('/')}")
        self.wakeup = threading.Event()
        self.channels: list[EmbeddedChannel] = []
        self.connected = False
        self._interrupted = False

    def driver_version(self) -> str:
        """The version of the broker's rules."""
        return "1"

    def establish_connection(self) -> Transport:
        """This transport, which is its own connection."""
        self.connected = True
        return self

    def create_channel(self, connection: Transport) -> EmbeddedChannel:
        """A new channel on this connection."""
        channel = EmbeddedChannel(self)
        self.channels.append(channel)
        return channel

    def wake(self) -> None:
        """Make `drain_events` look at the queues again."""
        self.wakeup.set()

    def interrupt(self) -> None:
        """End whoever waits in `drain_events`, though nothing has come."""
        self._interrupted = True
        self.wakeup.set()

    def close_channel(self, channel: EmbeddedChannel) -> None:
        """Forget a closed channel."""
        if channel in self.channels:
            self.channels.remove(channel)

    def close_connection(self, connection: Transport) -> None:
        """Close every channel and end whoever waits in `drain_events`."""
        self.connected = False
        for channel in list(self.channels):
            channel.close()
        self.wakeup.set()

    def drain_events(self, connection: Transport, timeout: float | None = None) -> None:
        """Deliver one message, or return when interrupted; raises TimeoutError when neither comes
        in `timeout` seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.connected:
            self.wakeup.clear()
            if self._interrupted:
                self._interrupted = False
                return
            if any(channel.deliver_one() for channel in list(self.channels)):
                return
            remaining = None if deadline is None else deadline - time.monotonic()
            if (remaining is not None and remaining <= 0) or not self.wakeup.wait(remaining):
                raise TimeoutError
        raise ConnectionForced("the embedded connection is closed")

    @property
    def default_connection_params(self) -> dict[str, Any]:
        """The name used when the address has none."""
        return {"hostname": "rapport"}


TRANSPORT_ALIASES["embedded"] = "chassis.bus.embedded:Transport"
