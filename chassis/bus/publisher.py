"""The publisher of events: every message is routed and confirmed by the bus, or nothing counts."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any, Final

from chassis.bus.link import IDLE, Link, Received
from chassis.errors import Unavailable

Outgoing = tuple[str, str, bytes, str]
"""Exchange ("" is straight to a queue), routing key, body, message id."""

DEADLINE: Final = 5.0
_PERSISTENT: Final = 2


class EventPublisher:
    """Publishes batches with pipelined confirms. Safe to share; one batch at a time.

    A batch that failed may have been published in part: whoever hears it twice must not act twice.
    """

    def __init__(self, uri: str, *, deadline: float = DEADLINE) -> None:
        self._uri = uri
        self._deadline = deadline
        self._turn = threading.Lock()
        self._link: Link | None = None
        self._unconfirmed: set[int] = set()
        self._sent = 0
        self._refused: list[str] = []

    def publish(self, messages: Sequence[Outgoing]) -> None:
        """Return when the bus holds every message; raises Unavailable when it does not.

        A message that reaches no queue is refused too: a missing binding must not lose events.
        """
        deadline = time.monotonic() + self._deadline
        if not self._turn.acquire(timeout=self._deadline):
            raise Unavailable("The message bus is busy.", code="bus_unavailable", retry_after=1)
        try:
            fresh = self._link is None
            try:
                self._publish(messages, deadline)
            except Unavailable:
                # The link may have been cut while it was idle; that is known only by using it.
                if fresh or self._refused or time.monotonic() >= deadline:
                    raise
                self._publish(messages, deadline)
        finally:
            self._turn.release()

    def close(self) -> None:
        """Leave the bus."""
        with self._turn:
            self._drop()

    def _publish(self, messages: Sequence[Outgoing], deadline: float) -> None:
        try:
            link = self._open()
            for exchange, key, body, message_id in messages:
                self._sent += 1
                self._unconfirmed.add(self._sent)
                link.publish(
                    body,
                    exchange,
                    key,
                    mandatory=True,
                    message_id=message_id,
                    delivery_mode=_PERSISTENT,
                )
            while self._unconfirmed:
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    raise Unavailable("The message bus does not confirm.", code="bus_unavailable")
                link.drain(min(IDLE, remaining))
        except Unavailable:
            self._drop()
            raise
        if self._refused:
            raise Unavailable(
                f"No queue takes {self._refused[0]}.", code="binding_missing", retry_after=5
            )

    def _open(self) -> Link:
        self._refused = []
        if self._link is None or self._link.lost:
            # No heartbeat: nobody drains this link between batches. TCP notices a dead peer.
            link = Link(self._uri, heartbeat=0)
            link.send(link.channel.confirm_select)
            link.channel.events["basic_return"].add(self._returned)
            link.channel.events["basic_ack"].add(self._confirmed)
            link.channel.events["basic_nack"].add(self._denied)
            self._link, self._sent, self._unconfirmed = link, 0, set()
        return self._link

    def _drop(self) -> None:
        if self._link is not None:
            self._link.close()
        self._link = None

    def _confirmed(self, tag: int, multiple: bool) -> None:
        if multiple:
            self._unconfirmed = {waiting for waiting in self._unconfirmed if waiting > tag}
        else:
            self._unconfirmed.discard(tag)

    def _denied(self, tag: int, multiple: bool) -> None:
        self._refused.append("a message that the bus has no room for")
        self._confirmed(tag, multiple)

    def _returned(self, _error: Any, exchange: str, key: str, _message: Received) -> None:
        self._refused.append(f"{exchange or 'the default exchange'} {key}")
