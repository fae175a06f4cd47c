"""Rate limits per token, else per address: one fixed window of a minute, counted in memory."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from chassis.errors import TooMany

_WINDOW: Final = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit: `remaining` requests in the next `reset` seconds."""

    limit: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """The allowance as `RateLimit` and `RateLimit-Policy`."""
        return {
            "RateLimit-Policy": f'"default";q={self.limit};w={_WINDOW}',
            "RateLimit": f'"default";r={self.remaining};t={self.reset}',
        }


class Rates:
    """Counts requests. Each gateway process counts for itself."""

    def __init__(self, per_minute: int) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._requests = RateLimitItemPerMinute(per_minute)

    def take(self, who: str) -> Allowance:
        """Count one request of `who`; raises TooMany when its minute is used up."""
        allowed = self._limiter.hit(self._requests, who)
        allowance = self._allowance(self._requests, who)
        if not allowed:
            raise self._too_many(allowance)
        return allowance

    def require_guess(self, address: str) -> None:
        """Raise TooMany when `address` has sent too many tokens that are not valid."""
        if not self._limiter.test(self._requests, "guess", address):
            raise self._too_many(self._allowance(self._requests, "guess", address))

    def count_guess(self, address: str) -> None:
        """Count a token that was not valid."""
        self._limiter.hit(self._requests, "guess", address)

    def _allowance(self, item: RateLimitItemPerMinute, *who: str) -> Allowance:
        reset, remaining = self._limiter.get_window_stats(item, *who)
        return Allowance(item.amount, max(0, remaining), max(1, round(reset - time.time())))

    @staticmethod
    def _too_many(allowance: Allowance) -> TooMany:
        return TooMany("Too many requests.", retry_after=allowance.reset,
                       allowance=allowance.headers)  # fmt: skip
