"""Name servers fall silent: what is connected works, what connects anew knows the way."""

from __future__ import annotations

import time
from contextlib import ExitStack
from uuid import uuid4

import pytest

from chassis.testing.postgres import PostgresServer
from contracts.catalogue import SERVICES
from tests.fault.load import Load
from tests.fault.scenes import eventually, survive, twenty_times
from tests.fault.troubles import Troubles

pytestmark = pytest.mark.faults


@twenty_times
def test_silent_name_servers_hold_nobody_up(
    troubles: Troubles, postgres: PostgresServer, turn: int
) -> None:
    platform = troubles.platform
    client = platform.administrator()
    name = troubles.url.replace("{service}", "leads").rpartition("/")[2]
    cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"

    def works(path: str) -> None:
        began = time.monotonic()
        assert client.get(path).status_code == 200
        assert time.monotonic() - began < 2.0

    def silence(load: Load) -> None:
        with ExitStack() as stack:
            for each in (*SERVICES, "gateway"):
                stack.enter_context(troubles.of(each, "names"))
            written = len(load.acknowledged)
            eventually(lambda: len(load.acknowledged) > written + 20)
            for _ in range(5):
                works("/leads")
                works("/deals")
            # New connections go where the last ones went; one of those that were cut may show.
            postgres.administer(cut)
            eventually(lambda: client.post("/leads", {"title": uuid4().hex}).status_code == 201, 5)
            # Whoever never knew the way has to wait for it, and stops nobody else meanwhile.
            platform.kill("contacts")
            platform.start("contacts")
            for _ in range(10):
                works("/leads")
                began = time.monotonic()
                assert client.get("/contacts").status_code == 503
                assert time.monotonic() - began < 2.0
                time.sleep(0.1)
        eventually(lambda: client.get("/contacts").status_code == 200, 15)

    survive(platform, silence, turn)
