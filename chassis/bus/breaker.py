"""A breaker per service: after calls that ran into their deadline, refuse at once for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from chassis.errors import Unavailable

FAILURES: Final = 5
REST: Final = 2.0


class Breaker:
    """Opens after `failures` timeouts in a row; after `rest` seconds one call at a time may try."""

    def __init__(
        self,
        service: str,
        *,
        failures: int = FAILURES,
        rest: float = REST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._failures = failures
        self._rest = rest
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._next_attempt = 0.0

    def admit(self) -> None:
        """Let a call through, or raise Unavailable while the breaker is open."""
        if self._failed < self._failures:
            return
        with self._lock:
            now = self._clock()
            if self._failed >= self._failures and now < self._next_attempt:
                raise Unavailable(
                    f"{self._service} does not answer.",
                    code="service_unavailable",
                    retry_after=max(1, round(self._next_attempt - now)),
                )
            # This call is the attempt; the others stay refused until it is known how it went.
            self._next_attempt = now + self._rest

    def answered(self) -> None:
        """The service answered, whatever it said."""
        self._failed = 0

    def timed_out(self) -> None:
        """The service let a deadline pass."""
        with self._lock:
            self._failed += 1
            self._next_attempt = self._clock() + self._rest
