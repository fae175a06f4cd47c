"""A listener is slow, robbed of its events, or cannot take one: it shows, and others go on."""

from __future__ import annotations

import re
import time
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from chassis.bus.link import Link
from chassis.database.engine import with_driver
from chassis.service.subscription import PREFETCH
from chassis.testing.rabbitmq import Broker
from tests.fault.checker import read
from tests.fault.hearing import unheard
from tests.fault.scenes import eventually, sellers, twenty_times, verdict, write_until
from tests.fault.troubles import Troubles
from tests.system.platform import command

pytestmark = pytest.mark.faults

SLOW = "activities--leads--system_activities"
ALERT_SECONDS = 60.0
# Looked at every 5 s, believed after 8 s, told again at the next look.
MADE_GOOD_SECONDS = 30.0
DELAYS = (5, 30, 300, 1_800, 7_200)

_WAIT = """
    SELECT round(extract(epoch FROM next_at - now())) FROM parked_events WHERE state = 'waiting'
"""
_DEAD = "SELECT count(*) FROM parked_events WHERE state = 'dead'"
# In this order: work that is seen to be due has its event seen to be due as well.
_NOW = (
    "UPDATE due_work SET due_at = now() WHERE kind LIKE '%retry'",
    "UPDATE parked_events SET next_at = now() WHERE next_at > now()",
)


def figures(troubles: Troubles) -> dict[str, float]:
    """What the gateway says of the slow listener, by the end of the figure's name."""
    said = httpx.get(f"{troubles.platform.url}/metrics").text
    pattern = rf'^rapport_listener_behind_(\w+){{queue="{SLOW}"}} (\S+)$'
    return {name: float(value) for name, value in re.findall(pattern, said, re.MULTILINE)}


def in_queue(troubles: Troubles, rabbitmq: Broker) -> tuple[int, int]:
    """How many messages lie before the slow listener, and how many it has in hand."""
    host = troubles.platform.environment["AMQP_URI"].rpartition("/")[2]
    columns = ("name", "messages_ready", "messages_unacknowledged")
    said = rabbitmq.control("list_queues", "-p", host, *columns, "--no-table-headers")
    [line] = [line for line in said.splitlines() if line.startswith(SLOW)]
    _, ready, unacknowledged = line.split()
    return int(ready), int(unacknowledged)


@twenty_times
def test_slow_listener_shows_and_what_it_is_robbed_of_is_told_again(
    troubles: Troubles, rabbitmq: Broker, turn: int
) -> None:
    platform = troubles.platform
    with troubles.of("activities", "slow", 1.0 + 0.02 * turn):
        with sellers(platform, threads=2, pause=0.2) as load:
            write_until(load, 12)
            began = time.monotonic()
            eventually(lambda: figures(troubles).get("events", 0) > 4, ALERT_SECONDS)
            eventually(lambda: figures(troubles).get("seconds", 0) > 2, ALERT_SECONDS)
            assert time.monotonic() - began < ALERT_SECONDS
            ready, in_hand = in_queue(troubles, rabbitmq)
        # The rest waits in the broker, not in memory.
        assert ready > 0 and 0 < in_hand <= PREFETCH
        link = Link(platform.environment["AMQP_URI"])
        assert link.channel.queue_delete(SLOW) > 0
        link.close()
    eventually(lambda: not unheard(troubles.url), MADE_GOOD_SECONDS)
    assert verdict(platform, load.writes) == []
    eventually(lambda: figures(troubles)["events"] == 0, ALERT_SECONDS)


@twenty_times
def test_event_that_cannot_be_taken_dies_after_five_delays_and_holds_nobody_up(
    troubles: Troubles, turn: int
) -> None:
    platform, title = troubles.platform, f"Poison {turn} {uuid4().hex}"
    client = platform.administrator()
    activities = troubles.url.replace("{service}", "activities")
    engine = create_engine(with_driver(activities), poolclass=NullPool)
    with troubles.of("activities", "poison", title):
        lead = client.made("/leads", {"title": title})
        for delay in DELAYS:
            eventually(lambda delay=delay: _close(read(activities, _WAIT), delay))
            with engine.begin() as connection:
                for statement in _NOW:
                    connection.execute(text(statement))
        eventually(lambda: read(activities, _DEAD)[0][0] > 0)
        with sellers(platform, threads=2) as load:
            write_until(load, 20)
        noted = "SELECT count(*) FROM activities WHERE data->>'version' = '1'"
        before = read(activities, noted)[0][0]
        neighbour = client.made("/leads", {"title": uuid4().hex})
        eventually(lambda: read(activities, noted)[0][0] > before)
        assert neighbour["version"] == 1
    said = command(platform.environment, "dead", "list", "activities")
    assert "lead.created" in said and title not in said
    command(platform.environment, "dead", "retry", "activities", "--all")
    eventually(lambda: read(activities, _DEAD)[0][0] == 0)
    assert client.get(f"/leads/{lead['id']}").status_code == 200
    assert verdict(platform, load.writes) == []


def _close(rows: list[tuple[float]], delay: int) -> bool:
    """Whether everything that waits does so for about `delay` seconds."""
    return bool(rows) and all(abs(float(wait) - delay) <= 1 for (wait,) in rows)
