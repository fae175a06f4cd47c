"""A transfer of records goes on where it was, whatever is killed on the way."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from chassis.testing.postgres import PostgresServer
from tests.system.people import make_people, make_person
from tests.system.platform import Platform, command, running

LEADS = 600


@pytest.fixture(scope="module")
def platform(
    postgres: PostgresServer, amqp_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """Separate processes on RabbitMQ."""
    home: Path = tmp_path_factory.mktemp("transfer")
    with running(
        "rabbitmq", amqp_uri=amqp_uri, admin_url=postgres.admin_url, home=home
    ) as platform:
        yield platform


@pytest.mark.faults
@pytest.mark.timeout(300)
def test_each_record_is_handed_on_once_when_processes_are_killed(
    platform: Platform, postgres: PostgresServer
) -> None:
    people = make_people(platform)
    root = people.administrator
    leaver = make_person(platform, root, "Leaver", "manager", [])
    command(platform.environment, "seed", "--leads", str(LEADS))
    name = platform.environment["DATABASE_URL"].rpartition("/")[2].format(service="leads")
    with psycopg2.connect(postgres.url(name)) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE leads SET owner_id = %s", (leaver.user["id"],))
    to = people.ana.user["id"]
    begun = root.post(f"/users/{leaver.user['id']}/transfer", {"to": {"lead": to}})
    job = f"/jobs/{begun.json()['job']}"

    def reached(enough: int) -> bool:
        answer = root.get(job)
        return answer.status_code == 200 and answer.json()["done"] >= enough

    for killed, enough in (("leads", 50), ("identity", 200)):
        limit = time.monotonic() + 60
        while not reached(enough):
            assert time.monotonic() < limit
            time.sleep(0.02)
        platform.kill(killed)
        platform.start(killed)
        platform.wait_ready()
    limit = time.monotonic() + 90
    while (state := root.get(job).json())["state"] not in ("done", "failed"):
        assert time.monotonic() < limit, state
        time.sleep(0.2)
    assert state["result"]["moved"] == {"lead": LEADS}
    with psycopg2.connect(postgres.url(name)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM leads WHERE owner_id = %s", (to,))
        assert cursor.fetchone() == (LEADS,)
        cursor.execute("SELECT record_id FROM journal WHERE name = 'lead.updated'")
        assert set(Counter(cursor.fetchall()).values()) == {1}
