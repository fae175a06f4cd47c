"""The account that PostgreSQL runs as: ourselves, or another one when we are root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = "rapport"
FALLBACK = "nobody"
ASIDE = Path("/var/lib/rapport")


@dataclass(frozen=True, slots=True)
class Account:
    """Whom to run PostgreSQL as; `user` and `group` are None when that is ourselves."""

    user: int | None = None
    group: int | None = None

    @property
    def process(self) -> dict[str, Any]:
        """The arguments of `subprocess.run` that make a program run as this account."""
        if self.user is None:
            return {}
        return {"user": self.user, "group": self.group, "extra_groups": []}

    def own(self, folder: Path) -> None:
        """Make `folder` this account's alone."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.user is not None and self.group is not None:
            os.chown(folder, self.user, self.group)
        folder.chmod(0o700)

    def reaches(self, path: Path) -> bool:
        """True when the account may enter every folder above `path`, and `path` itself."""
        if self.user is None:
            return True
        finished = subprocess.run(["test", "-x", path], check=False, cwd="/", **self.process)
        return finished.returncode == 0


def _named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid)


def account_for(data: Path) -> Account:
    """Who runs the cluster in `data`: PostgreSQL refuses root, so root hands over to an account.

    Data that exists keeps its owner; otherwise the account `rapport` is made, or `nobody` used.
    """
    if os.geteuid() != 0:
        return Account()
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    account = _named(NAME)
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if account is None and useradd:
        command = [useradd, "--system", "--home-dir", "/nonexistent", "--shell", "/bin/false", NAME]
        subprocess.run(command, check=False, capture_output=True)
        account = _named(NAME)
    return account or _named(FALLBACK) or Account(65534, 65534)
