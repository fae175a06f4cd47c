"""A delayed message is told by its age; clocks need not agree."""

from __future__ import annotations

from chassis.bus.ages import Ages


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_first_message_has_no_age() -> None:
    assert Ages(Clock()).age("a", 5.0) == 0


def test_delay_is_told_whatever_the_clocks_say() -> None:
    clock = Clock()
    ages = Ages(clock)
    ages.age("a", 5.0)
    clock.now += 30
    assert ages.age("a", 10.0) == 25
    assert ages.age("a", 34.5) == 0.5


def test_senders_are_apart() -> None:
    ages = Ages(Clock())
    ages.age("a", 900.0)
    assert ages.age("b", 5.0) == 0


def test_sender_whose_clock_jumped_is_young_again_soon() -> None:
    clock = Clock()
    ages = Ages(clock)
    ages.age("a", 500.0)
    clock.now += 1
    assert ages.age("a", 401.0) == 100
    for second in range(1, 25):
        clock.now += 1
        age = ages.age("a", 401.0 + second)
    assert age == 0
