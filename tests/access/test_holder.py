"""The holder: differences only, newest first, and the last one when identity is away."""

from __future__ import annotations

import time

import eventlet
import pytest

from chassis.access.clock import Clock
from chassis.access.holder import OrganisationHolder
from chassis.errors import Unauthenticated, Unavailable
from tests.access.organisations import an_id, user


class Source:
    """Stands where identity does: answers differences, or does not answer at all."""

    def __init__(self) -> None:
        self.version = 1
        self.asked: list[int] = []
        self.failure: Exception | None = None

    def __call__(self, since: int):
        self.asked.append(since)
        if self.failure is not None:
            raise self.failure
        users = [user(f"user {self.version}")] if since < self.version else []
        return {"version": self.version, "full": since == 0, "users": users, "now": 1000.0}


def test_it_asks_only_when_a_newer_version_is_named():
    source = Source()
    holder = OrganisationHolder(source)
    assert holder.at_least(1).version == 1
    assert holder.at_least(1).version == 1
    assert source.asked == [0]
    source.version = 3
    assert holder.at_least(3).version == 3
    assert source.asked == [0, 1]
    assert {an_id("user 1"), an_id("user 3")} == set(holder.current.users)


def test_the_last_organisation_stays_while_identity_is_away():
    source = Source()
    holder = OrganisationHolder(source)
    kept = holder.at_least(1)
    source.failure = Unavailable("gone")
    assert holder.at_least(9) is kept
    assert holder.refresh() is kept


def test_many_calls_wait_together_for_an_identity_that_hangs():
    source = Source()
    holder = OrganisationHolder(source)
    kept = holder.at_least(1)

    def hanging(_since: int):
        source.asked.append(_since)
        eventlet.sleep(0.3)
        raise Unavailable("too late")

    holder._fetch = hanging
    began = time.monotonic()
    waiting = [eventlet.spawn(holder.at_least, 9) for _ in range(10)]
    assert all(one.wait() is kept for one in waiting)
    assert time.monotonic() - began < 0.9 and len(source.asked) == 2


def test_nothing_known_and_nobody_there_is_unavailable():
    source = Source()
    source.failure = Unavailable("gone")
    with pytest.raises(Unavailable):
        OrganisationHolder(source).at_least(0)


def test_a_clock_that_is_off_is_corrected_by_the_answer_and_by_the_refusal():
    clock = Clock(lambda: 400.0)
    source = Source()
    OrganisationHolder(source, clock=clock).refresh()
    assert clock.now() == pytest.approx(1000.0, abs=0.5)
    clock = Clock(lambda: 400.0)
    refusals = iter([Unauthenticated("late", code="token_expired", now=1000.0)])

    def fetch(since: int):
        for refusal in refusals:
            raise refusal
        return source(since)

    assert OrganisationHolder(fetch, clock=clock).refresh().version == 1
    assert clock.now() == pytest.approx(1000.0, abs=0.5)


def test_listeners_hear_of_each_difference():
    heard = []
    OrganisationHolder(Source(), on_change=heard.append).refresh()
    assert heard[0]["version"] == 1
