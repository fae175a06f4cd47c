"""One platform on the embedded bus, with people who may do more and less."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.testing.postgres import PostgresServer
from tests.bin.house import House
from tests.system.platform import running


@pytest.fixture(scope="session")
def house(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """All services and the gateway in one process, and who works there."""
    home: Path = tmp_path_factory.mktemp("bin")
    with running("embedded", amqp_uri="", admin_url=postgres.admin_url, home=home) as platform:
        yield House(platform, postgres)
