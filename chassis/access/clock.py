"""The time that proofs are written and read by: this machine's, corrected towards identity's."""

from __future__ import annotations

import time
from collections.abc import Callable

_NOTICEABLE_SECONDS = 2.0


class Clock:
    """Seconds since 1970. `learn` corrects it when the machine's own clock is off."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self.offset = 0.0

    def now(self) -> float:
        """The corrected time."""
        return self._source() + self.offset

    def learn(self, reference: float, took: float = 0.0) -> None:
        """Take `reference` as the time at some moment of the last `took` seconds.

        Small differences are travel time and are ignored.
        """
        ahead = self.now() - reference
        if not -_NOTICEABLE_SECONDS <= ahead <= took + _NOTICEABLE_SECONDS:
            self.offset = reference + took / 2 - self._source()
