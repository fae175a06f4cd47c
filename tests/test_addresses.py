"""Names are looked up once at a time, within two seconds, and the last answer is kept."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from chassis import addresses
from chassis.addresses import addresses_of


class NameServer:
    """Answers for the system's resolver: `silent` for as long as it is told to be."""

    def __init__(self) -> None:
        self.asked = 0
        self.answer: list[str] | None = ["192.0.2.1", "2001:db8::1"]
        self.silent = threading.Event()
        self.silent.set()

    def look_up(self, host: str, *_arguments: Any, **_options: Any) -> list[Any]:
        self.asked += 1
        assert self.silent.wait(10)
        if self.answer is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(0, 0, 0, "", (address, 0)) for address in self.answer]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    made = NameServer()
    monkeypatch.setattr(addresses, "in_thread", lambda function, *given: function(*given))
    monkeypatch.setattr(socket, "getaddrinfo", made.look_up)
    monkeypatch.setattr(addresses, "PATIENCE", 1.0)
    monkeypatch.setattr(addresses, "KNOWN_PATIENCE", 0.3)
    yield made
    made.silent.set()


@pytest.fixture
def host() -> str:
    return f"{uuid4().hex}.test"


def test_addresses_are_nobodys_to_look_up(server: NameServer) -> None:
    assert addresses_of("127.0.0.1") == ["127.0.0.1"]
    assert addresses_of("::1") == ["::1"]
    assert server.asked == 0


def test_newest_answer_counts(server: NameServer, host: str) -> None:
    assert addresses_of(host) == ["192.0.2.1", "2001:db8::1"]
    server.answer = ["192.0.2.2"]
    assert addresses_of(host) == ["192.0.2.2"]


def test_last_answer_counts_while_there_is_none(server: NameServer, host: str) -> None:
    known = addresses_of(host)
    server.answer = None
    assert addresses_of(host) == known
    server.silent.clear()
    began = time.monotonic()
    assert addresses_of(host) == known
    assert time.monotonic() - began < 0.9


def test_unknown_name_is_an_error_by_the_deadline(server: NameServer, host: str) -> None:
    server.answer = None
    with pytest.raises(socket.gaierror):
        addresses_of(host)
    server.silent.clear()
    with pytest.raises(TimeoutError):
        addresses_of(host)


def test_one_name_is_asked_for_once_at_a_time(server: NameServer, host: str) -> None:
    server.silent.clear()
    waiting = [threading.Thread(target=lambda: _quietly(host)) for _ in range(10)]
    for each in waiting:
        each.start()
    for each in waiting:
        each.join(5)
    assert server.asked == 1


def _quietly(host: str) -> None:
    with pytest.raises(TimeoutError):
        addresses_of(host)
