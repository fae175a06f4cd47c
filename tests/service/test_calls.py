"""What a caller gets from a service: results, typed refusals, and no way past the allow-list."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis.access.tokens import Signer
from chassis.errors import (
    Conflict,
    Forbidden,
    InternalError,
    Malformed,
    Unauthenticated,
    Unavailable,
)
from tests.service.conftest import USER

Caller = Callable[..., Any]


def test_result_is_returned(call: Caller) -> None:
    said = call("say", text="ab", times=2)
    assert said["text"] == "abab"
    assert said["user"] == str(USER)
    assert 0 < said["left"] <= 5


def test_refusal_keeps_its_type(call: Caller) -> None:
    with pytest.raises(Conflict) as caught:
        call("refuse")
    assert (caught.value.code, caught.value.extra) == ("taken", {"id": "7"})


def test_defect_is_told_without_its_text(call: Caller, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InternalError) as caught:
        call("fail")
    assert "secret" not in caught.value.detail
    assert "secret" not in capfd.readouterr().err


@pytest.mark.parametrize("name", ["hidden", "parts", "__init__", "say.x", "nothing"])
def test_only_marked_methods_can_be_called(call: Caller, name: str) -> None:
    with pytest.raises((Malformed, Unavailable)):
        call(name)


@pytest.mark.parametrize("arguments", [{}, {"text": "a", "other": 1}])
def test_wrong_arguments_are_refused(call: Caller, arguments: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        call("say", **arguments)


@pytest.mark.parametrize("proof", ["", "x", "a.b.c"])
def test_headers_alone_prove_nothing(call: Caller, proof: str) -> None:
    with pytest.raises(Unauthenticated):
        call("say", text="a", proof=proof)


def test_without_a_user_only_named_callers_are_admitted(call: Caller, gateway: Signer) -> None:
    proof = gateway.service_token(cause="health")
    assert call("inner", proof=proof) == "gateway"
    assert call("ping", proof=proof)["checks"]["bus"] is True
    with pytest.raises(Forbidden):
        call("say", text="a", proof=proof)


def test_calls_are_answered_at_the_same_time(call: Caller) -> None:
    began = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: call("slow", seconds=0.3), range(8))) == ["done"] * 8
    assert time.monotonic() - began < 1.5


def test_late_answer_is_unavailable_at_the_deadline(call: Caller) -> None:
    began = time.monotonic()
    with pytest.raises(Unavailable):
        call("slow", seconds=1, timeout=0.3)
    assert time.monotonic() - began < 0.8
    assert call("say", text="still there")["text"] == "still there"
