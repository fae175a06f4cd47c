"""The breaker opens after timeouts in a row and lets one call try at a time."""

from __future__ import annotations

import pytest

from chassis.bus.breaker import Breaker
from chassis.errors import Unavailable


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    """Open: it has seen as many timeouts as it takes."""
    made = Breaker("deals", failures=3, rest=2.0, clock=clock)
    for _ in range(3):
        made.admit()
        made.timed_out()
    return made


def test_open_breaker_refuses_and_says_when_to_retry(breaker: Breaker) -> None:
    with pytest.raises(Unavailable) as caught:
        breaker.admit()
    assert caught.value.extra["retry_after"] == 2


def test_after_the_rest_one_call_may_try(breaker: Breaker, clock: Clock) -> None:
    clock.now += 2.1
    breaker.admit()
    with pytest.raises(Unavailable):
        breaker.admit()


def test_answer_closes_it(breaker: Breaker, clock: Clock) -> None:
    clock.now += 2.1
    breaker.admit()
    breaker.answered()
    breaker.admit()
    breaker.admit()


def test_failed_attempt_keeps_it_open(breaker: Breaker, clock: Clock) -> None:
    clock.now += 2.1
    breaker.admit()
    breaker.timed_out()
    clock.now += 1.9
    with pytest.raises(Unavailable):
        breaker.admit()


def test_an_answer_between_timeouts_keeps_it_closed(clock: Clock) -> None:
    breaker = Breaker("deals", failures=3, clock=clock)
    for _ in range(10):
        breaker.timed_out()
        breaker.timed_out()
        breaker.answered()
    breaker.admit()
