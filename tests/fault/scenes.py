"""What the tests of faults share: sellers at work, waiting until all is heard, the verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import pytest

from tests.fault.checker import Databases, faults
from tests.fault.hearing import deaf, unheard
from tests.fault.load import Load, Write
from tests.system.client import Client
from tests.system.platform import Platform

SETTLE_SECONDS = 60.0
RECOVERY_SECONDS = 10.0

twenty_times = pytest.mark.parametrize(
    "turn", [0, *(pytest.param(turn, marks=pytest.mark.full) for turn in range(1, 20))]
)
"""Once in `make test`, twenty times in `make test-full`; `turn` makes each time another one."""


def sellers(
    platform: Platform, threads: int = 8, pause: float = 0.0, others: Sequence[str] = ()
) -> Load:
    """So many sellers who write without a rest while the block runs, through `others` too."""
    administrator: Client = platform.administrator()
    token = administrator.http.headers["Authorization"].removeprefix("Bearer ")
    return Load(platform.url, token, others, threads=threads, pause=pause)


def settle_everywhere(platform: Platform, seconds: float = SETTLE_SECONDS) -> None:
    """Return once every listener has heard all that was said; fails when that takes longer."""
    url, limit = platform.environment["DATABASE_URL"], time.monotonic() + seconds
    while left := unheard(url):
        assert time.monotonic() < limit, f"not heard in {seconds} s: {left}"
        time.sleep(0.25)


def verdict(platform: Platform, writes: Sequence[Write]) -> list[str]:
    """Everything that is not as promised once all is settled: nothing lost, doubled, reordered or
    left behind in any copy."""
    settle_everywhere(platform)
    url = platform.environment["DATABASE_URL"]
    return [*faults(Databases.of(platform.environment), writes), *deaf(url)]


def survive(
    platform: Platform,
    wound: Callable[[Load], None],
    turn: int = 0,
    others: Sequence[str] = (),
) -> Load:
    """Have sellers write, wound the platform meanwhile, and hold what is left against the promise.

    `wound` returns once its fault is over; the sellers must be at work again soon after that.
    """
    with sellers(platform, threads=6, pause=0.02, others=others) as load:
        write_until(load, len(load.acknowledged) + 30 + turn)
        wound(load)
        write_until(load, len(load.acknowledged) + 30, RECOVERY_SECONDS)
    platform.wait_ready()
    assert verdict(platform, load.writes) == []
    strange = [write for write in load.writes if write.status not in (200, 201, 503, None)]
    assert strange == [], "the fault showed as something other than 503"
    return load


def write_until(load: Load, enough: int, seconds: float = 30.0) -> None:
    """Let the sellers write until so many writes are acknowledged; fails when it takes longer."""
    limit = time.monotonic() + seconds
    while len(load.acknowledged) < enough:
        assert time.monotonic() < limit, f"{len(load.acknowledged)} writes in {seconds} s"
        time.sleep(0.05)


def eventually(condition: Callable[[], bool], seconds: float = RECOVERY_SECONDS) -> float:
    """Wait until `condition` holds; the seconds that took, or a failure."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "waited in vain"
        time.sleep(0.05)
    return time.monotonic() - began
