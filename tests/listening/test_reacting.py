"""Reactions: every event once, in order per record, whatever fails."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import text

from chassis.errors import Unavailable
from chassis.identifiers import new_id
from chassis.listening.dead import dead_events, retry_dead
from chassis.listening.listener import Listener
from chassis.listening.marks import react
from chassis.listening.positions import listener_positions
from chassis.listening.retrying import retry_handlers
from chassis.work.due import DueWorker
from contracts.catalogue import LISTENERS
from tests.listening.conftest import effects, in_a_moment

CONTRACT = next(each for each in LISTENERS if each.name == "system_activities")
INSERT = text("INSERT INTO effects (record, version) VALUES (:record, :version)")


class Reaction:
    """Writes an effect per event; fails for records in `poison`, waits while `unavailable`."""

    def __init__(self):
        self.poison = set()
        self.unavailable = 0
        self.lists = []
        self.fails_once = None

    @react("leads", "system_activities")
    def on_lead(self, connection, events):
        self.lists.append(len(events))
        if self.unavailable:
            self.unavailable -= 1
            raise Unavailable("away")
        for event in events:
            values = {"record": event.record_id, "version": event.record_version}
            connection.execute(INSERT, values)
            third = self.fails_once is not None and event.record_version % 3 == 0
            if third and event.id not in self.fails_once:
                self.fails_once.add(event.id)
                raise ValueError("only once")
            if str(event.record_id) in self.poison:
                raise ValueError("poison")


class CreatedOnly(Reaction):
    """Hears nothing but creations."""

    @react("leads", "system_activities", only=("*.created",))
    def on_lead(self, connection, events):
        super().on_lead(connection, events)


@pytest.fixture
def reaction():
    return Reaction()


@pytest.fixture
def listener(database, reaction):
    return Listener(database, CONTRACT, reaction.on_lead)


@pytest.fixture
def worker(database, listener):
    return DueWorker(database, retry_handlers({CONTRACT.queue: listener}))


def expected(events):
    return [(event["record_id"], event["record_version"]) for event in events]


def drain(worker):
    while worker.do_one():
        pass


def test_each_event_acts_once_when_delivered_again(database, listener, source):
    events = [source.say() for _ in range(20)]
    listener.take(events)
    listener.take(events[5:15])
    listener.take(events)
    assert effects(database) == expected(events)


def test_a_list_is_one_call_and_one_commit(database, listener, reaction, source, statements):
    events = [source.say() for _ in range(200)]
    with statements() as seen:
        listener.take(events)
    assert reaction.lists == [200]
    assert len([each for each in seen if "effects" not in each]) == 3


def test_neighbours_go_on_when_one_event_fails(database, listener, reaction, source, worker):
    record = new_id()
    reaction.poison = {str(record)}
    events = [source.say() for _ in range(50)]
    events.insert(20, source.say(record))
    events.append(source.say(record))
    listener.take(events)
    assert sorted(effects(database)) == sorted(
        expected(each for each in events if each["record_id"] != str(record))
    )
    assert worker.do_one() is False


def test_later_events_wait_behind_in_order_when_one_fails(
    database, listener, reaction, source, worker
):
    record = new_id()
    reaction.poison = {str(record)}
    first = [source.say(record) for _ in range(3)]
    listener.take(first)
    reaction.poison = set()
    later = [source.say(record) for _ in range(3)]
    listener.take(later)
    listener.take(first)
    assert effects(database) == []
    in_a_moment(database)
    drain(worker)
    assert effects(database) == expected(first + later)
    listener.take([source.say(record)])
    assert len(effects(database)) == 7


def test_an_event_dies_when_five_delays_are_used_up(
    database, listener, reaction, source, worker, context
):
    record = new_id()
    reaction.poison = {str(record)}
    events = [source.say(record), source.say(record)]
    listener.take(events)
    delays = []
    for _ in range(5):
        with database.reading() as connection:
            delays.append(
                connection.execute(
                    text(
                        "SELECT round(extract(epoch FROM next_at - now())) FROM parked_events "
                        "WHERE state = 'waiting'"
                    )
                ).scalar_one()
            )
        in_a_moment(database)
        drain(worker)
    assert [int(each) for each in delays] == [5, 30, 300, 1800, 7200]
    with database.reading() as connection:
        [dead] = dead_events(connection)
    assert dead["event_id"] == wire_id(events[0])
    assert dead["waiting_behind"] == 1
    assert "poison" not in dead["failure"]

    reaction.poison = set()
    with database.transaction() as connection:
        assert retry_dead(connection, [dead["event_id"], new_id()], context) == 1
    drain(worker)
    assert effects(database) == expected(events)
    with database.reading() as connection:
        assert dead_events(connection) == []
        audit = connection.execute(text("SELECT name, actor FROM journal")).one()
    assert audit.name == "dead_event.retried"
    assert audit.actor == context.actor.as_wire()


def wire_id(event):
    from uuid import UUID

    return UUID(event["id"])


def test_a_deep_chain_ends_when_it_passes_the_limit(database, listener, source):
    record = new_id()
    listener.take([source.say(record, depth=6), source.say(record, depth=5)])
    assert effects(database) == [(str(record), 2)]
    with database.reading() as connection:
        assert [each["failure"] for each in dead_events(connection)] == ["depth limit"]


def test_nothing_is_parked_when_something_is_away_for_a_moment(
    database, listener, reaction, source
):
    reaction.unavailable = 3
    events = [source.say() for _ in range(10)]
    listener.take(events)
    assert effects(database) == expected(events)
    assert reaction.lists == [10, 10, 10, 10]


def test_an_event_waits_by_itself_when_what_it_needs_stays_away(
    database, listener, reaction, source, worker
):
    reaction.unavailable = 9
    events = [source.say() for _ in range(2)]
    listener.take(events)
    assert effects(database) == []
    reaction.unavailable = 0
    in_a_moment(database)
    drain(worker)
    assert sorted(effects(database)) == sorted(expected(events))


def test_only_chosen_names_are_heard_and_positions_move_on(database, source):
    reaction = CreatedOnly()
    listener = Listener(database, CONTRACT, reaction.on_lead)
    record = new_id()
    listener.take([source.say(record), source.say(record), source.say(record)])
    assert effects(database) == [(str(record), 1)]
    with database.reading() as connection:
        heard = listener_positions(connection, "activities", "leads")
        others = listener_positions(connection, "activities", "identity")
    assert heard.pop(CONTRACT.queue) == 3
    assert set(heard.values()) == set(others.values()) == {0}


def test_a_strange_event_is_kept_apart_and_the_rest_goes_on(database, listener, source):
    good = source.say()
    listener.take([{"id": "7"}, None, good, good | {"schema": "2"}])
    assert effects(database) == expected([good])
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM quarantine")).scalar_one() == 3


def test_order_holds_when_retry_and_new_events_meet(database, listener, reaction, source, worker):
    """Events that come in while their record is being retried are neither lost nor reordered."""
    records = [new_id() for _ in range(5)]
    stop = threading.Event()

    def retry():
        while not stop.is_set():
            in_a_moment(database)
            if not worker.do_one():
                time.sleep(0.001)

    thread = threading.Thread(target=retry)
    thread.start()
    sent = []
    reaction.fails_once = set()
    for _ in range(150):
        events = [source.say(record) for record in records]
        sent += events
        listener.take(events)
    limit = time.monotonic() + 30
    while len(effects(database)) < len(sent) and time.monotonic() < limit:
        time.sleep(0.05)
    stop.set()
    thread.join()
    seen = effects(database)
    for record in records:
        assert [version for each, version in seen if each == str(record)] == list(range(1, 151))


def test_what_is_parked_of_a_record_goes_when_the_record_is_gone(
    database, listener, reaction, source, worker
):
    gone, other = new_id(), new_id()
    reaction.poison |= {str(gone), str(other)}
    listener.take([source.say(gone), source.say(gone), source.say(other)])
    reaction.poison.clear()
    listener.take([source.say(gone, name="lead.purged")])
    assert effects(database) == [(str(gone), 3)]
    with database.reading() as connection:
        parked = connection.execute(text("SELECT record_id FROM parked_events")).scalars().all()
    assert parked == [other]
    in_a_moment(database)
    drain(worker)
    assert effects(database) == [(str(gone), 3), (str(other), 1)]


def test_what_a_newer_source_adds_is_left_out(database, listener, source):
    record = new_id()
    newer = {"schema": 2, "novelty": {"deep": [1]}, "record": {"title": "v1", "mood": "good"}}
    listener.take([source.say(record), source.say(record) | newer, source.say(record)])
    assert [version for _, version in effects(database)] == [1, 2, 3]
    with database.reading() as connection:
        kept = "SELECT (SELECT count(*) FROM quarantine) + (SELECT count(*) FROM parked_events)"
        assert connection.execute(text(kept)).scalar_one() == 0
