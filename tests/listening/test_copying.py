"""Copies: the newest version wins, in whatever order and however often events come."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import text

from chassis.identifiers import new_id
from chassis.listening.labels import Labels, labels_of
from chassis.listening.listener import Listener
from chassis.listening.marks import copy
from chassis.listening.quarantine import keep
from contracts.catalogue import LISTENERS
from tests.listening.conftest import in_a_moment

CONTRACT = next(each for each in LISTENERS if each.name == "user_names")


class Names:
    """Keeps names of leads."""

    broken = False

    @copy("identity", "user_names")
    def on_user(self, connection, events):
        if self.broken:
            raise ValueError("broken")
        Labels.take(connection, "lead", events, fields=("record_note",))


@pytest.fixture
def names():
    return Names()


@pytest.fixture
def listener(database, names):
    return Listener(database, CONTRACT, names.on_user)


def label(database, record):
    with database.reading() as connection:
        return labels_of(connection, {"lead": [record], "user": [new_id()]})


def test_the_newest_name_wins_when_events_are_shuffled_and_doubled(database, listener, source):
    records = [new_id() for _ in range(20)]
    events = [source.say(record) for record in records * 5] * 2
    random.Random(7).shuffle(events)
    for start in range(0, len(events), 17):
        listener.take(events[start : start + 17])
    for record in records:
        assert label(database, record) == {
            "lead": {record: {"name": "v5", "record_note": None}}, "user": {},
        }  # fmt: skip


def test_a_newer_event_overtakes_one_that_failed(database, names, listener, source):
    record = new_id()
    names.broken = True
    listener.take([source.say(record)])
    names.broken = False
    listener.take([source.say(record)])
    assert label(database, record)["lead"][record]["name"] == "v2"
    in_a_moment(database)
    listener.retry(record)
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM parked_events")).scalar_one() == 0


def test_a_failed_copy_is_made_when_it_is_retried(database, names, listener, source):
    record = new_id()
    names.broken = True
    listener.take([source.say(record), source.say(record)])
    names.broken = False
    in_a_moment(database)
    listener.retry(record)
    assert label(database, record)["lead"][record]["name"] == "v2"


def test_the_body_is_kept_and_the_token_is_not_when_nobody_understands(database):
    with database.transaction() as connection:
        keep(connection, "q", b"\x80\x00", {"token": "secret", "call_id": "a\0b"}, "not json")
    with database.reading() as connection:
        row = connection.execute(text("SELECT * FROM quarantine")).mappings().one()
    assert bytes(row["body"]) == b"\x80\x00"
    assert row["headers"] == {"call_id": "ab"}
