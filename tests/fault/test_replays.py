"""Every event told twice more, in any order: no copy, and nothing that came of it, is another."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from chassis.bus.publisher import EventPublisher
from chassis.database.engine import Database
from chassis.journal.sending import messages_to, numbered_after
from chassis.testing.postgres import PostgresServer
from contracts.catalogue import LISTENERS, SERVICES
from tests.fault.checker import read
from tests.fault.hearing import deaf
from tests.fault.scenes import settle_everywhere, twenty_times
from tests.system.people import People, make_people
from tests.system.platform import Platform, running
from tests.system.test_working_leads import eventually

# What says that an event came again, and nothing of what it told.
NOTED = frozenset({"inbox", "listener_positions", "due_work"})


@pytest.fixture(scope="module")
def platform(
    postgres: PostgresServer, amqp_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """Separate processes on RabbitMQ."""
    home: Path = tmp_path_factory.mktemp("replays")
    with running(
        "rabbitmq", amqp_uri=amqp_uri, admin_url=postgres.admin_url, home=home
    ) as platform:
        yield platform


def work(people: People) -> None:
    """A day's work that says every kind of thing."""
    for seller in (people.ana, people.carla):
        known = {"emails": [{"value": f"{uuid4().hex}@example.com"}], "company_name": "Acme"}
        lead = seller.made("/leads", {"title": uuid4().hex, **known})
        about = [{"type": "lead", "id": lead["id"]}]
        note = {"kind": "note", "subject": uuid4().hex, "links": about}
        seller.made("/activities", note)
        planned = seller.made("/activities", {**note, "kind": "call"})
        seller.changed(f"/leads/{lead['id']}", {"status": "qualified", "comments": "Warm."})
        wishes: dict[str, Any] = {each: {"create": {}} for each in ("company", "deal")}
        wishes["contact"] = {"create": {"last_name": "Lima"}}
        answer = seller.post(f"/leads/{lead['id']}/convert", wishes, key=uuid4().hex)
        assert answer.status_code == 200, answer.text
        deal = answer.json()["deal"]["id"]
        seller.changed(f"/activities/{planned['id']}", {"done": True})
        seller.changed(f"/deals/{deal}", {"stage": "won"})
        gone = people.chief.made("/contacts", {"last_name": "Gone"})
        path = f"/contacts/{gone['id']}"
        assert people.chief.delete(path, version=gone["version"]).status_code == 204
        assert people.chief.post(f"{path}/restore").status_code == 200
    owner = {"owner_id": people.bruno.user["id"]}
    handed = people.ana.made("/deals", {"title": uuid4().hex})
    people.head.changed(f"/deals/{handed['id']}", owner)


def digest(url: str) -> dict[str, str]:
    """By service and table, the digest of its rows."""
    found = {}
    for service in SERVICES:
        own = url.replace("{service}", service)
        tables = read(own, """
            SELECT table_name AS name FROM information_schema.tables
            WHERE table_schema = 'public' AND table_type = 'BASE TABLE'""")  # fmt: skip
        for table in sorted({row.name for row in tables} - NOTED):
            [row] = read(own, f"""
                SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) AS rows
                FROM "{table}" t""")  # fmt: skip
            found[f"{service}.{table}"] = row.rows
    return found


def tell_all_again(platform: Platform, chance: random.Random) -> int:
    """Send every listener all it ever heard, twice, in no order; how many messages that were."""
    url, count = platform.environment["DATABASE_URL"], 0
    with closing(EventPublisher(platform.environment["AMQP_URI"])) as publisher:
        for listener in LISTENERS:
            source = Database(
                url.replace("{service}", listener.source),
                service=listener.source, pool_size=1, statement_timeout=30,
            )  # fmt: skip
            with closing(source), source.reading() as connection:
                rows = numbered_after(connection, 0, set(listener.entities), 10_000)
            single = [message for row in rows for message in messages_to(listener.queue, [row])]
            messages = single * 2
            chance.shuffle(messages)
            for start in range(0, len(messages), 200):
                publisher.publish(messages[start : start + 200])
            count += len(messages)
    return count


@twenty_times
def test_events_told_twice_and_shuffled_change_nothing(
    platform: Platform, rabbitmq: Any, amqp_uri: str, turn: int
) -> None:
    people = make_people(platform)
    work(people)
    settle_everywhere(platform)
    url = platform.environment["DATABASE_URL"]
    before = digest(url)
    assert tell_all_again(platform, random.Random(turn)) > 200
    host = amqp_uri.rpartition("/")[2]

    def waiting() -> int:
        said = rabbitmq.control("list_queues", "-p", host, "messages", "--no-table-headers")
        return sum(int(line) for line in said.split())

    eventually(lambda: waiting() == 0, 60)
    settle_everywhere(platform)
    assert {name for name, rows in digest(url).items() if rows != before.get(name)} == set()
    assert deaf(url) == []
