"""A listener that missed events takes them before what came later, and no other time."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.errors import Unavailable
from chassis.listening.listener import Listener
from chassis.listening.positions import listener_positions
from tests.listening.conftest import effects
from tests.listening.test_reacting import CONTRACT, Reaction, expected


class Asked:
    """A source that can be asked for what it sent; two events at a time."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.questions: list[int] = []
        self.away = False

    def __call__(self, position: int) -> list[Any]:
        self.questions.append(position)
        if self.away:
            raise Unavailable("away")
        return [event for event in self.events if event["position"] > position][:2]


@pytest.fixture
def asked(source):
    asked = Asked()
    record = None
    for _ in range(9):
        asked.events.append(source.say(record))
        record = asked.events[0]["record_id"]
    return asked


def listening(database, asked):
    return Listener(database, CONTRACT, Reaction().on_lead, asked)


def position(database):
    with database.reading() as connection:
        return listener_positions(connection, "activities", "leads")[CONTRACT.queue]


def test_what_was_missed_comes_first_and_in_order(database, asked):
    listener = listening(database, asked)
    listener.take(asked.events[:2])
    listener.take(asked.events[7:], follows=7)
    assert effects(database) == expected(asked.events)
    assert asked.questions == [2, 4, 6]
    listener.take(asked.events[3:6], follows=3)
    assert effects(database) == expected(asked.events)
    assert len(asked.questions) == 3


def test_who_missed_nothing_asks_nothing(database, asked):
    listener = listening(database, asked)
    listener.take(asked.events[:4])
    listener.take(asked.events[4:], follows=4)
    # Another process took what came before, and this one has just begun.
    listening(database, asked).take(asked.events[8:], follows=8)
    assert asked.questions == []
    assert effects(database) == expected(asked.events)


def test_nothing_later_is_taken_while_the_source_cannot_be_asked(database, asked):
    listener = listening(database, asked)
    listener.take(asked.events[:2])
    asked.away = True
    with pytest.raises(Unavailable):
        listener.take(asked.events[7:], follows=7)
    assert position(database) == 2
    asked.away = False
    listener.take(asked.events[7:], follows=7)
    assert effects(database) == expected(asked.events)


def test_source_that_has_no_more_is_asked_once(database, asked):
    listener = listening(database, asked)
    lost, asked.events = asked.events, []
    listener.take(lost[5:7], follows=5)
    listener.take(lost[7:], follows=7)
    assert effects(database) == expected(lost[5:])
    assert asked.questions == [0]
