"""What the tests of faults share: sellers at work, waiting until all is heard, the verdict."""

from __future__ import annotations

import time
from collections.abc import Sequence

from tests.fault.checker import Databases, faults
from tests.fault.hearing import deaf, unheard
from tests.fault.load import Load, Write
from tests.system.client import Client
from tests.system.platform import Platform

SETTLE_SECONDS = 60.0


def sellers(platform: Platform, threads: int = 8, pause: float = 0.0) -> Load:
    """So many sellers who write without a rest while the block runs."""
    administrator: Client = platform.administrator()
    token = administrator.http.headers["Authorization"].removeprefix("Bearer ")
    return Load(platform.url, token, threads=threads, pause=pause)


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
