"""A link: one connection to the bus with one channel, the same over RabbitMQ and in process.

One thread (or green thread) drains it; any number of others may publish and acknowledge. Whatever
breaks it becomes `Unavailable`; a broken link is never mended but replaced (`kept_link`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final

import amqp
import kombu
from kombu.exceptions import KombuError

from chassis.bus import embedded, rabbitmq
from chassis.bus.embedded_channel import DIRECT_REPLY_TO
from chassis.errors import Unavailable

__all__ = ["BUS_LOST", "DIRECT_REPLY_TO", "IDLE", "Link", "Received", "body_of"]

Received = Any
"""A received message: `body`, `headers`, `properties`, `delivery_info`, `delivery_tag`."""

IDLE: Final = rabbitmq.PATIENCE
"""Seconds after which `Link.drain` returns when nothing has come."""

_FAULTS: Final = (OSError, amqp.AMQPError, KombuError)

# py-amqp raises AttributeError and TypeError when a connection is closed under its hands.
_BROKEN: Final = (*_FAULTS, AttributeError, TypeError)

_CONNECT_TIMEOUT: Final = 2.0

BUS_LOST: Final = "bus_lost"
"""The code of the Unavailable that a link raises when it is not there or breaks."""


def body_of(message: Received) -> bytes:
    """The body as bytes: py-amqp gives an empty one as text."""
    return message.body.encode() if isinstance(message.body, str) else bytes(message.body)


def _connection(uri: str, heartbeat: int) -> kombu.Connection:
    if uri.startswith("embedded:"):
        return kombu.Connection(uri, transport=embedded.Transport)
    # A name to check makes py-amqp check the certificate's host name, not only its signature.
    security = {"server_hostname": None} if uri.startswith("amqps:") else False
    return kombu.Connection(
        uri.replace("amqps:", "amqp:", 1),
        transport=rabbitmq.Transport,
        ssl=security,
        heartbeat=heartbeat,
        connect_timeout=_CONNECT_TIMEOUT,
    )


def _lost(detail: str) -> Unavailable:
    return Unavailable(detail, code=BUS_LOST, retry_after=1)


class Link:
    """One connection and its channel. Opening it raises Unavailable when the bus is not there."""

    def __init__(self, uri: str, *, heartbeat: int = 10) -> None:
        self._sending = threading.Lock()
        self._lost = False
        self._heartbeat = heartbeat
        self._ticked = 0.0
        self._client = _connection(uri, heartbeat)
        try:
            # By the transport itself: kombu's own `connect` sleeps two seconds and tries again.
            self._connection = self._client.transport.establish_connection()
            self.channel = self._client.transport.create_channel(self._connection)
            # Bodies are JSON bytes; decoding them to text first would be work for nothing.
            self.channel.auto_decode = False
        except _FAULTS as error:
            self.abandon()
            raise _lost("The message bus cannot be reached.") from error

    @property
    def lost(self) -> bool:
        """Whether the link broke or was closed."""
        return self._lost

    @property
    def blocked(self) -> bool:
        """Whether the broker takes no messages for now, being short of memory or disk."""
        return bool(getattr(self._connection, "blocked", False))

    def publish(
        self,
        body: bytes,
        exchange: str,
        routing_key: str,
        *,
        headers: dict[str, Any] | None = None,
        mandatory: bool = False,
        patience: float = 5.0,
        **properties: Any,
    ) -> None:
        """Send a message. Waits at most `patience` seconds for its turn to write."""
        try:
            message = self.channel.prepare_message(
                body,
                content_type="application/json",
                content_encoding="utf-8",
                headers=headers,
                properties=properties,
            )
        except _BROKEN as error:
            raise self._broken() from error
        self.send(
            lambda: self.channel.basic_publish(message, exchange, routing_key, mandatory=mandatory),
            patience,
        )

    def acknowledge(self, message: Received) -> None:
        """Tell the bus that `message` is done with."""
        self.send(lambda: self.channel.basic_ack(message.delivery_tag))

    def requeue(self, message: Received) -> None:
        """Put `message` back where it stood in its queue."""
        self.send(lambda: self.channel.basic_reject(message.delivery_tag, requeue=True))

    def send(self, operation: Callable[[], Any], patience: float = 5.0) -> Any:
        """Do something that writes; what breaks it breaks the link and raises Unavailable."""
        if not self._sending.acquire(timeout=max(0.0, patience)):
            raise _lost("The message bus takes too long.")
        try:
            if self._lost:
                raise _lost("The message bus was lost.")
            return operation()
        except _BROKEN as error:
            raise self._broken() from error
        finally:
            self._sending.release()

    def consume(
        self,
        queue: str,
        callback: Callable[[Received], None],
        *,
        no_ack: bool = False,
        prefetch: int = 0,
    ) -> str:
        """Give `callback` each message of `queue` while the link is drained; a tag to cancel it."""
        try:
            if prefetch:
                self.channel.basic_qos(0, prefetch, False)
            tag = f"{queue}-{id(callback):x}"
            self.channel.basic_consume(queue, consumer_tag=tag, no_ack=no_ack, callback=callback)
        except _BROKEN as error:
            raise self._broken() from error
        return tag

    def cancel(self, tag: str) -> None:
        """Take no more messages for that consumer; does not wait for the bus to agree."""
        self.send(lambda: self.channel.basic_cancel(tag, nowait=True))

    def drain(self, timeout: float = IDLE) -> bool:
        """Handle what comes next; False when nothing came in `timeout` seconds."""
        if self._lost:
            # Asked for more, py-amqp would quietly connect again, without channel or consumer.
            raise _lost("The message bus was lost.")
        try:
            self._client.transport.drain_events(self._connection, timeout=timeout)
        except TimeoutError:
            return False
        except _BROKEN as error:
            raise self._broken() from error
        finally:
            self._tick()
        return True

    def wake(self) -> None:
        """Make a `drain` that waits for something return now."""
        if isinstance(self._connection, embedded.Transport):
            self._connection.interrupt()
        else:
            self.send(lambda: rabbitmq.provoke(self.channel))

    def _tick(self) -> None:
        now = time.monotonic()
        if now - self._ticked < 1 or self._lost or not hasattr(self._connection, "heartbeat_tick"):
            return
        self._ticked = now
        self.send(self._connection.heartbeat_tick)

    def _broken(self) -> Unavailable:
        self.abandon()
        return _lost("The message bus was lost.")

    def abandon(self) -> None:
        """Give the connection up without a word, so that whoever drains it notices at once."""
        self._lost = True
        connection = getattr(self, "_connection", None)
        transport = getattr(connection, "_transport", None)
        if transport is not None:
            transport.close()
        elif isinstance(connection, embedded.Transport):
            connection.close_connection(connection)

    def close(self) -> None:
        """Close in peace; what was not acknowledged goes back to its queue."""
        if self._lost:
            return
        try:
            self.send(lambda: self._client.transport.close_connection(self._connection), 1.0)
        except Unavailable:
            pass
        finally:
            self.abandon()
