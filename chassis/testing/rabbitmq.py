"""A real RabbitMQ for tests: Debian's package, unprivileged, in its own folder and ports."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import amqp
import pytest

from chassis.ports import free_port

START_SECONDS = 60.0
_PROGRAMS = Path("/usr/lib/rabbitmq/lib")


@dataclass
class Broker:
    """A broker of ours that can be killed, started again and made to feel short of memory."""

    folder: Path
    programs: Path
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None
    _environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        node = f"rapport{self.port}@localhost"
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            "vm_memory_high_watermark.relative = 0.6\n"
            "disk_free_limit.absolute = 50MB\n"
            "loopback_users.guest = true\n"
        )
        (self.folder / "enabled_plugins").write_text("[].")
        self._environment = {
            **os.environ,
            "HOME": str(self.folder),
            "RABBITMQ_NODENAME": node,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none"),
            "ERL_EPMD_PORT": str(free_port()),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            # Schedulers that spin while there is nothing to do take the processor from the tests.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none",
        }

    @property
    def uri(self) -> str:
        """The URI of the broker's default virtual host."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def start(self) -> None:
        """Start the broker and return once it accepts connections; data is kept between starts."""
        log = (self.folder / "output.log").open("ab")
        self._process = subprocess.Popen(
            [self.programs / "rabbitmq-server"],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        log.close()
        limit = time.monotonic() + START_SECONDS
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > limit:
                said = (self.folder / "output.log").read_text(errors="replace")[-3000:]
                raise RuntimeError(f"RabbitMQ does not start:\n{said}")
            time.sleep(0.1)

    def answers(self) -> bool:
        """True when a client can open a connection and a channel."""
        try:
            with amqp.Connection(
                f"127.0.0.1:{self.port}", userid="guest", password="guest", connect_timeout=2
            ) as connection:
                connection.channel()
        except (OSError, amqp.AMQPError):
            return False
        return True

    def kill(self) -> None:
        """`kill -9` the broker: what it had not written is lost."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
        # The Erlang machine runs in a process group of its own below the starting script.
        self._signal_node(signal.SIGKILL)
        while self._listens():
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the broker and its port mapper."""
        self._signal_node(signal.SIGTERM)
        if self._process is not None:
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        port = self._environment["ERL_EPMD_PORT"]
        subprocess.run(
            ["epmd", "-port", port, "-kill"],
            env=self._environment, capture_output=True, check=False,
        )  # fmt: skip

    def control(self, *arguments: str) -> str:
        """Run `rabbitmqctl ARGUMENTS` and return what it printed."""
        finished = subprocess.run(
            [self.programs / "rabbitmqctl", "-q", *arguments],
            env=self._environment, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        if finished.returncode != 0:
            raise RuntimeError(f"rabbitmqctl {arguments}: {finished.stdout}{finished.stderr}")
        return finished.stdout

    def alarm(self, on: bool) -> None:
        """Raise or clear the memory alarm; while it is on, publishers are blocked."""
        self.control("set_vm_memory_high_watermark", "0.00000001" if on else "0.6")

    def add_host(self) -> str:
        """A new virtual host's URI."""
        name = f"test-{secrets.token_hex(4)}"
        # One call for both: each starts an Erlang machine, which costs half a second of processor.
        made = f'ok = rabbit_vhost:add(<<"{name}">>, <<"tests">>)'
        rights = ", ".join([f'<<"guest">>, <<"{name}">>', *['<<".*">>'] * 3, '<<"tests">>'])
        allowed = f"ok = rabbit_auth_backend_internal:set_permissions({rights})"
        self.control("eval", f"{made}, {allowed}.")
        return f"amqp://guest:guest@127.0.0.1:{self.port}/{name}"

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _signal_node(self, number: signal.Signals) -> None:
        try:
            os.kill(int((self.folder / "pid").read_text()), number)
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return


def find_programs() -> Path | None:
    """The folder of RabbitMQ's own programs, below the wrappers that insist on its account."""
    found = sorted(_PROGRAMS.glob("rabbitmq_server-*/sbin"))
    return found[-1] if found else None


def install() -> Path | None:
    """Install Debian's package when we may; the folder of its programs, or None."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    # The package would start a broker of its own: a policy file forbids that in a container.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", "rabbitmq-server"],
    ):
        subprocess.run(command, env=environment, check=False, stdin=subprocess.DEVNULL)
    return find_programs()


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[Broker]:
    """The session's own RabbitMQ; a test that kills it has to start it again."""
    programs = find_programs() or install()
    if programs is None:
        pytest.fail(
            "RabbitMQ is not installed: run `apt-get install rabbitmq-server` as root, "
            "or set AMQP_URI to a broker that the tests may use.",
            pytrace=False,
        )
    folder = Path(tempfile.mkdtemp(prefix="rapport-rabbitmq-"))
    broker = Broker(folder, programs)
    broker.start()
    yield broker
    broker.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def amqp_uri(request: pytest.FixtureRequest) -> Iterator[str]:
    """A RabbitMQ virtual host of the module's own; AMQP_URI itself where no broker is installed."""
    outside = os.environ.get("AMQP_URI")
    if outside and outside.startswith("amqp") and find_programs() is None and os.geteuid() != 0:
        yield outside
        return
    broker: Broker = request.getfixturevalue("rabbitmq")
    yield broker.add_host()
