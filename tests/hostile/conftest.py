"""Two installations to attack: one process on the embedded bus, and processes on RabbitMQ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from chassis.testing.postgres import PostgresServer
from chassis.testing.rabbitmq import Broker
from tests.hostile.attack import Attack
from tests.matrix.state import State
from tests.system.client import Client
from tests.system.people import People, make_people
from tests.system.platform import Platform, running


def state_of(platform: Platform, postgres: PostgresServer) -> State:
    """The databases of what people own: leads and the organisation."""
    pattern = platform.environment["DATABASE_URL"]
    names = [
        pattern.replace("{service}", each).rpartition("/")[2] for each in ("leads", "identity")
    ]
    return State([postgres.url(name) for name in names])


@pytest.fixture(scope="package")
def together(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """Everything in one process."""
    home: Path = tmp_path_factory.mktemp("hostile")
    hosts = {"RAPPORT_TRUSTED_HOSTS": "127.0.0.1,crm.example.com"}
    with running(
        "embedded", amqp_uri="", admin_url=postgres.admin_url, home=home, settings=hosts
    ) as platform:
        yield platform


@pytest.fixture(scope="package")
def platform(together: Platform) -> Platform:
    """What most requests attack: everything in one process."""
    return together


@pytest.fixture(scope="package")
def people(platform: Platform) -> People:
    """Sellers, their head, their chief, the administrator."""
    return make_people(platform)


@pytest.fixture(scope="package")
def attack(platform: Platform, postgres: PostgresServer) -> Iterator[Attack]:
    """Hostile requests to the one process."""
    state = state_of(platform, postgres)
    yield Attack(state)
    state.close()


@pytest.fixture(scope="package")
def apart(
    postgres: PostgresServer, rabbitmq: Broker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """A process for each service on RabbitMQ, and the gateway under gunicorn."""
    home: Path = tmp_path_factory.mktemp("hostile-apart")
    uri = rabbitmq.add_host()
    with running("rabbitmq", amqp_uri=uri, admin_url=postgres.admin_url, home=home) as platform:
        yield platform


@pytest.fixture
def stranger(platform: Platform) -> Iterator[Client]:
    """A client that nobody knows."""
    client = Client(platform.url)
    yield client
    client.http.close()


def from_address(platform: Platform, address: str) -> Client:
    """A client whose requests come from another address of this machine."""
    client = Client(platform.url)
    client.http = httpx.Client(
        base_url=platform.url, timeout=30, transport=httpx.HTTPTransport(local_address=address)
    )
    return client
