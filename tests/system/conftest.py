"""The platform on both buses; every test here runs on each, beside what the others left there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.testing.postgres import PostgresServer
from tests.system.platform import Platform, running


@pytest.fixture(scope="package", params=["embedded", "rabbitmq"])
def platform(
    request: pytest.FixtureRequest,
    postgres: PostgresServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Platform]:
    """One process on the embedded bus; then a process a service on RabbitMQ."""
    bus: str = request.param
    uri = request.getfixturevalue("rabbitmq").add_host() if bus == "rabbitmq" else ""
    home: Path = tmp_path_factory.mktemp(bus)
    with running(bus, amqp_uri=uri, admin_url=postgres.admin_url, home=home) as platform:
        yield platform
