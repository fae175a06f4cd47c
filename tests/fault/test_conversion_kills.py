"""`kill -9` of each service of a conversion while leads are converted without a pause.

At whatever moment of several conversions that is; `test_conversion_points.py` has every moment of
one.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from chassis.testing.rabbitmq import Broker
from tests.fault.conversions import Converting, faults, settle
from tests.system.platform import Platform

KILLED = ("leads", "contacts", "deals")
HEALED_SECONDS = 60.0


def survive(platform: Platform, wound: Callable[[], None], times: int) -> None:
    """Convert, wound the platform `times` times meanwhile, and check what is left."""
    administrator = platform.administrator()
    token = administrator.http.headers["Authorization"].removeprefix("Bearer ")
    with Converting(platform.url, token) as work:
        for number in range(times):
            # Never at the same moment of a conversion.
            time.sleep(1.0 + 0.037 * number)
            wound()
            platform.wait_ready()
            _wait_for(work, len(work.done) + 1)
    url = platform.environment["DATABASE_URL"]
    settle(url)
    assert faults(url, work.done) == []


def _wait_for(work: Converting, count: int) -> None:
    """Return once `count` conversions are done: at the latest when a lost lease has run out."""
    limit = time.monotonic() + HEALED_SECONDS
    while len(work.done) < count:
        assert time.monotonic() < limit, f"{len(work.done)} of {count} conversions are done"
        time.sleep(0.05)


def test_conversions_are_whole_when_the_broker_is_killed(
    platform: Platform, rabbitmq: Broker
) -> None:
    def wound() -> None:
        rabbitmq.kill()
        rabbitmq.start()

    survive(platform, wound, 1)


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", KILLED)
def test_conversions_are_whole_when_a_service_is_killed_twenty_times(
    platform: Platform, name: str
) -> None:
    def wound() -> None:
        platform.kill(name)
        platform.start(name)

    survive(platform, wound, 20)
