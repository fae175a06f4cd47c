"""Calls end by their deadline, with a result or a typed refusal, on both buses."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from chassis.bus import kept_link
from chassis.bus.client import BusClient, Call
from chassis.errors import Fault, Invalid, Unavailable
from tests.bus.conftest import Responder, echo

Respond = Callable[..., Responder]


def call(client: BusClient, method: str = "say", timeout: float = 2.0, **arguments: Any) -> Any:
    return client.call(
        "echo", method, arguments, token="t", timeout=timeout, call_id="c", headers={"depth": 1}
    )


def test_call_returns_the_result(client: BusClient, respond: Respond) -> None:
    responder = respond(echo)
    assert call(client, text="héllo", number=7) == {"text": "héllo", "number": 7}
    headers = responder.asked[0].headers
    assert headers["token"] == "t"
    assert headers["call_id"] == "c"
    assert headers["depth"] == 1
    assert 0 < headers["deadline_ms"] <= 2000


def test_refusal_arrives_as_its_own_type(client: BusClient, respond: Respond) -> None:
    refusal = Invalid("no", code="odd", faults=[Fault("/x", "bad")], limit=3)
    respond(lambda method, arguments: {"result": None, "error": refusal.as_wire()})
    with pytest.raises(Invalid) as caught:
        call(client)
    assert caught.value.code == "odd"
    assert caught.value.faults == refusal.faults
    assert caught.value.extra == {"limit": 3}


def test_unknown_service_is_refused_at_once(client: BusClient) -> None:
    call_began = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        call(client)
    assert time.monotonic() - call_began < 1
    assert caught.value.extra["retry_after"] >= 1


def test_stopped_service_is_refused_at_once(client: BusClient, respond: Respond) -> None:
    responder = respond(echo)
    call(client)
    responder.close()
    began = time.monotonic()
    with pytest.raises(Unavailable):
        call(client)
    assert time.monotonic() - began < 1


def test_silent_service_ends_at_the_deadline_then_opens_the_breaker(
    client: BusClient, respond: Respond
) -> None:
    respond(lambda method, arguments: None)
    for _ in range(5):
        began = time.monotonic()
        with pytest.raises(Unavailable):
            call(client, timeout=0.2)
        assert 0.15 < time.monotonic() - began < 0.6
    began = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        call(client, timeout=2.0)
    assert time.monotonic() - began < 0.1
    assert caught.value.code == "service_unavailable"


def test_gather_asks_at_the_same_time(client: BusClient, respond: Respond) -> None:
    def slow(_method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        time.sleep(0.2)
        return {"result": arguments["n"], "error": None}

    for name in ("one", "two", "three"):
        respond(slow, name)
    calls = [
        Call(name, "say", {"n": n}, "t", 2.0, "c") for n, name in enumerate(("one", "two", "three"))
    ]
    began = time.monotonic()
    assert client.gather(calls) == [0, 1, 2]
    assert time.monotonic() - began < 0.5


def test_gather_partial_keeps_refusals_in_place(client: BusClient, respond: Respond) -> None:
    respond(echo)
    calls = [Call(name, "say", {"n": 1}, "t", 2.0, "c") for name in ("echo", "nobody", "echo")]
    results = client.gather(calls, partial=True)
    assert results[0] == results[2] == {"n": 1}
    assert isinstance(results[1], Unavailable)
    with pytest.raises(Unavailable):
        client.gather(calls)


def check_many_callers(client: BusClient) -> None:
    wrong: list[Any] = []

    def many(number: int) -> None:
        for turn in range(40):
            text = f"{number}-{turn}" * (turn * 50)
            if call(client, timeout=20, text=text) != {"text": text}:
                wrong.append(text)

    threads = [threading.Thread(target=many, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []


def test_green_threads_share_a_client(client: BusClient, respond: Respond) -> None:
    respond(echo)
    check_many_callers(client)


@pytest.mark.real_threads
def test_real_threads_share_a_client(client: BusClient, respond: Respond) -> None:
    respond(echo)
    check_many_callers(client)


def test_call_that_waited_for_the_bus_is_answered_when_it_is_back(
    client: BusClient, respond: Respond, monkeypatch: pytest.MonkeyPatch
) -> None:
    responder = respond(echo)
    call(client, text="before")
    answers: list[Any] = []

    def ask() -> None:
        try:
            answers.append(call(client, text="waits"))
        except Unavailable as refusal:
            answers.append(refusal.code)

    def away(*_arguments: Any, **_options: Any) -> None:
        raise Unavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(kept_link, "Link", away)
        assert client._kept.link is not None
        client._kept.link.abandon()
        while client.connected:
            time.sleep(0.01)
        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(0.3)
    asking.join(5)
    assert answers == [{"text": "waits"}]
    assert len(responder.asked) == 2
