"""The points that a mortal process passes, and where it is told to die: the tests' side of it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

MOMENTS = ("before", "after")


@dataclass(frozen=True, slots=True)
class Point:
    """The `nth` commit that writes `what`, or acknowledgement of `what`, since one was armed."""

    kind: str
    what: str
    nth: int

    def __str__(self) -> str:
        return f"{self.kind} {self.nth} of {self.what}"


@dataclass(frozen=True, slots=True)
class Strike:
    """Death at a point: `before` what happens there, or `after`."""

    point: Point
    moment: str

    def __str__(self) -> str:
        return f"{self.moment} {self.point}"


@dataclass(frozen=True, slots=True)
class Mortal:
    """The folder that tests share with a process started by `mortal.py`."""

    folder: Path

    @property
    def launcher(self) -> tuple[str, ...]:
        """What Python is told to run, before the arguments of `crm`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return (str(Path(__file__).with_name("mortal.py")), str(self.folder))

    def arm(self, strike: Strike) -> None:
        """Have the process die, once, at a point that is counted from now."""
        self._struck.unlink(missing_ok=True)
        point = strike.point
        planned = [point.kind, point.what, point.nth, strike.moment]
        draft = self.folder / "draft"
        # The same plan made again is another one, from which points are counted anew.
        draft.write_text(json.dumps({"plan": uuid4().hex, "point": planned}))
        draft.rename(self.folder / "plan")

    def disarm(self) -> None:
        """Let the process live."""
        (self.folder / "plan").unlink(missing_ok=True)

    @property
    def struck(self) -> bool:
        """Whether the process died, or is about to, at the point that was armed last."""
        return self._struck.exists()

    def passed(self) -> int:
        """How many points the process and its predecessors have passed."""
        return len(self._lines())

    def since(self, number: int) -> list[Point]:
        """The points passed after the first `number`, counted from there."""
        seen: Counter[tuple[str, str]] = Counter()
        points = []
        for line in self._lines()[number:]:
            kind, what = json.loads(line)
            seen[kind, what] += 1
            points.append(Point(kind, what, seen[kind, what]))
        return points

    @property
    def _struck(self) -> Path:
        return self.folder / "struck"

    def _lines(self) -> list[str]:
        return (self.folder / "points").read_text().splitlines()
