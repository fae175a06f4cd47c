"""A host that is told to stop finishes what it has begun, and ends with status 0."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chassis.access.keys import ensure_keys, load_signer
from chassis.bus.client import BusClient
from chassis.errors import Unavailable
from contracts.catalogue import SPEAKERS
from tests.service.conftest import USER, until


class Running:
    """A host process and a client of it."""

    def __init__(self, uri: str, home: Path) -> None:
        ensure_keys(home / "keys", SPEAKERS)
        self.log = home / "log"
        self._token = load_signer(home / "keys", "gateway").user_token(USER, None, None, 1)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.service.slow_host"],
                env={**os.environ, "AMQP_URI": uri, "RAPPORT_HOME": str(home)},
                stderr=log,
            )
        self.client = BusClient(uri, "test")
        until(self.answers, seconds=30)

    def call(self, method: str, timeout: float = 5.0, **arguments: object) -> object:
        return self.client.call(
            "identity", method, arguments, token=self._token, timeout=timeout, call_id="story"
        )

    def answers(self) -> bool:
        try:
            return bool(self.call("say", timeout=1.0, text="a"))
        except Unavailable:
            time.sleep(0.1)
            return False

    def close(self) -> None:
        self.client.close()
        self.process.kill()
        self.process.wait()


@pytest.fixture
def running(amqp_uri: str, tmp_path: Path) -> Iterator[Running]:
    started = Running(amqp_uri, tmp_path)
    yield started
    started.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_calls_in_hand_are_answered_before_the_end(
    running: Running, number: signal.Signals
) -> None:
    with ThreadPoolExecutor(3) as pool:
        slow = [pool.submit(running.call, "slow", seconds=1.5) for _ in range(3)]
        time.sleep(0.5)
        running.process.send_signal(number)
        time.sleep(0.5)
        began = time.monotonic()
        with pytest.raises(Unavailable):
            running.call("say", text="too late")
        assert time.monotonic() - began < 0.5
        assert [one.result(10) for one in slow] == ["done"] * 3
    assert running.process.wait(10) == 0


def test_killed_service_is_unavailable_at_once_and_back_when_it_is_back(
    running: Running, amqp_uri: str, tmp_path: Path
) -> None:
    running.process.kill()
    running.process.wait()
    time.sleep(0.3)
    began = time.monotonic()
    with pytest.raises(Unavailable):
        running.call("say", text="a")
    assert time.monotonic() - began < 0.5
    again = Running(amqp_uri, tmp_path)
    until(running.answers, seconds=5)
    again.close()


def test_each_call_leaves_one_line_without_personal_data(running: Running) -> None:
    running.call("say", text="Anna Kowalska")
    lines = [json.loads(line) for line in running.log.read_text().splitlines()]
    last = [line for line in lines if line.get("event") == "call"][-1]
    assert last["service"] == "identity"
    assert last["method"] == "say"
    assert last["call_id"] == "story"
    assert last["actor"] == {"kind": "user", "id": str(USER), "service": "gateway"}
    assert last["outcome"] == "ok"
    assert last["duration_ms"] >= 0
    assert "Anna" not in running.log.read_text()
