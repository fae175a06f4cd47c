"""Shows how far long work is: a line that renews itself on a terminal, now and then elsewhere."""

from __future__ import annotations

import sys
import time

_TERMINAL_SECONDS = 0.2
_ELSEWHERE_SECONDS = 10.0


class Progress:
    """Counts `things` on standard error, out of `total` when that is known."""

    def __init__(self, things: str, total: int | None = None) -> None:
        self._things = things
        self._of = f" of {total:,}" if total else ""
        self._terminal = sys.stderr.isatty()
        self._shown_at = time.monotonic()
        self._shown = False

    def show(self, count: int) -> None:
        """Say that `count` are done, unless that was said a moment ago."""
        now = time.monotonic()
        if now - self._shown_at < (_TERMINAL_SECONDS if self._terminal else _ELSEWHERE_SECONDS):
            return
        self._shown_at, self._shown = now, True
        text = f"{count:,}{self._of} {self._things}"
        print(f"\r{text}" if self._terminal else text, end="" if self._terminal else "\n",
              file=sys.stderr, flush=True)  # fmt: skip

    def end(self) -> None:
        """Leave the line."""
        if self._terminal and self._shown:
            print(file=sys.stderr)
