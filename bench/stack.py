"""The whole platform in processes of its own for a measurement, and what it costs in CPU time.

The cost of a request is the CPU seconds of every process (gateway, services, broker, database)
while four clients send it, less what the stack uses at rest, by their number.
"""

from __future__ import annotations

import shutil
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
    """An installation on a PostgreSQL and, but for `embedded`, a RabbitMQ of its own; `bus` is one
    of those of `running`."""
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


def used_by(groups: Mapping[str, Iterable[psutil.Process]]) -> dict[str, float]:
    """The CPU seconds so far of each of `groups` of processes."""
    return {name: cpu_seconds(found) for name, found in groups.items()}


def at_rest(
    groups: Mapping[str, Sequence[psutil.Process]], seconds: float = 5.0
) -> dict[str, float]:
    """CPU seconds a second that each part of the stack uses when nobody asks for anything."""
    before = used_by(groups)
    time.sleep(seconds)
    return {name: (after - before[name]) / seconds for name, after in used_by(groups).items()}


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds a request, by the part of the stack, and requests a second."""

    parts: Mapping[str, float]
    rate: float

    @property
    def milliseconds(self) -> float:
        """What the whole stack uses for one request."""
        return sum(self.parts.values())


def cost(
    groups: Mapping[str, Sequence[psutil.Process]],
    rest: Mapping[str, float],
    act: Act,
    clients: Sequence[Client],
    requests: int = REQUESTS,
) -> Cost:
    """What a request of `act` costs each of `groups`, less what they use at `rest`."""
    share = requests // len(clients)

    def work(place: int) -> None:
        for number in range(share):
            act(clients[place], place * share + number)

    before, began = used_by(groups), time.monotonic()
    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(work, range(len(clients))))
    took, count = time.monotonic() - began, share * len(clients)
    parts = {
        name: (after - before[name] - rest.get(name, 0.0) * took) / count * 1000
        for name, after in used_by(groups).items()
    }
    return Cost(parts, count / took)


def over_targets(
    running: Stack,
    acts: Mapping[str, tuple[Act, Sequence[Client]]],
    most: Mapping[str, float],
) -> bool:
    """Print what each of `acts` costs, once all are warm; whether one is over its target.

    What has no target in `most` is only printed.
    """
    for act, clients in acts.values():
        cost(running.grouped(), {}, act, clients)
    time.sleep(_SETTLING_SECONDS)
    groups = running.grouped()
    rest = at_rest(groups)
    count = sum(map(len, groups.values()))
    print(f"at rest {sum(rest.values()) * 100:.1f} % of a core, {count} processes")
    over = False
    for name, (act, clients) in acts.items():
        rounds = sorted(
            (cost(groups, rest, act, clients) for _ in range(ROUNDS)),
            key=lambda each: each.milliseconds,
        )
        found, target = rounds[len(rounds) // 2], most.get(name)
        over = over or (target is not None and found.milliseconds > target)
        _print_cost(name, found, target, len(clients))
    return over


def _print_cost(name: str, found: Cost, target: float | None, clients: int) -> None:
    of = "      " if target is None else f"of {target:3.0f}"
    waits = clients / found.rate * 1000
    parts = ", ".join(f"{part} {used:.1f}" for part, used in found.parts.items() if used >= 0.1)
    print(
        f"{name:28} {found.milliseconds:6.2f} ms {of}  {found.rate:6.0f}/s, {waits:.0f} ms each: "
        f"{parts}",
        flush=True,
    )


def expect(answer: Any, status: int) -> Any:
    """The body of `answer`; raises when its status is not `status`."""
    if answer.status_code != status:
        raise RuntimeError(f"{answer.request.method} {answer.request.url}: {answer.text}")
    return answer.json()
