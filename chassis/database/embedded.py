"""The PostgreSQL of a newcomer: started on demand in RAPPORT_HOME, stopped by its last user."""

from __future__ import annotations

import atexit
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from chassis.database.account import account_for
from chassis.database.binaries import find_binaries
from chassis.database.cluster import Cluster
from chassis.database.placing import reachable_binaries, reachable_data
from chassis.settings import Settings

PASSWORD_FILE = "postgres.password"
USERS_FILE = "postgres.users"
START_FILE = "postgres.start"


@dataclass
class EmbeddedDatabase:
    """A running cluster that this process uses. Several processes may use one together."""

    cluster: Cluster
    admin_url: str
    _users: IO[str]

    def release(self) -> None:
        """Stop using the cluster; the last user stops it. Calling it again does nothing."""
        if self._users.closed:
            return
        with _locked(Path(self._users.name).with_name(START_FILE)):
            if _try_lock(self._users):
                self.cluster.stop()
            self._users.close()


def ensure_db(home: Path) -> EmbeddedDatabase:
    """The cluster in `home`, made and started where needed, and stopped at the latest at exit.

    A cluster that outlived its process (kill -9) is taken over.
    """
    home.mkdir(parents=True, exist_ok=True)
    with _locked(home / START_FILE):
        users = (home / USERS_FILE).open("w")
        # Shared: the system drops it when a user dies, however it dies.
        fcntl.flock(users, fcntl.LOCK_SH)
        cluster = _cluster(home)
        database = EmbeddedDatabase(cluster, cluster.start(), users)
    atexit.register(database.release)
    return database


def with_embedded_database(settings: Settings, database: EmbeddedDatabase) -> Settings:
    """`settings` whose services keep their data in `database`."""
    address = database.admin_url.rpartition("@")[2].partition("/")[0]
    password = database.cluster.password
    return replace(
        settings,
        database_admin_url=database.admin_url,
        database_url=f"postgresql://rapport_{{service}}:{password}@{address}/rapport_{{service}}",
    )


def _cluster(home: Path) -> Cluster:
    data = home / "postgres"
    account = account_for(data)
    data = reachable_data(home, account)
    version = data / "PG_VERSION"
    binaries = find_binaries(version.read_text().strip() if version.exists() else None)
    return Cluster(data, reachable_binaries(binaries, account), account, _password(home))


def _password(home: Path) -> str:
    file = home / PASSWORD_FILE
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as opened:
            opened.write(secrets.token_urlsafe(24))
    return file.read_text()


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("w") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield


def _try_lock(opened: IO[str]) -> bool:
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
