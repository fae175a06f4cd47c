"""`kill -9` of each part while at least 50 writes a second are acknowledged."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from chassis.testing.rabbitmq import Broker
from tests.fault.checker import Databases, faults, settle
from tests.fault.load import Load
from tests.fault.scenes import twenty_times
from tests.system.client import Client
from tests.system.platform import Platform

PAUSE = 2.0
RATE = 50
BUSY_SECONDS = 30.0


def writing(platform: Platform) -> Load:
    """Eight sellers who write without a pause."""
    administrator: Client = platform.administrator()
    token = administrator.http.headers["Authorization"].removeprefix("Bearer ")
    return Load(platform.url, token)


def for_a_while(_load: Load) -> None:
    """Let the sellers write."""
    time.sleep(PAUSE)


def until_busy(load: Load) -> None:
    """Let the sellers write until at least `RATE` writes of the last second are acknowledged."""
    limit = time.monotonic() + BUSY_SECONDS
    while (now := load.recent(1.0)) < RATE:
        assert time.monotonic() < limit, f"only {now} writes a second: no load to kill under"
        time.sleep(0.02)


def survive(
    platform: Platform,
    wound: Callable[[], None],
    *,
    times: int = 1,
    write: Callable[[Load], None] = for_a_while,
) -> None:
    """Write, wound the platform `times` times while writing, and check what is left."""
    with writing(platform) as load:
        for _ in range(times):
            write(load)
            calm = len(load.acknowledged)
            wound()
            platform.wait_ready()
            write(load)
            assert len(load.acknowledged) > calm, "nothing was written after the kill"
    databases = Databases.of(platform.environment)
    settle(databases)
    assert faults(databases, load.writes) == []
    unanswered = [each for each in load.writes if each.status not in (200, 201, 503, None)]
    assert unanswered == [], "a kill showed as something other than 503"


@pytest.mark.full
def test_load_is_at_least_fifty_writes_a_second_when_nothing_fails(platform: Platform) -> None:
    """The kills are of worth at a real load only; this figure needs an idle machine."""
    with writing(platform) as load:
        time.sleep(2 * PAUSE)
    databases = Databases.of(platform.environment)
    settle(databases)
    assert faults(databases, load.writes) == []
    assert load.rate() >= RATE


@pytest.mark.parametrize("name", ["leads", "activities", "identity", "gateway"])
def test_nothing_is_lost_when_a_process_is_killed(platform: Platform, name: str) -> None:
    def wound() -> None:
        platform.kill(name)
        time.sleep(0.5)
        platform.start(name)

    survive(platform, wound)


@twenty_times
def test_nothing_is_lost_when_the_broker_is_killed(
    platform: Platform, rabbitmq: Broker, turn: int
) -> None:
    def wound() -> None:
        rabbitmq.kill()
        time.sleep(0.5)
        rabbitmq.start()

    survive(platform, wound)


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["leads", "activities", "identity", "gateway"])
def test_nothing_is_lost_when_a_process_is_killed_twenty_times(
    platform: Platform, name: str
) -> None:
    def wound() -> None:
        platform.kill(name)
        platform.start(name)

    survive(platform, wound, times=20, write=until_busy)
