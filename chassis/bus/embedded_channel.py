"""The AMQP channel of the embedded bus: kombu's channel interface over the broker's rules."""

from __future__ import annotations

import itertools
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from typing import Any, Final, Protocol

from amqp.protocol import queue_declare_ok_t
from kombu.exceptions import ChannelError
from kombu.transport import base

from chassis.bus.broker import Broker, Refused, StoredMessage

DIRECT_REPLY_TO: Final = "amq.rabbitmq.reply-to"

_numbers = itertools.count(1)


class EmbeddedConnection(Protocol):
    """What a channel needs of the connection it belongs to."""

    broker: Broker

    def wake(self) -> None:
        """Make whoever drains the connection look at the queues again."""

    def close_channel(self, channel: EmbeddedChannel) -> None:
        """Forget a closed channel."""


class EmbeddedMessage(base.Message):  # type: ignore[misc]
    """A delivered message, read like one from RabbitMQ."""

    def __init__(self, stored: StoredMessage, channel: EmbeddedChannel, tag: int) -> None:
        super().__init__(
            body=stored.body,
            channel=channel,
            delivery_tag=tag,
            content_type=stored.properties.get("content_type"),
            content_encoding=stored.properties.get("content_encoding"),
            delivery_info={
                "exchange": stored.exchange,
                "routing_key": stored.routing_key,
                "redelivered": stored.redelivered,
                "delivery_tag": tag,
            },
            properties=dict(stored.properties),
            headers=dict(stored.headers),
        )


class Subscriber:
    """One consumer of one queue on one channel."""

    def __init__(
        self,
        channel: EmbeddedChannel,
        queue: str,
        callback: Callable[[EmbeddedMessage], Any],
        no_ack: bool,
    ) -> None:
        self.channel = channel
        self.queue = queue
        self.callback = callback
        self.no_ack = no_ack

    def wake(self) -> None:
        """Make the connection look at its queues again."""
        self.channel.connection.wake()


class EmbeddedChannel(base.StdChannel):  # type: ignore[misc]
    """An AMQP channel on a `chassis.bus.broker.Broker`."""

    Message = EmbeddedMessage
    do_restore = False

    def __init__(self, connection: EmbeddedConnection) -> None:
        self.connection = connection
        self.channel_id = next(_numbers)
        self.broker = connection.broker
        self.events: dict[str, set[Callable[..., Any]]] = defaultdict(set)
        self.is_open = True
        self._subscribers: dict[str, Subscriber] = {}
        self._reply_queue = f"{DIRECT_REPLY_TO}.{self.channel_id}"
        self._unacknowledged: OrderedDict[int, tuple[str, StoredMessage]] = OrderedDict()
        self._tags = itertools.count(1)
        self._prefetch = 0
        self._published = 0
        self._confirms = False

    def exchange_declare(
        self,
        exchange: str,
        type: str = "direct",  # noqa: A002 - kombu's name
        **_options: Any,
    ) -> None:
        """Make the exchange when there is none."""
        self._do(self.broker.declare_exchange, exchange, type)

    def queue_declare(
        self,
        queue: str = "",
        *,
        passive: bool = False,
        exclusive: bool = False,
        auto_delete: bool = False,
        arguments: dict[str, Any] | None = None,
        **_options: Any,
    ) -> queue_declare_ok_t:
        """Make the queue, or with `passive` refuse when there is none."""
        name = queue or f"amq.gen-{next(_numbers)}"
        if passive:
            ready = len(self._do(self.broker.queue, name).ready)
        else:
            transient = auto_delete or exclusive
            ready = self._do(self.broker.declare_queue, name, arguments or {}, transient)
        return queue_declare_ok_t(name, ready, 0)

    def queue_bind(
        self, queue: str, exchange: str = "", routing_key: str = "", **_options: Any
    ) -> None:
        """Let what `exchange` gets for `routing_key` flow into `queue`."""
        self._do(self.broker.bind, queue, exchange, routing_key)

    def queue_unbind(
        self, queue: str, exchange: str = "", routing_key: str = "", **_options: Any
    ) -> None:
        """Undo `queue_bind`."""
        self._do(self.broker.unbind, queue, exchange, routing_key)

    def queue_delete(self, queue: str = "", **_options: Any) -> None:
        """Remove the queue with all it holds."""
        self._do(self.broker.delete_queue, queue)

    def queue_purge(self, queue: str = "", **_options: Any) -> int:
        """Throw away what waits in the queue."""
        return int(self._do(self.broker.purge, queue))

    def prepare_message(
        self,
        body: bytes | str,
        priority: int | None = None,
        content_type: str | None = None,
        content_encoding: str | None = None,
        headers: dict[str, Any] | None = None,
        properties: dict[str, Any] | None = None,
    ) -> StoredMessage:
        """A message ready for `basic_publish`."""
        encoded = body.encode() if isinstance(body, str) else body
        known = {**(properties or {}), "content_type": content_type}
        known["content_encoding"] = content_encoding
        return StoredMessage(encoded, dict(headers or {}), known, "", "")

    def basic_publish(
        self,
        message: StoredMessage,
        exchange: str = "",
        routing_key: str = "",
        mandatory: bool = False,
        **_options: Any,
    ) -> None:
        """Route the message; a mandatory one without a queue comes back by `basic_return`."""
        message.exchange, message.routing_key = exchange, routing_key
        if message.properties.get("reply_to") == DIRECT_REPLY_TO:
            message.properties["reply_to"] = self._reply_queue
        routed = self._do(self.broker.publish, message)
        if mandatory and not routed:
            self._return(message)
        if self._confirms:
            self._published += 1
            for callback in self.events["basic_ack"]:
                callback(self._published, False)

    def _return(self, message: StoredMessage) -> None:
        refusal = ChannelError("NO_ROUTE")
        if not self.events["basic_return"]:
            raise refusal
        returned = EmbeddedMessage(message, self, 0)
        for callback in self.events["basic_return"]:
            callback(refusal, message.exchange, message.routing_key, returned)

    def confirm_select(self, **_options: Any) -> None:
        """Call the `basic_ack` listeners for every message published from now on."""
        self._confirms = True

    def basic_consume(
        self,
        queue: str,
        consumer_tag: str = "",
        no_ack: bool = False,
        callback: Callable[[EmbeddedMessage], Any] = lambda message: None,
        **_options: Any,
    ) -> str:
        """Give `callback` what the queue holds, each time `drain_events` is called."""
        tag = consumer_tag or f"consumer-{next(_numbers)}"
        if queue == DIRECT_REPLY_TO:
            queue = self._reply_queue
            self.broker.declare_queue(queue, {}, auto_delete=True)
        subscriber = self._subscribers[tag] = Subscriber(self, queue, callback, no_ack)
        self._do(self.broker.subscribe, queue, subscriber)
        return tag

    def basic_cancel(self, consumer_tag: str, **_options: Any) -> None:
        """Take no more for that consumer."""
        subscriber = self._subscribers.pop(consumer_tag, None)
        if subscriber is not None:
            self.broker.unsubscribe(subscriber.queue, subscriber)

    def basic_get(
        self, queue: str, no_ack: bool = False, **_options: Any
    ) -> EmbeddedMessage | None:
        """One message from the queue, or None."""
        stored = self.broker.take(queue)
        return None if stored is None else self._deliverable(queue, stored, no_ack)

    def basic_qos(self, prefetch_size: int, prefetch_count: int, a_global: bool = False) -> None:
        """Hold at most `prefetch_count` unacknowledged messages; 0 means any number."""
        self._prefetch = prefetch_count

    def basic_ack(self, delivery_tag: int, multiple: bool = False) -> None:
        """Forget the message, with `multiple` all up to it."""
        if multiple:
            for tag in [tag for tag in self._unacknowledged if tag < delivery_tag]:
                self._unacknowledged.pop(tag, None)
        self._unacknowledged.pop(delivery_tag, None)
        self.connection.wake()

    def basic_reject(self, delivery_tag: int, requeue: bool = False) -> None:
        """Forget the message, or with `requeue` put it back where it stood."""
        queue, stored = self._unacknowledged.pop(delivery_tag)
        if requeue:
            self.broker.give_back(queue, stored)
        self.connection.wake()

    def message_to_python(self, message: EmbeddedMessage) -> EmbeddedMessage:
        """`message` itself: it needs no decoding."""
        return message

    def deliver_one(self) -> bool:
        """Hand one waiting message to its consumer, or say that there is none to hand."""
        if self._prefetch and len(self._unacknowledged) >= self._prefetch:
            return False
        for tag, subscriber in list(self._subscribers.items()):
            stored = self.broker.take(subscriber.queue, subscriber)
            if stored is not None:
                # Last in line for the next one, so that one busy queue starves no other.
                self._subscribers[tag] = self._subscribers.pop(tag, subscriber)
                message = self._deliverable(subscriber.queue, stored, subscriber.no_ack)
                subscriber.callback(message)
                return True
        return False

    def _deliverable(self, queue: str, stored: StoredMessage, no_ack: bool) -> EmbeddedMessage:
        tag = next(self._tags)
        if not no_ack:
            self._unacknowledged[tag] = (queue, stored)
        return EmbeddedMessage(stored, self, tag)

    def close(self) -> None:
        """Stop consuming and give back what was not acknowledged."""
        self.is_open = False
        # Given back while the queue still has its consumer: an auto-delete one goes with it.
        for queue, stored in self._unacknowledged.values():
            self.broker.give_back(queue, stored)
        self._unacknowledged.clear()
        for tag in list(self._subscribers):
            self.basic_cancel(tag)
        self.connection.close_channel(self)

    @staticmethod
    def _do(operation: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return operation(*arguments)
        except Refused as refused:
            raise ChannelError(str(refused)) from refused
