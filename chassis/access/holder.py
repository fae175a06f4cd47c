"""Holds the organisation in a process and brings it up to date by differences."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from chassis.access.clock import Clock
from chassis.access.organisation import Organisation
from chassis.errors import Unauthenticated, Unavailable

_OUT_OF_REACH = (Unavailable, Unauthenticated)


class OrganisationHolder:
    """The newest organisation known here. When identity is down the last one stays valid.

    `fetch(since)` answers as identity's `organisation_changes` does. `on_change` is called with
    each difference that was applied (the gateway drops ended sessions by it).
    """

    def __init__(
        self,
        fetch: Callable[[int], dict[str, Any]],
        *,
        clock: Clock | None = None,
        on_change: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        self._fetch = fetch
        self._clock = clock or Clock()
        self._on_change = on_change
        self._lock = threading.Lock()
        self._failed_at = float("-inf")
        self.current = Organisation.empty()

    def at_least(self, version: int) -> Organisation:
        """The organisation of `version` or newer; older only when identity does not answer.

        Raises Unavailable when nothing at all is known yet.
        """
        if self.current.version >= version and self.current.version > 0:
            return self.current
        asked = time.monotonic()
        with self._lock:
            older = self.current.version < version
            # Whoever waited while another tried in vain does not try in its turn: a queue of calls
            # would each wait for an identity that hangs, the last for longer than any deadline.
            in_vain = self._failed_at > asked
            if self.current.version == 0 or (older and not in_vain):
                self._pull()
        return self.current

    def refresh(self) -> Organisation:
        """Pull what has changed; on failure keep what is known, or raise when that is nothing."""
        with self._lock:
            self._pull()
        return self.current

    def _pull(self) -> None:
        began = time.monotonic()
        try:
            difference = self._fetch_by_corrected_clock()
        except _OUT_OF_REACH:
            self._failed_at = time.monotonic()
            if self.current.version == 0:
                raise
            return
        if "now" in difference:
            self._clock.learn(difference["now"], time.monotonic() - began)
        if difference["version"] != self.current.version or difference.get("full"):
            self.current = self.current.apply(difference)
        if self._on_change is not None:
            self._on_change(difference)

    def _fetch_by_corrected_clock(self) -> dict[str, Any]:
        """Fetch; when identity says that our clock is off, correct it and try once more."""
        try:
            return self._fetch(self.current.version)
        except Unauthenticated as refusal:
            if "now" not in refusal.extra:
                raise
            self._clock.learn(refusal.extra["now"])
            return self._fetch(self.current.version)
