"""The client of the bus: calls with deadlines, from threads or green threads, over one link."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from chassis import wire
from chassis.bus.breaker import Breaker
from chassis.bus.kept_link import KeptLink
from chassis.bus.link import BUS_LOST, DIRECT_REPLY_TO, Link, Received, body_of
from chassis.errors import InternalError, Refusal, Unavailable, from_wire
from chassis.identifiers import new_id

EXCHANGE: Final = "nameko-rpc"

# A bus that has been away for this long is not waited for: refusing at once beats a queue of
# requests that all run into their deadline.
_OUTAGE: Final = 1.0


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what is asked of whom, on whose proof, and within how many seconds.

    `retry` repeats it within its deadline when the bus is lost: only for what may run twice.
    """

    service: str
    method: str
    arguments: dict[str, Any]
    token: str
    timeout: float
    call_id: str
    headers: dict[str, Any] | None = None
    retry: bool = False


class _Pending:
    """A call on its way: `done` is released when `body` or `refusal` is there."""

    __slots__ = ("body", "call", "deadline", "done", "key", "refusal")

    def __init__(self, call: Call, key: str) -> None:
        self.call = call
        self.deadline = time.monotonic() + call.timeout
        self.restart(key)

    def restart(self, key: str) -> None:
        self.key = key
        self.done = threading.Lock()
        self.done.acquire()
        self.body: bytes | None = None
        self.refusal: Unavailable | None = None

    @property
    def remaining(self) -> float:
        return max(0.0, self.deadline - time.monotonic())

    @property
    def repeatable(self) -> bool:
        lost = self.refusal is not None and self.refusal.code == BUS_LOST
        return lost and self.call.retry and self.remaining > 0


class BusClient:
    """Calls services by name. Safe to share between threads and between green threads.

    Every call ends by its deadline: with the result, with the refusal that the service raised, or
    with Unavailable when the service is not there, does not answer, or the bus is lost.
    """

    def __init__(self, uri: str, name: str) -> None:
        self._keys = itertools.count(1)
        self._prefix = new_id().hex[-12:]
        self._pending: dict[str, _Pending] = {}
        self._breakers: dict[str, Breaker] = {}
        self._kept = KeptLink(uri, self._prepare, name=f"{name}-client", on_lost=self._lose)
        self._kept.start()

    def call(
        self,
        service: str,
        method: str,
        arguments: dict[str, Any],
        *,
        token: str,
        timeout: float,
        call_id: str,
        headers: dict[str, Any] | None = None,
        retry: bool = False,
    ) -> Any:
        """The result of `service.method(**arguments)`; raises the refusal it answered with."""
        call = Call(service, method, arguments, token, timeout, call_id, headers, retry)
        return self._result(self._begin(call))

    def gather(self, calls: Sequence[Call], *, partial: bool = False) -> list[Any]:
        """The results of calls made at the same time, in order; raises the first refusal.

        With `partial` a refusal stands in place of its result and nothing is raised.
        """
        pending = [self._begin(call) for call in calls]
        outcomes = [self._outcome(one) for one in pending]
        if not partial:
            for outcome in outcomes:
                if isinstance(outcome, Refusal):
                    raise outcome
        return outcomes

    @property
    def connected(self) -> bool:
        """Whether the bus is there at this moment."""
        return self._kept.up.is_set()

    def close(self) -> None:
        """End every call with Unavailable and leave the bus."""
        self._kept.close()
        self._lose()

    def _outcome(self, pending: _Pending) -> Any:
        try:
            return self._result(pending)
        except Refusal as refusal:
            return refusal

    def _begin(self, call: Call) -> _Pending:
        pending = _Pending(call, self._key())
        try:
            self._breaker(call.service).admit()
        except Unavailable as refusal:
            self._refuse(pending, refusal)
        else:
            self._send(pending)
        return pending

    def _refuse(self, pending: _Pending, refusal: Unavailable) -> None:
        """Settle a call that was never sent."""
        pending.refusal = refusal
        pending.done.release()

    def _key(self) -> str:
        return f"{self._prefix}-{next(self._keys)}"

    def _settle(self, key: str, outcome: bytes | Unavailable) -> None:
        # Whoever takes the call out of the table settles it: no call is settled twice.
        pending = self._pending.pop(key, None)
        if pending is None:
            return
        if isinstance(outcome, Unavailable):
            pending.refusal = outcome
        else:
            pending.body = outcome
        pending.done.release()

    def _send(self, pending: _Pending) -> None:
        try:
            link = self._link(pending)
        except Unavailable as refusal:
            return self._refuse(pending, refusal)
        call = pending.call
        milliseconds = max(1, int(pending.remaining * 1000))
        headers = {
            "token": call.token,
            "call_id": call.call_id,
            "deadline_ms": milliseconds,
            "sender": self._prefix,
            "sent_ms": int(time.monotonic() * 1000),
        }
        # Not before there is a link: what only waits for the bus is not lost with it.
        self._pending[pending.key] = pending
        try:
            link.publish(
                wire.dumps({"args": [], "kwargs": call.arguments}),
                EXCHANGE,
                f"{call.service}.{call.method}",
                headers={**headers, **(call.headers or {})},
                mandatory=True,
                patience=pending.remaining,
                reply_to=DIRECT_REPLY_TO,
                correlation_id=pending.key,
                delivery_mode=1,
                # The request dies in its queue when nobody waits for the answer any more.
                expiration=str(milliseconds),
            )
        except Unavailable as refusal:
            self._settle(pending.key, refusal)
        return None

    def _link(self, pending: _Pending) -> Link:
        away = time.monotonic() - self._kept.down_since
        patience = min(pending.remaining, max(0.0, _OUTAGE - away))
        link = self._kept.link
        if link is None and self._kept.up.wait(patience):
            link = self._kept.link
        if link is None:
            raise Unavailable("The message bus is away.", code="bus_unavailable", retry_after=1)
        if link.blocked:
            raise Unavailable(
                "The message bus takes no messages.", code="bus_blocked", retry_after=5
            )
        return link

    def _result(self, pending: _Pending) -> Any:
        while True:
            if not pending.done.acquire(timeout=pending.remaining):
                raise self._late(pending)
            if not pending.repeatable:
                break
            pending.restart(self._key())
            self._send(pending)
        if pending.refusal is not None:
            raise pending.refusal
        self._breaker(pending.call.service).answered()
        return _value(pending.body or b"")

    def _late(self, pending: _Pending) -> Unavailable:
        service = pending.call.service
        self._pending.pop(pending.key, None)
        self._breaker(service).timed_out()
        return Unavailable(
            f"{service} did not answer in time.", code="service_unavailable", retry_after=2
        )

    def _breaker(self, service: str) -> Breaker:
        breaker = self._breakers.get(service)
        return breaker or self._breakers.setdefault(service, Breaker(service))

    def _prepare(self, link: Link) -> None:
        link.channel.events["basic_return"].add(self._returned)
        link.consume(DIRECT_REPLY_TO, self._replied, no_ack=True)
        # Declared by whoever is first: a call must be answered by NO_ROUTE, not by a lost link.
        link.send(lambda: link.channel.exchange_declare(EXCHANGE, "topic", durable=True,
                                                        auto_delete=False))  # fmt: skip

    def _replied(self, message: Received) -> None:
        self._settle(message.properties.get("correlation_id", ""), body_of(message))

    def _returned(self, _error: Any, _exchange: str, key: str, message: Received) -> None:
        refusal = Unavailable(
            f"{key.partition('.')[0]} is not running.", code="service_unavailable", retry_after=1
        )
        self._settle(message.properties.get("correlation_id", ""), refusal)

    def _lose(self) -> None:
        for key in list(self._pending):
            self._settle(key, Unavailable("The bus was lost.", code=BUS_LOST, retry_after=1))


def _value(body: bytes) -> Any:
    try:
        reply = wire.loads(body)
        error = reply["error"]
    except (ValueError, KeyError, TypeError):
        raise InternalError("A reply could not be read.") from None
    if error is not None:
        raise from_wire(error)
    return reply["result"]
