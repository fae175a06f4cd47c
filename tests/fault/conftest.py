"""One platform for all tests that put its processes into trouble: each leaves it whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.testing.postgres import PostgresServer
from chassis.testing.rabbitmq import Broker
from contracts.catalogue import SERVICES
from tests.fault.troubles import Troubles
from tests.system.platform import Platform, running


@pytest.fixture(scope="package")
def troubles(
    postgres: PostgresServer, rabbitmq: Broker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Troubles]:
    """Separate processes on RabbitMQ, that know the broker and the database by name."""
    home: Path = tmp_path_factory.mktemp("troubles")
    with running(
        "rabbitmq",
        amqp_uri=rabbitmq.add_host().replace("127.0.0.1", "localhost"),
        admin_url=postgres.admin_url.replace("127.0.0.1", "localhost"),
        home=home,
        settings={"RAPPORT_METRICS": "1", "RAPPORT_GATEWAY_THREADS": "24"},
        launchers={name: Troubles.launcher(home / "in", name) for name in (*SERVICES, "gateway")},
    ) as platform:
        yield Troubles(platform, home / "in")


@pytest.fixture(scope="package")
def platform(troubles: Troubles) -> Platform:
    """The same platform, for tests that need nothing but processes to kill and stop."""
    return troubles.platform
