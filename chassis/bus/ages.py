"""How long a message was on its way, without trusting any two clocks to agree."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_WINDOW_SECONDS: Final = 10.0
_SENDERS: Final = 256


@dataclass(slots=True)
class _Offsets:
    """The smallest difference between our clock and a sender's, in this window and the last."""

    began: float
    current: float
    previous: float


class Ages:
    """Tells delayed messages by comparing each with the fastest lately from the same sender.

    A request that lay in a socket while the broker took no messages has a full time to live left
    when it arrives: only its age says that nobody waits for it any more. A clock that jumped makes
    every message look old for 10 s at most, never longer.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._offsets: dict[str, _Offsets] = {}

    def age(self, sender: str, sent: float) -> float:
        """Seconds by which the message that `sender` sent at its time `sent` was delayed."""
        now = self._clock()
        offset = now - sent
        known = self._offsets.get(sender)
        if known is None:
            if len(self._offsets) >= _SENDERS:
                self._offsets.clear()
            self._offsets[sender] = _Offsets(now, offset, offset)
            return 0.0
        if now - known.began > _WINDOW_SECONDS:
            known.began, known.previous, known.current = now, known.current, offset
        known.current = min(known.current, offset)
        return offset - min(known.current, known.previous)
