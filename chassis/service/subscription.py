"""Takes the messages of one event queue, one after the other, and acknowledges what was handled."""

from __future__ import annotations

import logging
from typing import Any, Final, Protocol

import eventlet
from eventlet.queue import LightQueue
from eventlet.semaphore import Semaphore
from nameko.extensions import Entrypoint

from chassis import metrics, wire
from chassis.bus import queues
from chassis.bus.kept_link import KeptLink
from chassis.bus.link import Link, Received, body_of
from chassis.errors import Unavailable
from chassis.service.rpc import Quarantine
from contracts.speech import ListenerContract

Events = list[dict[str, Any]]

PREFETCH: Final = 4
RETRY_SECONDS: Final = 1.0

_log = logging.getLogger(__name__)


class Taker(Protocol):
    """Who takes the events of a queue: a `chassis.listening.listener.Listener`."""

    contract: ListenerContract

    def take(self, raw_events: Events, follows: int = 0) -> None:
        """Return when the events are recorded, and before them everything up to the position
        `follows`; raise when they are to come again."""


class Subscription(Entrypoint):  # type: ignore[misc]
    """Hands each message's events to `taker`, in order, and acknowledges when it has them.

    When it raises (the database is down), the same message is handed over again after a second:
    requeueing it would let later messages overtake it. An undecodable message goes to
    `quarantine`. A queue that was deleted is made again at once.
    """

    def __init__(self, uri: str, taker: Taker, quarantine: Quarantine) -> None:
        super().__init__()
        self._queue = queue = taker.contract.queue
        self._taker = taker
        self._quarantine = quarantine
        self._stopping = False
        self._received: LightQueue = LightQueue()
        self._turn = Semaphore()
        self._kept = KeptLink(uri, self._prepare, name=queue)

    def start(self) -> None:
        """Begin to take messages."""
        self.container.spawn_managed_thread(self._kept.run, identifier=self._queue)
        self.container.spawn_managed_thread(self._work, identifier=f"{self._queue} worker")

    def stop(self) -> None:
        """Take no more messages; the one in hand is finished, the rest stays in the queue."""
        self._stopping = True
        self._received.put(None)

    def close(self) -> None:
        """Finish the message in hand and leave the bus."""
        with self._turn:
            self._kept.close()

    def _prepare(self, link: Link) -> None:
        queues.declare_on(link, self._taker.contract)
        link.consume(
            self._queue, lambda message: self._received.put((link, message)), prefetch=PREFETCH
        )

    def _work(self) -> None:
        while not self._stopping:
            taken = self._received.get()
            if taken is not None:
                with self._turn:
                    self._take(*taken)

    def _take(self, link: Link, message: Received) -> None:
        # A lost link's messages come again by the next one.
        while not self._stopping and not link.lost:
            try:
                outcome = self._handed_over(message)
            except Exception as error:
                metrics.message_taken(self._queue, "failed")
                _log.warning("%s: not handled yet: %s", self._queue, type(error).__name__)
                eventlet.sleep(RETRY_SECONDS)
                continue
            metrics.message_taken(self._queue, outcome)
            try:
                link.acknowledge(message)
            except Unavailable as refusal:
                _log.warning("%s: handled, not acknowledged: %s", self._queue, refusal)
            return

    def _handed_over(self, message: Received) -> str:
        body = body_of(message)
        found = _understood(body, self._queue)
        if found is None:
            headers = dict(message.headers or {})
            self._quarantine(self._queue, body, headers, "the body holds no events")
            return "quarantined"
        self._taker.take(*found)
        return "ok"


def _understood(body: bytes, queue: str) -> tuple[Events, int] | None:
    """The events of a message and the position that they follow, or None when it is not one."""
    try:
        message = wire.loads(body)
        events, follows = message["events"], message.get("follows", {}).get(queue, 0)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if not isinstance(events, list) or not events or type(follows) is not int:
        return None
    return (events, follows) if all(isinstance(event, dict) for event in events) else None
