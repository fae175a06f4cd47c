"""Hosts a toy service on either bus, with real keys and an organisation that never changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import eventlet
import pytest

from chassis.access.keys import ensure_keys, load_signer
from chassis.access.tokens import Signer
from chassis.bus.client import BusClient
from chassis.context import Context
from chassis.errors import Conflict
from chassis.identifiers import new_id
from chassis.service.base import Fetch, Service
from chassis.service.entrypoints import command, query
from chassis.service.host import Host
from chassis.settings import Settings, load
from contracts.catalogue import SPEAKERS

USER = UUID("018f0000-0000-7000-8000-000000000001")


def fixed_organisation(_since: int) -> dict[str, Any]:
    """Nobody but one user, for ever in version 1."""
    return {"version": 1, "full": True, "users": [], "departments": [], "groups": [], "roles": [],
            "organisation": {}, "ended_sessions": []}  # fmt: skip


class Toy(Service):
    """A service without a database that does what tests ask for."""

    name = "identity"
    keeps_data = False

    def organisation_source(self) -> Fetch:
        return fixed_organisation

    @query
    def say(self, context: Context, text: str, times: int = 1) -> dict[str, Any]:
        return {"text": text * times, "user": context.user_id, "left": context.remaining}

    @query
    def slow(self, context: Context, seconds: float) -> str:
        time.sleep(seconds)
        return "done"

    @command
    def refuse(self, context: Context) -> None:
        raise Conflict("Taken.", code="taken", id="7")

    @command
    def fail(self, context: Context) -> None:
        raise ZeroDivisionError("a secret text")

    @query(callers=("gateway",))
    def inner(self, context: Context) -> str:
        return context.actor.service

    def hidden(self, context: Context) -> str:
        return "never"


@pytest.fixture(params=["embedded", "rabbitmq"])
def uri(request: pytest.FixtureRequest) -> str:
    """The bus under test."""
    if request.param == "embedded":
        return f"embedded://{new_id().hex}"
    return str(request.getfixturevalue("amqp_uri"))


@pytest.fixture
def settings(uri: str, tmp_path: Path) -> Settings:
    """Settings of a process with keys of its own."""
    keys = tmp_path / "keys"
    ensure_keys(keys, SPEAKERS)
    return load({"AMQP_URI": uri, "RAPPORT_HOME": str(tmp_path), "RAPPORT_KEYS": str(keys)})


@pytest.fixture
def gateway(settings: Settings) -> Signer:
    """Signs as the gateway does."""
    return load_signer(settings.keys, "gateway")


@pytest.fixture
def token(gateway: Signer) -> str:
    """Proof that the user is signed in."""
    return gateway.user_token(USER, None, None, 1)


@pytest.fixture
def host(settings: Settings) -> Iterator[Host]:
    """A started host of the toy."""
    started = Host(settings, [Toy])
    started.start()
    yield started
    started.stop()


@pytest.fixture
def call(uri: str, host: Host, token: str) -> Iterator[Callable[..., Any]]:
    """Calls the toy as the gateway would."""
    client = BusClient(uri, "test")

    def call(method: str, *, proof: str = token, timeout: float = 5.0, **arguments: Any) -> Any:
        return client.call(
            "identity", method, arguments, token=proof, timeout=timeout, call_id=new_id().hex
        )

    yield call
    client.close()


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for `condition`; fails when it does not come true in time."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "what was waited for did not happen"
        eventlet.sleep(0.02)
