"""The whole platform as its users meet it: real processes, bus, database and HTTP."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from contracts.catalogue import SERVICES
from tests.system.client import Client

ADMIN_EMAIL = "admin@example.com"
ADMIN_PASSWORD = "correct horse battery"
READY_SECONDS = 60.0


def free_port() -> int:
    """A TCP port on loopback that nothing listens to now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Platform:
    """A running installation. `environment` is all its configuration; `names` its processes.

    With `names` of `("all",)` it is one process; otherwise each service and the gateway is its own.
    `launchers` has the arguments of Python that stand in for `-m chassis.command_line`, by name.
    """

    environment: dict[str, str]
    names: Sequence[str]
    logs: Path
    port: int
    launchers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the gateway answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, name: str) -> None:
        """Start one process; returns at once."""
        arguments = ["--all"] if name == "all" else [name]
        launcher = self.launchers.get(name, ("-m", "chassis.command_line"))
        log = (self.logs / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            [sys.executable, *launcher, "run", *arguments],
            env={**os.environ, **self.environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        log.close()

    def start_all(self) -> None:
        """Start every process and wait until the gateway says it is ready."""
        for name in self.names:
            self.start(name)
        self.wait_ready()

    def wait_ready(self, seconds: float = READY_SECONDS, since: float | None = None) -> None:
        """Return once `/health/ready` is 200; raises with the logs' tails when it never is.

        `since` is the monotonic time of what made it otherwise; without one that was just now.
        """
        limit = time.monotonic() + seconds
        answer = "no answer"
        # What the gateway says may be half a second old.
        time.sleep(max(0.0, (since or time.monotonic()) + 0.6 - time.monotonic()))
        while time.monotonic() < limit:
            try:
                response = httpx.get(f"{self.url}/health/ready", timeout=3)
                if response.status_code == 200:
                    return
                answer = response.text
            except httpx.HTTPError as error:
                answer = repr(error)
            time.sleep(0.1)
        raise AssertionError(f"Not ready after {seconds} s: {answer}\n{self.tails()}")

    def tails(self) -> str:
        """The last lines of every log, for a failure's message."""
        return "\n".join(
            f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}"
            for log in sorted(self.logs.glob("*.log"))
        )

    def kill(self, name: str) -> None:
        """`kill -9` the process and its children."""
        process = self.processes[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def terminate(self, name: str, seconds: float = 35.0) -> int:
        """Ask the process to stop and wait for it; returns its exit status."""
        process = self.processes[name]
        process.send_signal(signal.SIGTERM)
        return process.wait(seconds)

    def stop_all(self) -> None:
        """Stop every process that still runs, gently first."""
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)

    def client(self, email: str | None = None, password: str = ADMIN_PASSWORD) -> Client:
        """An HTTP client, signed in as `email` when one is given."""
        client = Client(self.url)
        if email is not None:
            client.sign_in(email, password)
        return client

    def administrator(self) -> Client:
        """A client signed in as the first administrator."""
        return self.client(ADMIN_EMAIL)


def command(environment: dict[str, str], *arguments: str) -> str:
    """Run `crm ARGUMENTS` to its end and return what it printed; raises with that when it fails."""
    finished = subprocess.run(
        [sys.executable, "-m", "chassis.command_line", *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        timeout=300,
        check=False,
    )
    printed = finished.stdout.decode(errors="replace")
    assert finished.returncode == 0, f"crm {' '.join(arguments)}:\n{printed}"
    return printed


@contextmanager
def running(
    bus: str,
    *,
    amqp_uri: str,
    admin_url: str,
    home: Path,
    settings: dict[str, str] | None = None,
    launchers: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[Platform]:
    """A migrated platform that is ready. `bus` is `embedded` or `together` (one process, the second
    on RabbitMQ) or `rabbitmq` (a process each)."""
    suffix = home.name.replace("-", "_").lower()
    base, _, _ = admin_url.rpartition("/")
    server = base.rpartition("@")[2]
    port = free_port()
    environment = {
        "AMQP_URI": "embedded://rapport" if bus == "embedded" else amqp_uri,
        "DATABASE_ADMIN_URL": admin_url,
        "DATABASE_URL": f"postgresql://{suffix}_{{service}}:secret@{server}/{suffix}_{{service}}",
        "RAPPORT_HOME": str(home),
        "RAPPORT_ADMIN_EMAIL": ADMIN_EMAIL,
        "RAPPORT_ADMIN_PASSWORD": ADMIN_PASSWORD,
        "RAPPORT_DEMO": "0",
        "RAPPORT_RATE_LIMIT": "1000000",
        "PORT": str(port),
        **(settings or {}),
    }
    logs = home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    command(environment, "migrate")
    names = (*SERVICES, "gateway") if bus == "rabbitmq" else ("all",)
    platform = Platform(environment, names, logs, port, launchers or {})
    try:
        platform.start_all()
        yield platform
    finally:
        platform.stop_all()
