"""Where a cluster and its programs lie, so that the account that runs them can reach both."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

from chassis.database.account import ASIDE, Account
from chassis.database.binaries import Binaries
from chassis.identifiers import new_id


def reachable_binaries(binaries: Binaries, account: Account) -> Binaries:
    """`binaries`, copied aside when they lie where `account` cannot go (a clone under /root)."""
    if account.reaches(binaries.folder / "postgres"):
        return binaries
    copy = ASIDE / f"postgresql-{binaries.version}"
    if not (copy / "bin" / "postgres").exists():
        _make_aside()
        unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(binaries.root, unfinished, symlinks=True)
        unfinished.chmod(0o755)
        unfinished.rename(copy)
    return replace(binaries, folder=copy / "bin")


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


def _new_place() -> Path:
    _make_aside()
    return ASIDE / f"data-{new_id().hex}"


def _make_aside() -> None:
    ASIDE.mkdir(parents=True, exist_ok=True)
    ASIDE.chmod(0o755)
