"""Clocks that are ten minutes off: nothing is refused, reordered, ended or forgotten for that."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from chassis.wire import timestamp
from tests.fault.load import Load
from tests.fault.scenes import eventually, survive, twenty_times
from tests.fault.troubles import Troubles
from tests.system.client import Client

pytestmark = pytest.mark.faults

OFF = {"gateway": 10, "identity": -10, "leads": -10, "activities": 10}


@contextmanager
def clocks_off(troubles: Troubles, sign: int) -> Iterator[None]:
    """While the block runs the machines of these processes have clocks that are minutes off."""
    with ExitStack() as stack:
        for name, minutes in OFF.items():
            stack.enter_context(troubles.of(name, "clock", sign * minutes))
        _restart(troubles)
        yield
    _restart(troubles)


def _restart(troubles: Troubles) -> None:
    for name in OFF:
        troubles.platform.kill(name)
        troubles.platform.start(name)
    troubles.platform.wait_ready()


def token(client: Client, seconds: float) -> str:
    """An API token that ends in so many seconds by the true time."""
    end = datetime.now(UTC) + timedelta(seconds=seconds)
    asked = {"name": uuid4().hex, "scopes": ["lead:read"], "expires_at": timestamp(end)}
    return str(client.made("/tokens", asked)["token"])


def admitted(troubles: Troubles, secret: str) -> bool:
    """Whether the token lets one in."""
    visitor = troubles.platform.client()
    visitor.http.headers["Authorization"] = f"Bearer {secret}"
    answer = visitor.get("/leads")
    assert answer.status_code in (200, 401), answer.text
    return answer.status_code == 200


@twenty_times
def test_nothing_depends_on_the_clocks_of_machines(troubles: Troubles, turn: int) -> None:
    def work(_load: Load) -> None:
        with clocks_off(troubles, 1 if turn % 2 == 0 else -1):
            client = troubles.platform.administrator()
            began = time.monotonic()
            long, short = token(client, 300), token(client, 3)
            assert admitted(troubles, long) and admitted(troubles, short)
            deadline = datetime.now(UTC) + timedelta(seconds=66)
            task = client.made(
                "/tasks",
                {"title": uuid4().hex, "deadline": timestamp(deadline), "reminders": [1]},
            )

            def told() -> bool:
                items = client.get("/notifications", limit=500).json()["items"]
                return any((item["record"] or {}).get("id") == task["id"] for item in items)

            assert not told()
            eventually(told, 20)
            assert time.monotonic() - began > 2.5
            eventually(lambda: not admitted(troubles, short))
            assert admitted(troubles, long)

    survive(troubles.platform, work, turn)
