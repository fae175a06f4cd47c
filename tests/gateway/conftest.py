"""A gateway before small services, over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from chassis.access.keys import ensure_keys
from chassis.service.host import Host
from chassis.service.http_server import HttpServer
from chassis.settings import Settings, load
from contracts.catalogue import SPEAKERS
from gateway.app import Gateway, create_app
from tests.gateway.small_services import SmallIdentity, SmallLeads


@pytest.fixture(scope="package")
def small_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a gateway on a bus of its own."""
    home: Path = tmp_path_factory.mktemp("gateway")
    settings = load({
        "AMQP_URI": f"embedded://{home.name}", "RAPPORT_HOME": str(home),
        "RAPPORT_RATE_LIMIT": "100000", "RAPPORT_METRICS": "1",
        "RAPPORT_TRUSTED_HOSTS": "127.0.0.1,crm.example.com",
    })  # fmt: skip
    ensure_keys(settings.keys, SPEAKERS)
    return settings


@pytest.fixture(scope="package")
def small_host(small_settings: Settings) -> Iterator[Host]:
    """The small services, running."""
    host = Host(small_settings, [SmallIdentity, SmallLeads])
    host.start()
    yield host
    host.stop()


@pytest.fixture(scope="package")
def gateway(small_settings: Settings, small_host: Host) -> Iterator[Gateway]:
    """The gateway, joined to them."""
    app = create_app(small_settings)
    yield app
    app.close()


@pytest.fixture(scope="package")
def url(gateway: Gateway) -> Iterator[str]:
    """Where the gateway answers, under eventlet."""
    server = HttpServer(gateway, "127.0.0.1", 0)
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop(1)


@pytest.fixture
def http(url: str) -> Iterator[httpx.Client]:
    """A client that is not signed in."""
    with httpx.Client(base_url=url, timeout=10) as client:
        yield client


@pytest.fixture
def signed_in(url: str) -> Iterator[Callable[[str], httpx.Client]]:
    """Makes a client signed in as one of the small users."""
    clients = []

    def make(name: str) -> httpx.Client:
        headers = {"Authorization": f"Bearer rap_{name}_0000000"}
        clients.append(httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=10))
        return clients[-1]

    yield make
    for client in clients:
        client.close()
