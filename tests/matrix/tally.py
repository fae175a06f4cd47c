"""Counts cells, keeps the wrong ones and fails once with all of them, each ready to reproduce."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field

import pytest

SHOWN = 60


@dataclass
class Tally:
    """One test's cells. `everything` collects the totals of the session for the summary."""

    name: str
    everything: list[Tally]
    cells: int = 0
    requests: int = 0
    wrong: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)
    seconds: float = 0.0

    def check(self, right: bool, kind: str, cell: str) -> None:
        """Count a cell; a wrong one is kept as `kind: cell`."""
        self.cells += 1
        if not right:
            self.kinds[kind] += 1
            self.wrong.append(f"{kind}: {cell}")

    def status(self, expected: int, seen: int, cell: str) -> None:
        """Count a cell that is about an answer's status."""
        self.check(
            seen == expected, self._kind(expected, seen), f"{cell} -> {seen}, not {expected}"
        )

    def seen(self, expected: bool, seen: bool, cell: str) -> None:
        """Count a cell that is about whether something shows."""
        self.check(seen == expected, "leak" if seen else "wrong refusal", cell)

    def settle(self, at_least: int) -> None:
        """Fail with every wrong cell; also when fewer cells than `at_least` were asked."""
        self.seconds = time.monotonic() - self.began
        self.everything.append(self)
        if self.wrong:
            kinds = ", ".join(f"{count} {kind}" for kind, count in self.kinds.most_common())
            listed = "\n  ".join(self.wrong[:SHOWN])
            more = f"\n  … and {len(self.wrong) - SHOWN} more" if len(self.wrong) > SHOWN else ""
            pytest.fail(
                f"{len(self.wrong)} of {self.cells} cells are wrong ({kinds}):\n  {listed}{more}",
                pytrace=False,
            )
        assert self.cells >= at_least, f"only {self.cells} cells, fewer than {at_least}"

    @staticmethod
    def _kind(expected: int, seen: int) -> str:
        if seen >= 500:
            return "failure"
        if expected >= 400 > seen:
            return "leak"
        return "wrong refusal" if seen >= 400 > expected else "wrong status"
