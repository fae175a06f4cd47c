"""The gateway as its own process under gunicorn: limits of HTTP itself, and a graceful end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest

from chassis.ports import free_port
from chassis.settings import Settings

_SERVE = "from chassis.settings import load; from gateway.server import serve; serve(load())"


@pytest.fixture(scope="module")
def process(small_settings: Settings) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A gateway on a bus where nobody else is, and its address."""
    port = free_port()
    environment = {
        **os.environ,
        "AMQP_URI": "embedded://nobody",
        "RAPPORT_HOME": str(small_settings.home),
        "PORT": str(port),
    }
    running = subprocess.Popen([sys.executable, "-c", _SERVE], env=environment)
    address = f"http://127.0.0.1:{port}"
    _wait_for(address)
    yield running, address
    running.kill()
    running.wait(5)


def _wait_for(address: str) -> None:
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        try:
            httpx.get(f"{address}/health/live", timeout=2)
            return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise AssertionError("the gateway does not answer")


def test_services_that_are_away_are_503_at_once(process: tuple[object, str]) -> None:
    _running, address = process
    began = time.monotonic()
    headers = {"Authorization": "Bearer rap_ana_0000000"}
    answer = httpx.get(f"{address}/api/v1/leads", headers=headers)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert time.monotonic() - began < 2.0
    assert httpx.get(f"{address}/health/ready").status_code == 503
    assert httpx.get(f"{address}/api/v1/openapi.json").status_code == 200


def test_limits_of_http_are_kept(process: tuple[object, str]) -> None:
    _running, address = process
    live = f"{address}/health/live"
    assert httpx.get(live, headers={"X-Long": "a" * 9000}).status_code == 431
    many = {f"X-{number}": "a" for number in range(100)}
    assert httpx.get(live, headers=many).status_code == 431
    assert httpx.get(f"{live}?{'a' * 9000}").status_code == 414
    login = f"{address}/api/v1/auth/login"
    headers = {"Content-Type": "application/json"}
    assert httpx.post(login, content=b"x" * (1 << 21), headers=headers).status_code == 413
    chunks = (b"x" * 65_536 for _ in range(40))
    assert httpx.post(login, content=chunks, headers=headers).status_code == 413


def test_connection_is_kept_alive(process: tuple[object, str]) -> None:
    _running, address = process
    with httpx.Client(base_url=address) as client:
        for _ in range(3):
            answer = client.get("/health/live")
            assert answer.headers.get("connection", "keep-alive").lower() == "keep-alive"


def test_it_ends_by_itself_when_told_to(process: tuple[subprocess.Popen[bytes], str]) -> None:
    running, _address = process
    running.send_signal(signal.SIGTERM)
    assert running.wait(10) == 0
