"""Every service is replaced under load by a new process, and no request notices."""

from __future__ import annotations

import subprocess
import time

import pytest

from contracts.catalogue import SERVICES
from tests.fault.scenes import sellers, verdict
from tests.system.platform import Platform

REQUESTS = 10_000


def taking_calls(platform: Platform, name: str, began: int) -> bool:
    """Whether the newest process of `name` has said that it takes calls."""
    log = (platform.logs / f"{name}.log").read_bytes()[began:]
    return b"takes calls" in log


def replace(platform: Platform, name: str) -> None:
    """Start another process of the service, then ask the old one to stop."""
    old: subprocess.Popen[bytes] = platform.processes[name]
    began = (platform.logs / f"{name}.log").stat().st_size
    platform.start(name)
    limit = time.monotonic() + 60
    while not taking_calls(platform, name, began):
        assert time.monotonic() < limit, platform.tails()
        time.sleep(0.05)
    old.terminate()
    assert old.wait(35) == 0, f"{name} did not end in peace"


def roll(platform: Platform, requests: int) -> None:
    """Replace every service in turn until the sellers have made so many requests."""
    with sellers(platform) as load:
        rounds = 0
        while rounds == 0 or len(load.writes) < requests:
            for name in SERVICES:
                replace(platform, name)
            rounds += 1
    failed = [write for write in load.writes if not write.acknowledged or write.attempts > 1]
    assert failed == []
    assert verdict(platform, load.writes) == []


def test_no_request_fails_while_every_service_is_replaced(platform: Platform) -> None:
    roll(platform, 0)


@pytest.mark.full
@pytest.mark.timeout(900)
def test_none_of_ten_thousand_requests_fails_while_services_are_replaced(
    platform: Platform,
) -> None:
    roll(platform, REQUESTS)
