"""`kill -9` of the one process that is the whole platform, its bus included."""

from __future__ import annotations

import time
from pathlib import Path

from chassis.testing.postgres import PostgresServer
from tests.fault.checker import Databases, faults, settle
from tests.fault.load import Load
from tests.system.platform import running


def test_no_effect_is_lost_when_the_embedded_process_is_killed(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    with running("embedded", amqp_uri="", admin_url=postgres.admin_url, home=tmp_path) as platform:
        administrator = platform.administrator()
        token = administrator.http.headers["Authorization"].removeprefix("Bearer ")
        with Load(platform.url, token) as load:
            for _ in range(2):
                time.sleep(3)
                platform.kill("all")
                platform.start("all")
                platform.wait_ready()
            time.sleep(2)
        databases = Databases.of(platform.environment)
        settle(databases)
        assert faults(databases, load.writes) == []
        assert load.rate() > 0
