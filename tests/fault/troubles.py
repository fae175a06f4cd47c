"""The troubles of processes started by `troubled.py`: the tests' side of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.system.platform import Platform


@dataclass(frozen=True, slots=True)
class Troubles:
    """A platform every process of which reads its troubles from a folder below `home`."""

    platform: Platform
    home: Path

    @staticmethod
    def launcher(home: Path, name: str) -> tuple[str, ...]:
        """What Python is told to run, before the arguments of `crm`."""
        folder = home / name
        folder.mkdir(parents=True, exist_ok=True)
        return (str(Path(__file__).with_name("troubled.py")), str(folder))

    @contextmanager
    def of(self, name: str, trouble: str, value: object = "") -> Iterator[Path]:
        """While the block runs the process `name` has the trouble; the file that says so."""
        place = self.home / name / trouble
        draft = place.with_suffix(".draft")
        draft.write_text(str(value))
        draft.rename(place)
        try:
            yield place
        finally:
            place.unlink(missing_ok=True)

    @property
    def url(self) -> str:
        """Where the databases are; it names `{service}`."""
        return self.platform.environment["DATABASE_URL"]
