"""PostgreSQL restarts, is full or locked: 503 in its area for as long as that lasts, no more."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg2
import pytest

from chassis.testing.postgres import PostgresServer
from tests.fault.disk import full_disk
from tests.fault.load import Load
from tests.fault.scenes import RECOVERY_SECONDS, eventually, survive, twenty_times, verdict
from tests.fault.troubles import Troubles
from tests.system.client import Client

pytestmark = pytest.mark.faults

# A write waits for a lock for 2.4 s, a caller of it for 5.
WRITE_SECONDS = 5.5


def refused(answer: Any) -> bool:
    """Whether it is a 503 as it should be."""
    return (
        answer.status_code == 503
        and int(answer.headers["Retry-After"]) > 0
        and answer.headers["Content-Type"] == "application/problem+json"
    )


@twenty_times
def test_nothing_is_lost_when_the_database_restarts(
    troubles: Troubles, postgres: PostgresServer, turn: int
) -> None:
    client = troubles.platform.administrator()

    def restart(_load: Load) -> None:
        postgres.restart("immediate" if turn % 2 == 0 else "fast")
        for path in ("/leads", "/contacts", "/deals", "/activities", "/users"):
            eventually(lambda path=path: client.get(path).status_code == 200, RECOVERY_SECONDS)

    survive(troubles.platform, restart, turn)


@twenty_times
def test_full_disk_refuses_writes_and_leaves_reads_alone(
    troubles: Troubles, postgres: PostgresServer, turn: int
) -> None:
    client = troubles.platform.administrator()
    lead = client.made("/leads", {"title": uuid4().hex})
    path, late, stands = f"/leads/{lead['id']}", list[str](), [lead]

    def late_is_refused() -> bool:
        late[:] = [str(uuid4())]
        return refused(create(late[0]))

    def change_is_refused() -> bool:
        change = {"comments": uuid4().hex}
        answer = client.patch(path, change, version=stands[-1]["version"])
        if answer.status_code == 200:
            stands.append(answer.json())
        return refused(answer)

    def create(new: str) -> Any:
        return client.post("/leads", {"id": new, "title": "Late"}, key=new)

    def fill(load: Load) -> None:
        with full_disk(postgres, database(troubles, "leads")):
            eventually(lambda: _stands_still(load))
            # The last gap may still take one that is small enough.
            eventually(late_is_refused)
            # Without a key what fills the disk comes last: the record and its event are undone. A
            # gap that something else left is filled whole.
            eventually(lambda: all(change_is_refused() for _ in range(3)))
            assert client.get(path).json() == stands[-1]
            assert client.get("/leads").status_code == 200
            assert len(client.get(f"{path}/history").json()["items"]) == len(stands)
            assert client.get(f"/leads/{late[0]}").status_code == 404
            assert client.post("/deals", {"title": uuid4().hex}).status_code == 201

    survive(troubles.platform, fill, turn)
    assert create(late[0]).status_code == 201


def _stands_still(load: Load) -> bool:
    """Whether nothing is acknowledged any more: what had room on the disk has taken it."""
    before = len(load.acknowledged)
    time.sleep(0.5)
    return len(load.acknowledged) == before


def database(troubles: Troubles, service: str) -> str:
    """The name of a service's database."""
    return troubles.url.replace("{service}", service).rpartition("/")[2]


@contextmanager
def locked(postgres: PostgresServer, name: str, record_id: str) -> Iterator[None]:
    """While the block runs somebody holds the lead's row."""
    connection = psycopg2.connect(postgres.url(name))
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM leads WHERE id = %s FOR UPDATE", (record_id,))
            yield
    finally:
        connection.close()


def timed(client: Client, method: str, path: str, **given: Any) -> tuple[Any, float]:
    """The answer and how long it took."""
    began = time.monotonic()
    answer = getattr(client, method)(path, **given)
    return answer, time.monotonic() - began


@twenty_times
def test_lock_that_is_held_is_refused_and_starves_nobody_for_long(
    troubles: Troubles, postgres: PostgresServer, turn: int
) -> None:
    platform = troubles.platform
    client = platform.administrator()
    lead, other = (client.made("/leads", {"title": uuid4().hex}) for _ in range(2))
    path = f"/leads/{lead['id']}"

    def change(number: int) -> tuple[Any, float]:
        return timed(client, "patch", path, body={"comments": f"Change {number}"}, version=1)

    # More than the service has workers, each holding one of its connections.
    with ThreadPoolExecutor(14) as pool, locked(postgres, database(troubles, "leads"), lead["id"]):
        waiting = [pool.submit(change, number) for number in range(14)]
        time.sleep(0.5)
        for neighbour in ("/deals", "/contacts", "/users"):
            answer, seconds = timed(client, "get", neighbour)
            assert answer.status_code == 200 and seconds < 1.0
        answer, seconds = timed(client, "get", f"/leads/{other['id']}")
        assert answer.status_code == 200 or refused(answer)
        assert seconds < 2.5
        answers = [each.result() for each in waiting]
    assert all(refused(answer) for answer, _ in answers), [each.text for each, _ in answers]
    assert max(seconds for _, seconds in answers) < WRITE_SECONDS

    def changed() -> bool:
        now = client.get(path).json()["version"]
        return client.patch(path, {"comments": "Free"}, version=now).status_code == 200

    eventually(changed)
    # Of what was refused one may have come through in the last moment, all being of one version.
    assert client.get(path).json()["version"] <= 3
    assert verdict(platform, []) == []
