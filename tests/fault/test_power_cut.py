"""Everything dies at once, the broker too, and comes up again in any order."""

from __future__ import annotations

import random
import time

import pytest

from chassis.testing.rabbitmq import Broker
from tests.fault.scenes import sellers, verdict
from tests.system.platform import Platform

READY_SECONDS = 90.0


def cut(platform: Platform, rabbitmq: Broker, chance: random.Random) -> None:
    """`kill -9` of every process and the broker, then all of them again, one after the other."""
    for name in platform.names:
        platform.kill(name)
    rabbitmq.kill()
    began = time.monotonic()
    for name in chance.sample(("broker", *platform.names), len(platform.names) + 1):
        if name == "broker":
            rabbitmq.start()
        else:
            platform.start(name)
        time.sleep(chance.random() / 4)
    platform.wait_ready(READY_SECONDS - (time.monotonic() - began))


def survive(platform: Platform, rabbitmq: Broker, times: int) -> None:
    """Write, cut the power so many times meanwhile, and check what is left."""
    chance = random.Random(times)
    with sellers(platform) as load:
        for _ in range(times):
            time.sleep(2.0)
            cut(platform, rabbitmq, chance)
        time.sleep(2.0)
    assert len(load.acknowledged) > 0
    assert verdict(platform, load.writes) == []


def test_nothing_is_lost_when_everything_dies_at_once(platform: Platform, rabbitmq: Broker) -> None:
    survive(platform, rabbitmq, 1)


@pytest.mark.full
@pytest.mark.timeout(1200)
def test_nothing_is_lost_when_everything_dies_twenty_times(
    platform: Platform, rabbitmq: Broker
) -> None:
    survive(platform, rabbitmq, 20)
