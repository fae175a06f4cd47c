"""How long `crm seed` takes until everything is there and everybody has heard of it.

`python -m bench.seeding` fills an installation by `crm seed --wait`, once on RabbitMQ with separate
processes and once in one process on the embedded bus, and then counts what services keep of each
other's records. It fails when one takes longer than the target, or when anything is missing.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Final

import psycopg2

from bench.stack import Stack, stack, used_by
from contracts.catalogue import LISTENERS, SERVICES
from tests.system.platform import command

MOST_SECONDS: Final = 180.0
RECORDS: Final = {"leads": 100_000, "companies": 20_000, "contacts": 100_000, "deals": 50_000}
BUSES: Final = ("rabbitmq", "embedded")

# Where records of one service have labels in another.
_LABELLED: Final = {
    "leads": ("companies", "contacts", "deals"),
    "contacts": ("leads",),
    "deals": ("leads", "companies", "contacts"),
}
_SINGULAR: Final = {"leads": "lead", "companies": "company", "contacts": "contact", "deals": "deal"}


def filled(running: Stack, counts: Mapping[str, int]) -> float:
    """The seconds that `crm seed --wait` takes; its lines are printed with their times."""
    wanted = [part for name, count in counts.items() for part in (f"--{name}", str(count))]
    began = time.monotonic()
    seeding = subprocess.Popen(
        [sys.executable, "-m", "chassis.command_line", "seed", *wanted, "--wait"],
        env={**os.environ, **running.environment},
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    assert seeding.stdout is not None
    for line in seeding.stdout:
        print(f"  {time.monotonic() - began:6.1f} s  {line.rstrip()}", flush=True)
    if seeding.wait() != 0:
        raise RuntimeError("crm seed failed.")
    return time.monotonic() - began


def missing(running: Stack, counts: Mapping[str, int]) -> Iterator[str]:
    """What is not as it should be once everybody has heard everything."""
    for service, plurals in _LABELLED.items():
        for plural in plurals:
            query = f"SELECT count(*) FROM labels WHERE entity = '{_SINGULAR[plural]}'"
            yield from _differs(running, service, query, counts[plural])
    query = "SELECT count(DISTINCT record_id) FROM match_keys WHERE entity = 'lead'"
    yield from _differs(running, "contacts", query, counts["leads"])
    heard = {e for each in LISTENERS if each.consumer == "activities" for e in each.entities}
    noted = sum(count for plural, count in counts.items() if _SINGULAR[plural] in heard)
    yield from _differs(running, "activities", "SELECT count(*) FROM activities", noted)
    for service in SERVICES:
        for table in ("journal_pending", "parked_events", "quarantine"):
            yield from _differs(running, service, f"SELECT count(*) FROM {table}", 0)


def _differs(running: Stack, service: str, query: str, wanted: int) -> Iterator[str]:
    connection = psycopg2.connect(running.database_url(service))
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            [found] = cursor.fetchone()
    finally:
        connection.close()
    if found != wanted:
        yield f"{service}: {query}: {found}, not {wanted}"


def measured(bus: str, counts: Mapping[str, int]) -> bool:
    """Print what filling takes on `bus`; whether that is in time and complete."""
    with stack(bus) as running:
        command(running.environment, "seed", "--people", "--wait")
        print(f"{bus}: {sum(counts.values()):,} records")
        before = spent(running)
        took = filled(running, counts)
        used = {name: seconds - before[name] for name, seconds in spent(running).items()}
        faults = list(missing(running, counts))
    shares = ", ".join(f"{name} {seconds:.1f}" for name, seconds in used.items())
    print(f"{took:8.1f} s of {MOST_SECONDS:.0f}; CPU {sum(used.values()):.0f} s: {shares}")
    print("".join(f"  {fault}\n" for fault in faults), end="", flush=True)
    return took <= MOST_SECONDS and not faults


def spent(running: Stack) -> dict[str, float]:
    """The CPU seconds so far of each part of the stack, and of the commands that were run."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"crm seed": ended.ru_utime + ended.ru_stime, **used_by(running.grouped())}


def main() -> int:
    """Run the measurement; 1 when one is over the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bus", choices=BUSES, action="append", help="this one alone")
    parser.add_argument("--scale", type=float, default=1.0, help="a part of the records")
    options = parser.parse_args()
    counts = {name: int(count * options.scale) for name, count in RECORDS.items()}
    outcomes = [measured(bus, counts) for bus in options.bus or BUSES]
    return int(not all(outcomes))


if __name__ == "__main__":
    sys.exit(main())
