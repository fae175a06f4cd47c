"""No message stops a service: what cannot be read is kept, what nobody waits for is dropped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chassis import wire
from chassis.bus.client import EXCHANGE
from chassis.bus.link import DIRECT_REPLY_TO, Link, Received
from chassis.errors import Unavailable
from chassis.service.host import Host
from tests.service.conftest import until

Caller = Callable[..., Any]

GOOD = wire.dumps({"args": [], "kwargs": {"text": "a"}})


@pytest.fixture
def link(uri: str, host: Host) -> Iterator[Link]:
    opened = Link(uri)
    yield opened
    opened.close()


def headers(token: str, **others: Any) -> dict[str, Any]:
    good = {"token": token, "call_id": "c", "deadline_ms": 2000, "sender": "test",
            "sent_ms": int(time.monotonic() * 1000)}  # fmt: skip
    return {**good, **others}


def replies(link: Link, body: bytes, given: dict[str, Any], key: str = "identity.say") -> list[Any]:
    """What comes back within half a second."""
    got: list[Received] = []
    tag = link.consume(DIRECT_REPLY_TO, got.append, no_ack=True)
    link.publish(body, EXCHANGE, key, headers=given, reply_to=DIRECT_REPLY_TO, correlation_id="1")
    limit = time.monotonic() + 0.7
    while not got and time.monotonic() < limit:
        link.drain(0.1)
    link.cancel(tag)
    return [wire.loads(message.body) for message in got]


@pytest.mark.parametrize(
    "body", [b"", b"\x80\x04pickle", b"{", b"[]", b"7", b'{"args": []}', b'{"kwargs": 3}']
)
def test_undecodable_call_is_refused_and_kept_out_of_the_log(
    link: Link, call: Caller, token: str, body: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    [reply] = replies(link, body, headers(token))
    assert reply["error"]["code"] == "undecodable"
    assert call("say", text="still there")
    assert "pickle" not in capfd.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        {"deadline_ms": "soon"},
        {"deadline_ms": None},
        {"sent_ms": "x"},
        {"root_cause": "not an id"},
        {"depth": "deep"},
        {"token": 7},
    ],
)
def test_wrong_headers_are_refused(
    link: Link, call: Caller, token: str, wrong: dict[str, Any]
) -> None:
    [reply] = replies(link, GOOD, headers(token) | wrong)
    assert reply["error"]["status"] in (400, 401)
    assert call("say", text="still there")


def test_call_without_reply_to_stops_nothing(link: Link, call: Caller, token: str) -> None:
    for _ in range(30):
        link.publish(GOOD, EXCHANGE, "identity.say", headers=headers(token))
    assert call("say", text="still there")


def test_reply_to_nobody_stops_nothing(link: Link, call: Caller, token: str) -> None:
    for _ in range(30):
        link.publish(
            GOOD, EXCHANGE, "identity.say", headers=headers(token), reply_to="gone",
            correlation_id="1",
        )  # fmt: skip
    assert call("say", text="still there")


def test_call_that_came_too_late_is_dropped(link: Link, token: str) -> None:
    assert replies(link, GOOD, headers(token))
    late = headers(token, sent_ms=int(time.monotonic() * 1000) - 3000)
    assert replies(link, GOOD, late) == []
    assert replies(link, GOOD, headers(token, deadline_ms=0)) == []


@pytest.mark.parametrize("uri", ["rabbitmq"], indirect=True)
def test_link_cut_during_a_call_stops_nothing(rabbitmq: Any, call: Caller) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        cut = [pool.submit(call, "slow", seconds=4, timeout=8.0) for _ in range(4)]
        time.sleep(0.5)
        rabbitmq.control("close_all_connections", "--global", "test")
        for one in cut:
            with pytest.raises(Unavailable):
                one.result(15)

    def answered() -> bool:
        try:
            return bool(call("say", text="back", timeout=1.0))
        except Unavailable:
            return False

    until(answered)
