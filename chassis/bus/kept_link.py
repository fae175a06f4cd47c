"""A link that is always being restored: drained in the background, replaced when it breaks."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from chassis.bus.link import IDLE, Link
from chassis.errors import Unavailable

_FIRST_WAIT: Final = 0.05
_LONGEST_WAIT: Final = 1.0

_log = logging.getLogger(__name__)


class KeptLink:
    """Runs `prepare` on every new link, then drains it; `on_lost` is called when one breaks.

    Between attempts it waits 0.05 s at first and never more than 1 s, so that a restarted bus is
    in use again at once. `run` is the loop for those who bring their own (green) thread.
    """

    def __init__(
        self,
        uri: str,
        prepare: Callable[[Link], None],
        *,
        name: str,
        on_lost: Callable[[], None] = lambda: None,
        heartbeat: int = 10,
    ) -> None:
        self._uri = uri
        self._prepare = prepare
        self._name = name
        self._on_lost = on_lost
        self._heartbeat = heartbeat
        self._stopping = threading.Event()
        self._running = False
        self._ended = threading.Event()
        self.up = threading.Event()
        self.down_since = time.monotonic()
        self.link: Link | None = None

    def start(self) -> None:
        """Run in a thread of its own (green in a patched process)."""
        threading.Thread(target=self.run, name=self._name, daemon=True).start()

    def run(self) -> None:
        """Keep a link until `close`; nothing that goes wrong on the way ends it."""
        self._running = True
        wait = _FIRST_WAIT
        while not self._stopping.is_set():
            try:
                self._keep_one()
            except Unavailable as refusal:
                self._note(refusal)
            except Exception:
                _log.exception("%s: a defect in handling a message", self._name)
            wait = _FIRST_WAIT if self.up.is_set() else min(wait * 2, _LONGEST_WAIT)
            self._down()
            self._stopping.wait(wait)
        self._ended.set()

    def _note(self, refusal: Unavailable) -> None:
        cause = refusal.__cause__ or refusal
        serious = logging.WARNING if self.up.is_set() else logging.DEBUG
        _log.log(serious, "%s: %s (%s)", self._name, refusal, cause)

    def _keep_one(self) -> None:
        link = Link(self._uri, heartbeat=self._heartbeat)
        try:
            self._prepare(link)
            self.link = link
            self.up.set()
            while not self._stopping.is_set():
                link.drain(IDLE)
        finally:
            link.close()

    def _down(self) -> None:
        if self.up.is_set():
            self.down_since = time.monotonic()
        self.up.clear()
        self.link = None
        self._on_lost()

    def close(self) -> None:
        """Stop and close the link; returns when it is closed."""
        self._stopping.set()
        # Closed by its own thread: two readers would tear the frames of the farewell apart.
        if self._running:
            self._wake()
            self._ended.wait(IDLE * 4)

    def _wake(self) -> None:
        link = self.link
        if link is not None:
            with suppress(Unavailable):
                link.wake()
