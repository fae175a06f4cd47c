"""The corrected clock follows identity's, whatever the way there takes."""

from __future__ import annotations

import pytest

from chassis.access.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock(lambda: 1000.0)


@pytest.mark.parametrize("reference", [998.5, 1000.0, 1001.5])
def test_small_differences_are_travel_time(clock: Clock, reference: float) -> None:
    clock.learn(reference)
    assert clock.offset == 0


@pytest.mark.parametrize("reference", [400.0, 1600.0])
def test_clock_that_is_off_is_corrected(clock: Clock, reference: float) -> None:
    clock.learn(reference)
    assert clock.now() == reference


def test_answer_that_took_long_says_what_it_can(clock: Clock) -> None:
    clock.learn(991.0, took=8.0)
    assert clock.offset == 0
    clock.learn(400.0, took=8.0)
    assert clock.now() == 404.0
