"""One PostgreSQL cluster in a folder, listening on loopback with a password."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2

from chassis.database.account import Account
from chassis.database.binaries import Binaries
from chassis.errors import Unavailable
from chassis.ports import free_port

START_SECONDS = 60.0
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "''",
    "max_connections": "250",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}


@dataclass
class Cluster:
    """The cluster in `data`, run by `account`. `options` are server settings above the defaults."""

    data: Path
    binaries: Binaries
    account: Account
    password: str
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        """Where the server writes what goes wrong."""
        return self.data / "server.log"

    def start(self) -> str:
        """Make the cluster when it is new, start it when it is down; its administrator's URL."""
        self.account.own(self.data)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        limit = time.monotonic() + START_SECONDS
        while True:
            url = self._running_url()
            if url is not None:
                return url
            self._forget_dead_server()
            said = self._try_start()
            if said is not None and time.monotonic() > limit:
                raise Unavailable(f"PostgreSQL does not start: {said} {self._tail()}")
            time.sleep(0.2 if said else 0.0)

    def stop(self, mode: str = "fast") -> None:
        """Stop the server if it runs; `immediate` is as rough as a crash."""
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-w", "-D", str(self.data), "-m", mode, check=False)

    def _run(self, program: str, *arguments: str, check: bool = True) -> str | None:
        # A file in place of a pipe: the server inherits a pipe and reading it would never end.
        with tempfile.TemporaryFile() as output:
            finished = subprocess.run(
                [str(self.binaries.folder / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                check=False,
                **self.account.process,
            )
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
        if finished.returncode == 0:
            return None
        if check:
            raise Unavailable(f"{program} failed: {said}")
        return said or f"{program} failed."

    def _initialise(self) -> None:
        with tempfile.NamedTemporaryFile("w", prefix="rapport-") as secret:
            secret.write(self.password)
            secret.flush()
            if self.account.user is not None and self.account.group is not None:
                os.chown(secret.name, self.account.user, self.account.group)
            self._run(
                "initdb", "-D", str(self.data), "-U", "postgres", "--encoding=UTF8",
                "--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={secret.name}",
            )  # fmt: skip

    def _try_start(self) -> str | None:
        settings = {**_OPTIONS, "port": str(free_port()), **self.options}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        return self._run(
            "pg_ctl", "start", "-w", "-D", str(self.data), "-l", str(self.log), "-o", options,
            check=False,
        )  # fmt: skip

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _running_url(self) -> str | None:
        lines = self._pid_file()
        if len(lines) < 4:
            return None
        url = f"postgresql://postgres:{self.password}@127.0.0.1:{lines[3].strip()}/postgres"
        try:
            connection = psycopg2.connect(url, connect_timeout=3)
        except psycopg2.OperationalError:
            return None
        try:
            with connection.cursor() as cursor:
                cursor.execute("SHOW data_directory")
                row = cursor.fetchone()
        finally:
            connection.close()
        return url if row is not None and Path(row[0]).resolve() == self.data.resolve() else None

    def _forget_dead_server(self) -> None:
        # After kill -9 or a restart of the machine the number may belong to a stranger by now, and
        # PostgreSQL would then refuse to start for ever.
        lines = self._pid_file()
        if not lines:
            return
        try:
            name = Path(f"/proc/{lines[0].strip()}/comm").read_text().strip()
        except OSError:
            return
        if not name.startswith("postgres"):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _tail(self) -> str:
        try:
            return self.log.read_text(errors="replace")[-2000:]
        except OSError:
            return ""
