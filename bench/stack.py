"""The whole platform in processes of its own for a measurement, and what it costs in CPU time.

The cost of a request is the CPU seconds of every process (gateway, services, broker, database)
while four clients send it, less what the stack uses at rest, by their number.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from chassis.database.cluster import Cluster
from chassis.database.embedded import ensure_db
from chassis.testing.rabbitmq import Broker, find_programs, install
from tests.system.client import Client
from tests.system.platform import Platform, running

CLIENTS = 4
REQUESTS = 400
ROUNDS = 3
_SETTLING_SECONDS = 3.0

Act = Callable[[Client, int], None]


@dataclass(frozen=True)
class Stack:
    """A running installation; `broker` is None when its bus is embedded."""

    platform: Platform
    database: Cluster
    broker: Broker | None

    @property
    def environment(self) -> dict[str, str]:
        """The settings of its processes."""
        return self.platform.environment

    def database_url(self, service: str) -> str:
        """Where `service` keeps its data."""
        return self.environment["DATABASE_URL"].replace("{service}", service)

    def processes(self) -> list[psutil.Process]:
        """Every process of the stack: ours, the broker's and PostgreSQL's, with their children."""
        return [process for group in self.grouped().values() for process in group]

    def grouped(self) -> dict[str, list[psutil.Process]]:
        """The processes of the stack by what they are: services by name, `bus`, `database`."""
        groups = {name: [process.pid] for name, process in self.platform.processes.items()}
        groups["database"] = [
            int((self.database.data / "postmaster.pid").read_text().split()[0]),
        ]
        if self.broker is not None:
            groups["bus"] = [
                process.pid
                for process in psutil.process_iter(["cmdline"])
                if str(self.broker.folder) in " ".join(process.info["cmdline"] or ())
            ]
        return {name: _with_children(roots) for name, roots in groups.items()}


@contextmanager
def stack(bus: str = "rabbitmq", settings: Mapping[str, str] | None = None) -> Iterator[Stack]:
    """An installation on a PostgreSQL of its own: on a RabbitMQ of its own with a process for each
    service, or with `embedded` in one process."""
    home = Path(tempfile.mkdtemp(prefix="rapport-stack-"))
    with ExitStack() as closing:
        closing.callback(shutil.rmtree, home, ignore_errors=True)
        broker = None if bus == "embedded" else _broker(home / "broker", closing)
        server = ensure_db(home / "database")
        # Which may lie elsewhere than in its home, where its account cannot enter that.
        closing.callback(shutil.rmtree, server.cluster.data, ignore_errors=True)
        closing.callback(server.release)
        platform = closing.enter_context(
            running(
                bus,
                amqp_uri="" if broker is None else broker.uri,
                admin_url=server.admin_url,
                home=home / "rapport",
                settings={"RAPPORT_GATEWAY_THREADS": "4", **(settings or {})},
            )
        )
        yield Stack(platform, server.cluster, broker)


def _broker(folder: Path, closing: ExitStack) -> Broker:
    programs = find_programs() or install()
    if programs is None:
        sys.exit("Install rabbitmq-server, or run as root so that it can be installed.")
    folder.mkdir()
    broker = Broker(folder, programs)
    broker.start()
    closing.callback(broker.stop)
    return broker


def _with_children(roots: Iterable[int]) -> list[psutil.Process]:
    found: dict[int, psutil.Process] = {}
    for root in map(psutil.Process, roots):
        found.update({one.pid: one for one in (root, *root.children(recursive=True))})
    return list(found.values())


def cpu_seconds(found: Iterable[psutil.Process]) -> float:
    """The CPU time that `found` have used so far, with that of children that ended."""
    total = 0.0
    for process in found:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def at_rest(found: Sequence[psutil.Process], seconds: float = 5.0) -> float:
    """CPU seconds a second that the stack uses when nobody asks for anything."""
    before = cpu_seconds(found)
    time.sleep(seconds)
    return (cpu_seconds(found) - before) / seconds


def cost(
    found: Sequence[psutil.Process],
    rest: float,
    act: Act,
    clients: Sequence[Client],
    requests: int = REQUESTS,
) -> tuple[float, float]:
    """CPU milliseconds a request of `act`, and requests a second."""
    share = requests // len(clients)

    def work(place: int) -> None:
        for number in range(share):
            act(clients[place], place * share + number)

    before, began = cpu_seconds(found), time.monotonic()
    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(work, range(len(clients))))
    took = time.monotonic() - began
    used = cpu_seconds(found) - before - rest * took
    return used / (share * len(clients)) * 1000, share * len(clients) / took


def over_targets(
    running: Stack,
    acts: Mapping[str, tuple[Act, Sequence[Client]]],
    most: Mapping[str, float],
) -> bool:
    """Print what each of `acts` costs, once all are warm; whether one is over its target.

    What has no target in `most` is only printed.
    """
    for act, clients in acts.values():
        cost(running.processes(), 0.0, act, clients)
    time.sleep(_SETTLING_SECONDS)
    found = running.processes()
    rest = at_rest(found)
    print(f"at rest {rest * 100:.1f} % of a core, {len(found)} processes")
    over = False
    for name, (act, clients) in acts.items():
        rounds = [cost(found, rest, act, clients) for _ in range(ROUNDS)]
        milliseconds = statistics.median(one for one, _ in rounds)
        rate = statistics.median(one for _, one in rounds)
        target = most.get(name)
        over = over or (target is not None and milliseconds > target)
        of = "      " if target is None else f"of {target:3.0f}"
        waits = len(clients) / rate * 1000
        print(
            f"{name:28} {milliseconds:6.2f} ms {of}  {rate:6.0f}/s, {waits:.0f} ms each", flush=True
        )
    return over


def expect(answer: Any, status: int) -> Any:
    """The body of `answer`; raises when its status is not `status`."""
    if answer.status_code != status:
        raise RuntimeError(f"{answer.request.method} {answer.request.url}: {answer.text}")
    return answer.json()
