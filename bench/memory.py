"""What the whole platform keeps in memory at rest and under load, broker and database included.

`python -m bench.memory` prints the proportional set size of every group of processes (shared pages
are divided among those that share them): in one process on the embedded bus, in one on RabbitMQ,
and with a process for each service; once just started, once at rest with 10,000 leads in its cache
and once while four clients read and write. It fails when one process is over a target.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import psutil

from bench.requests import LEADS, acts
from bench.stack import CLIENTS, Act, Stack, stack
from tests.system.client import Client
from tests.system.platform import command

IDLE_MOST, LOADED_MOST = 350.0, 500.0
BUSES: Final = ("embedded", "together", "rabbitmq")
_MEBIBYTE: Final = 2**20
_RESTING_SECONDS, _LOADED_SECONDS = 20.0, 60.0


def kept(running: Stack) -> dict[str, float]:
    """The mebibytes that each group of the platform's processes keeps."""
    return {name: sum(map(_kept, processes)) for name, processes in running.grouped().items()}


def _kept(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss) / _MEBIBYTE
    except psutil.NoSuchProcess:
        return 0.0


def worked(running: Stack, clients: Sequence[Client], todo: Mapping[str, Act]) -> dict[str, float]:
    """The most that was kept in all at one time while `clients` did everything of `todo`."""
    until = time.monotonic() + _LOADED_SECONDS

    def work(place: int) -> None:
        number = place
        while time.monotonic() < until:
            for act in todo.values():
                act(clients[place], number)
            number += len(clients)

    most: dict[str, float] = {}
    with ThreadPoolExecutor(len(clients)) as pool:
        working = [pool.submit(work, place) for place in range(len(clients))]
        while time.monotonic() < until:
            threading.Event().wait(2.0)
            most = max(most, kept(running), key=lambda found: sum(found.values()))
        for one in working:
            one.result()
    return most


def _printed(bus: str, moment: str, found: Mapping[str, float]) -> float:
    total = sum(found.values())
    parts = ", ".join(f"{name} {size:.0f}" for name, size in found.items())
    print(f"{bus:9} {moment:7} {total:6.0f} MiB: {parts}", flush=True)
    return total


def main() -> int:
    """Run the measurement; 1 when a figure of one process is over its target."""
    over = False
    for bus in BUSES:
        with stack(bus) as running:
            time.sleep(_RESTING_SECONDS)
            idle = _printed(bus, "started", kept(running))
            command(running.environment, "seed", "--leads", str(LEADS))
            clients = [running.platform.administrator() for _ in range(CLIENTS)]
            todo = acts(clients)
            time.sleep(_RESTING_SECONDS)
            _printed(bus, "at rest", kept(running))
            loaded = _printed(bus, "loaded", worked(running, clients, todo))
            over |= bus != "rabbitmq" and (idle > IDLE_MOST or loaded > LOADED_MOST)
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
