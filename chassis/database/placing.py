"""Where a cluster and its programs lie, so that the account that runs them can reach both."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

from chassis.database.account import ASIDE, Account
from chassis.database.binaries import Binaries
from chassis.identifiers import new_id
from chassis.settings import SettingError


def reachable_binaries(binaries: Binaries, account: Account) -> Binaries:
    """`binaries`, copied aside when they lie where `account` cannot go (a clone under /root)."""
    if account.reaches(binaries.folder / "postgres"):
        return binaries
    if not binaries.belongings:
        raise SettingError(
            f"Set DATABASE_URL: the account that runs PostgreSQL cannot enter {binaries.folder}."
        )
    _make_aside()
    copy = ASIDE / f"postgresql-{binaries.version}"
    if not copy.exists():
        unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.rmtree(unfinished, ignore_errors=True)
        binaries.copied(unfinished)
        _open_to_all(unfinished)
        unfinished.rename(copy)
    place = binaries.folder.relative_to(binaries.belongings[0].parent)
    return replace(binaries, folder=copy / place, belongings=())


def reachable_data(home: Path, account: Account) -> Path:
    """The cluster's folder in `home`; a link to one aside when `account` cannot go there.

    Only `home` itself is opened for passing through: the folders above it are not ours to open.
    """
    data = home / "postgres"
    if account.user is None or data.is_symlink():
        return data.resolve()
    home.chmod(home.stat().st_mode | 0o011)
    if account.reaches(home):
        return data
    place = _new_place()
    if data.exists():
        # Made when the folders above still let the account through.
        shutil.move(data, place)
    data.symlink_to(place)
    return place


def _open_to_all(folder: Path) -> None:
    """Let every account read, and run what can be run: a strict umask would have hidden it."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o055 if mode & 0o100 else 0o044))


def _new_place() -> Path:
    _make_aside()
    return ASIDE / f"data-{new_id().hex}"


def _make_aside() -> None:
    ASIDE.mkdir(parents=True, exist_ok=True)
    ASIDE.chmod(0o755)
