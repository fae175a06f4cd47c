"""The broker behind `embedded://`: exchanges, queues and bindings, held in this process.

It keeps RabbitMQ's rules as far as the product relies on them: topic and direct routing, message
expiry, requeue in place, auto-delete, one active consumer. Nothing survives the process.
"""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol


class Consumer(Protocol):
    """Whoever takes messages from a queue; told when there may be something to take."""

    def wake(self) -> None:
        """Look at the queues again."""


@dataclass(slots=True)
class StoredMessage:
    """A message in one queue; `sequence` is its place there, kept when it is requeued."""

    body: bytes
    headers: dict[str, Any]
    properties: dict[str, Any]
    exchange: str
    routing_key: str
    sequence: int = 0
    expires_at: float | None = None
    redelivered: bool = False

    def copy(self) -> StoredMessage:
        """The same message for another queue; only the body is shared."""
        return StoredMessage(
            self.body, dict(self.headers), dict(self.properties), self.exchange, self.routing_key
        )


@dataclass(slots=True)
class StoredQueue:
    """A queue: what waits in it and who consumes it, the first consumer first."""

    name: str
    arguments: dict[str, Any]
    auto_delete: bool = False
    ready: deque[StoredMessage] = field(default_factory=deque)
    consumers: list[Consumer] = field(default_factory=list)
    last_sequence: int = 0

    @property
    def single_active_consumer(self) -> bool:
        """Whether only the first consumer is given messages."""
        return bool(self.arguments.get("x-single-active-consumer"))


@dataclass(slots=True)
class StoredExchange:
    """An exchange and its bindings, each a routing key (or pattern) and a queue name."""

    kind: str
    bindings: set[tuple[str, str]] = field(default_factory=set)


class Refused(Exception):
    """The broker refuses an operation; the text begins with AMQP's name for the reason."""


@lru_cache(maxsize=4096)
def _pattern(key: str) -> re.Pattern[str]:
    """AMQP's topic pattern as a regular expression: `*` is one word, `#` any number of them."""
    words = [{"*": "[^.]+", "#": ".*"}.get(word, re.escape(word)) for word in key.split(".")]
    expression = r"\.".join(words).replace(r"\..*", r"(\..*)?").replace(r".*\.", r"(.*\.)?")
    return re.compile(expression + r"\Z")


class Broker:
    """One virtual host. Every method is atomic, from any thread or green thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.exchanges: dict[str, StoredExchange] = {}
        self.queues: dict[str, StoredQueue] = {}

    def declare_exchange(self, name: str, kind: str) -> None:
        """Make the exchange, or refuse when it exists as another kind."""
        with self._lock:
            exchange = self.exchanges.setdefault(name, StoredExchange(kind))
            if exchange.kind != kind:
                raise Refused(f"PRECONDITION_FAILED - exchange '{name}' is {exchange.kind}")

    def declare_queue(self, name: str, arguments: dict[str, Any], auto_delete: bool) -> int:
        """Make the queue, or refuse when it exists with other arguments; how many wait in it."""
        with self._lock:
            queue = self.queues.setdefault(name, StoredQueue(name, arguments, auto_delete))
            if queue.arguments != arguments or queue.auto_delete != auto_delete:
                raise Refused(f"PRECONDITION_FAILED - inequivalent arguments for queue '{name}'")
            return len(queue.ready)

    def queue(self, name: str) -> StoredQueue:
        """The queue, or a refusal when there is none."""
        try:
            return self.queues[name]
        except KeyError:
            raise Refused(f"NOT_FOUND - no queue '{name}'") from None

    def bind(self, queue: str, exchange: str, key: str) -> None:
        """Let what `exchange` gets for `key` flow into `queue`."""
        with self._lock:
            self.queue(queue)
            if exchange not in self.exchanges:
                raise Refused(f"NOT_FOUND - no exchange '{exchange}'")
            self.exchanges[exchange].bindings.add((key, queue))

    def unbind(self, queue: str, exchange: str, key: str) -> None:
        """Undo `bind`; nothing happens when there is no such binding."""
        with self._lock:
            if exchange in self.exchanges:
                self.exchanges[exchange].bindings.discard((key, queue))

    def delete_queue(self, name: str) -> None:
        """Remove the queue, what waits in it and its bindings."""
        with self._lock:
            queue = self.queues.pop(name, None)
            for exchange in self.exchanges.values():
                exchange.bindings = {bound for bound in exchange.bindings if bound[1] != name}
            for consumer in queue.consumers if queue else ():
                consumer.wake()

    def purge(self, name: str) -> int:
        """Throw away what waits in the queue; how many messages that were."""
        with self._lock:
            ready = self.queue(name).ready
            count = len(ready)
            ready.clear()
            return count

    def publish(self, message: StoredMessage) -> int:
        """Put the message into every queue it is routed to; how many those are."""
        with self._lock:
            names = self._route(message.exchange, message.routing_key)
            for name in names:
                self._append(self.queues[name], message.copy() if len(names) > 1 else message)
            return len(names)

    def _route(self, exchange: str, key: str) -> set[str]:
        if not exchange:
            return {key} & self.queues.keys()
        if exchange not in self.exchanges:
            raise Refused(f"NOT_FOUND - no exchange '{exchange}'")
        kind, bindings = self.exchanges[exchange].kind, self.exchanges[exchange].bindings
        if kind == "fanout":
            return {queue for _, queue in bindings}
        if kind == "topic":
            return {queue for bound, queue in bindings if _pattern(bound).match(key)}
        return {queue for bound, queue in bindings if bound == key}

    @staticmethod
    def _append(queue: StoredQueue, message: StoredMessage) -> None:
        queue.last_sequence += 1
        message.sequence = queue.last_sequence
        lifetimes = (queue.arguments.get("x-message-ttl"), message.properties.get("expiration"))
        milliseconds = [int(lifetime) for lifetime in lifetimes if lifetime is not None]
        if milliseconds:
            message.expires_at = time.monotonic() + min(milliseconds) / 1000
        queue.ready.append(message)
        for consumer in queue.consumers:
            consumer.wake()

    def take(self, name: str, consumer: Consumer | None = None) -> StoredMessage | None:
        """The next message for `consumer`, or None. Expired ones are dropped on the way."""
        with self._lock:
            queue = self.queues.get(name)
            if queue is None:
                return None
            if consumer and queue.single_active_consumer and queue.consumers[:1] != [consumer]:
                return None
            while queue.ready:
                message = queue.ready.popleft()
                if message.expires_at is None or message.expires_at > time.monotonic():
                    return message
            return None

    def give_back(self, name: str, message: StoredMessage) -> None:
        """Put a taken message back where it stood, marked as redelivered."""
        with self._lock:
            queue = self.queues.get(name)
            if queue is None:
                return
            message.redelivered = True
            earlier = sum(1 for waiting in queue.ready if waiting.sequence < message.sequence)
            queue.ready.insert(earlier, message)
            for consumer in queue.consumers:
                consumer.wake()

    def subscribe(self, name: str, consumer: Consumer) -> None:
        """Give `consumer` what the queue holds."""
        with self._lock:
            self.queue(name).consumers.append(consumer)
            consumer.wake()

    def unsubscribe(self, name: str, consumer: Consumer) -> None:
        """Undo `subscribe`; an auto-delete queue goes with its last consumer."""
        with self._lock:
            queue = self.queues.get(name)
            if queue is None or consumer not in queue.consumers:
                return
            queue.consumers.remove(consumer)
            if queue.auto_delete and not queue.consumers:
                self.delete_queue(name)
            for other in queue.consumers:
                other.wake()


_brokers: dict[str, Broker] = {}
_brokers_lock = threading.Lock()


def broker_of(virtual_host: str) -> Broker:
    """The broker of that name in this process, made on first use."""
    with _brokers_lock:
        return _brokers.setdefault(virtual_host, Broker())
