"""What one HTTP request costs the whole stack in CPU time: gateway, services, broker, database.

`python -m bench.requests` starts every process on a RabbitMQ and a PostgreSQL of its own, sends
requests from four clients and divides the CPU seconds of all processes by their number. The cost
of the stack at rest is measured first and taken off. It fails when a figure is over its target.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from chassis.database.embedded import ensure_db
from chassis.testing.rabbitmq import Broker, find_programs, install
from tests.system.client import Client
from tests.system.platform import Platform, command, running

CLIENTS = 4
REQUESTS = 400
ROUNDS = 3
LEADS = 10_000
MOST = {"GET /leads/{id}": 9.0, "GET /leads (50)": 17.0, "PATCH": 12.0, "POST /leads": 20.0}


@contextmanager
def stack() -> Iterator[tuple[Platform, Broker]]:
    """Separate processes with 10,000 leads, and the broker they talk through."""
    home = Path(tempfile.mkdtemp(prefix="rapport-requests-"))
    programs = find_programs() or install()
    if programs is None:
        sys.exit("Install rabbitmq-server, or run as root so that it can be installed.")
    with ExitStack() as closing:
        closing.callback(shutil.rmtree, home, ignore_errors=True)
        (home / "broker").mkdir()
        broker = Broker(home / "broker", programs)
        broker.start()
        closing.callback(broker.stop)
        server = ensure_db(home / "database")
        closing.callback(server.release)
        platform = closing.enter_context(
            running(
                "rabbitmq",
                amqp_uri=broker.uri,
                admin_url=server.admin_url,
                home=home / "rapport",
                settings={"RAPPORT_GATEWAY_THREADS": "4"},
            )
        )
        command(platform.environment, "seed", "--leads", str(LEADS), "--seed", "42")
        yield platform, broker


def processes(platform: Platform, broker: Broker) -> list[psutil.Process]:
    """Every process of the stack: ours, the broker's and PostgreSQL's, with their children."""
    home = broker.folder.parent
    roots = [process.pid for process in platform.processes.values()]
    roots += [int(file.read_text().split()[0]) for file in home.rglob("postmaster.pid")]
    roots += [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if str(broker.folder) in " ".join(process.info["cmdline"] or ())
    ]
    found: dict[int, psutil.Process] = {}
    for root in map(psutil.Process, roots):
        found.update({one.pid: one for one in (root, *root.children(recursive=True))})
    return list(found.values())


def cpu_seconds(found: list[psutil.Process]) -> float:
    """The CPU time that `found` have used so far, with that of children that ended."""
    total = 0.0
    for process in found:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def at_rest(found: list[psutil.Process], seconds: float = 5.0) -> float:
    """CPU seconds a second that the stack uses when nobody asks for anything."""
    before = cpu_seconds(found)
    time.sleep(seconds)
    return (cpu_seconds(found) - before) / seconds


def cost(
    found: list[psutil.Process],
    rest: float,
    act: Callable[[Client, int], None],
    clients: list[Client],
) -> tuple[float, float]:
    """CPU milliseconds a request of `act`, and requests a second."""
    share = REQUESTS // len(clients)

    def work(place: int) -> None:
        for number in range(share):
            act(clients[place], place * share + number)

    before, began = cpu_seconds(found), time.monotonic()
    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(work, range(len(clients))))
    took = time.monotonic() - began
    used = cpu_seconds(found) - before - rest * took
    return used / (share * len(clients)) * 1000, share * len(clients) / took


def acts(clients: list[Client]) -> dict[str, Callable[[Client, int], None]]:
    """What is measured, by the names of `MOST`."""
    asked = {"limit": REQUESTS, "filter": {"status": {"in": ["new", "in_progress"]}}}
    page = _expect(clients[0].post("/leads/search", asked), 200)["items"]
    versions = {item["id"]: item["version"] for item in page}
    ids = list(versions)

    def get(client: Client, number: int) -> None:
        _expect(client.get(f"/leads/{ids[number % len(ids)]}"), 200)

    def listed(client: Client, _number: int) -> None:
        _expect(client.get("/leads", limit=50), 200)

    def update(client: Client, number: int) -> None:
        record = ids[number % len(ids)]
        answer = client.patch(
            f"/leads/{record}", {"comments": uuid4().hex}, version=versions[record]
        )
        versions[record] = _expect(answer, 200)["version"]

    def create(client: Client, _number: int) -> None:
        name = uuid4().hex
        body = {
            "title": name,
            "first_name": "Ana",
            "last_name": "Lima",
            "phones": [{"value": "+5511953511234", "kind": "mobile"}],
            "emails": [{"value": f"{name}@example.com", "kind": "work"}],
            "source": "web",
        }
        _expect(client.post("/leads", body), 201)

    return dict(zip(MOST, (get, listed, update, create), strict=True))


def _expect(answer: Any, status: int) -> Any:
    if answer.status_code != status:
        raise RuntimeError(f"{answer.request.method} {answer.request.url}: {answer.text}")
    return answer.json()


def main() -> int:
    """Run the measurement; 1 when a figure is over its target."""
    with stack() as (platform, broker):
        clients = [platform.administrator() for _ in range(CLIENTS)]
        measured = acts(clients)
        for act in measured.values():
            cost(processes(platform, broker), 0.0, act, clients)
        time.sleep(3)
        found = processes(platform, broker)
        rest = at_rest(found)
        print(f"at rest {rest * 100:.1f} % of a core, {len(found)} processes")
        over = False
        for name, act in measured.items():
            rounds = [cost(found, rest, act, clients) for _ in range(ROUNDS)]
            milliseconds = statistics.median(one for one, _ in rounds)
            rate = statistics.median(one for _, one in rounds)
            over = over or milliseconds > MOST[name]
            print(
                f"{name:16} {milliseconds:6.2f} ms of {MOST[name]:4.0f}  {rate:6.0f}/s", flush=True
            )
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
