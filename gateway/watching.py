"""Watches the organisation: what changed in identity is known here within half a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final

from chassis import log
from chassis.access.clock import Clock
from chassis.access.holder import OrganisationHolder
from chassis.errors import Refusal

POLL_SECONDS: Final = 0.4
LATE_SECONDS: Final = 1.0
_log: Final = log.logger("gateway")


class OrganisationWatch:
    """Asks identity for differences all the time, and at once when `refresh` is called.

    `on_ended(ids)` hears which sessions ended; `on_gap()` that some may have ended unheard.
    """

    def __init__(
        self,
        fetch: Callable[[int], dict[str, Any]],
        clock: Clock,
        interval: float = POLL_SECONDS,
    ) -> None:
        self.holder = OrganisationHolder(fetch, clock=clock, on_change=self._changed)
        self.on_ended: Callable[[list[Any]], None] = lambda ids: None
        self.on_gap: Callable[[], None] = lambda: None
        self._interval = interval
        self._heard = float("-inf")
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="organisation-watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no more."""
        self._stopping.set()

    def refresh(self) -> None:
        """Take over what has just been changed; when identity is away the last state stays."""
        try:
            self.holder.refresh()
        except Refusal as refusal:
            _log.info("organisation_not_refreshed", code=refusal.code)

    @property
    def state(self) -> dict[str, Any]:
        """For readiness: the version held, and whether identity was heard in the last second."""
        late = time.monotonic() - self._heard > LATE_SECONDS
        return {"version": self.holder.current.version, "late": late}

    def _changed(self, difference: dict[str, Any]) -> None:
        self._heard = time.monotonic()
        if difference.get("full"):
            self.on_gap()
        self.on_ended(list(difference.get("ended_sessions") or ()))

    def _run(self) -> None:
        while not self._stopping.wait(self._interval):
            try:
                self.holder.refresh()
            except Refusal as refusal:
                _log.debug("organisation_not_heard", code=refusal.code)
            except Exception as error:
                # The watch must outlive anything that one answer holds.
                _log.error("organisation_watch_failed", error=type(error).__name__,
                           places=log.places(error))  # fmt: skip
