"""System activities: one for each event of a lead, in order, however often it is told."""

from __future__ import annotations

import random
import time

import pytest
from sqlalchemy import text

import chassis.database.tables  # noqa: F401
from chassis import wire
from chassis.access.organisation import Organisation
from chassis.context import Actor, Context
from chassis.database.metadata import chassis_metadata
from chassis.errors import Conflict
from chassis.identifiers import new_id
from chassis.journal.sequencer import Sequencer
from chassis.journal.verifying import verify
from chassis.journal.writing import NewEvent, record_events
from chassis.listening.listener import Listener
from chassis.listening.marks import react
from chassis.records.entity import Base
from contracts.catalogue import LISTENERS
from services.activities.models import Activity
from services.activities.noting import note_events
from tests.activities.house import House
from tests.journal.conftest import RecordingBus, background, context, wait_for
from tests.listening.conftest import source

__all__ = ["background", "context", "source"]

CONTRACT = next(
    each for each in LISTENERS if (each.name, each.source) == ("system_activities", "leads")
)


class Noting:
    """What the service does with what it hears, without its bus."""

    @react("leads", "system_activities")
    def on_lead(self, connection, events):
        note_events(connection, events)


@pytest.fixture
def database(make_database):
    return make_database(chassis_metadata, Base.metadata, service="activities")


@pytest.fixture
def listener(database):
    return Listener(database, CONTRACT, Noting().on_lead)


def activities(database):
    with database.reading() as connection:
        query = text("""
            SELECT a.*, l.entity, l.target_id, l.live FROM activities a
            JOIN activity_links l ON l.record_id = a.id ORDER BY number
        """)
        return connection.execute(query).mappings().all()


def test_an_event_is_noted_with_who_what_and_when(database, listener, source):
    event = source.say(changes={"title": ["a", "b"], "phones": [[], ["+55"]]})
    listener.take([event])
    [activity] = activities(database)
    assert activity["kind"] == "system"
    assert activity["subject"] == "lead.created"
    assert (activity["entity"], str(activity["target_id"])) == ("lead", event["record_id"])
    assert activity["live"]
    assert activity["actor"] == event["actor"]
    assert str(activity["created_by"]) == event["actor"]["id"]
    assert wire.timestamp(activity["occurred_at"]) == event["occurred_at"]
    assert activity["data"] == {"version": 1, "fields": ["phones", "title"]}


def test_each_event_is_noted_once_when_told_again_even_after_the_inbox_forgot(
    database, listener, source
):
    events = [source.say() for _ in range(30)]
    listener.take(events)
    listener.take(random.Random(1).sample(events, 30))
    with database.transaction() as connection:
        connection.execute(text("DELETE FROM inbox"))
    listener.take([*events, source.say()])
    assert len(activities(database)) == 31


def test_noting_has_no_journal_of_its_own_since_it_repeats_that_of_the_owner(
    database, listener, source
):
    listener.take([source.say()])
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM journal")).scalar_one() == 0


def test_a_list_costs_the_same_statements_however_long(database, listener, source, statements):
    counts = set()
    for length in (1, 50, 200):
        events = [source.say() for _ in range(length)]
        with statements() as seen:
            listener.take(events)
        counts.add(len(seen))
    assert counts == {7}


def test_what_was_noted_cannot_be_changed(context):
    with pytest.raises(Conflict):
        Activity.refuse({"kind": "system"}, {"subject": "x"}, context)
    Activity.refuse({"kind": "note"}, {"subject": "x"}, context)


def test_what_was_noted_cannot_be_deleted(house: House) -> None:
    lead = house.know("lead", "ana")
    noted = house.task("root", ("lead", lead))
    house.change("root", noted, done=True)
    [note] = house.seen("root", filter={"kind": "system"})
    with pytest.raises(Conflict, match="cannot be deleted"):
        house.service.delete(house.as_("root"), "activity", note["id"], note["version"])
    assert house.get("root", note)["subject"] == note["subject"]


def test_leads_and_activities_agree_when_the_bus_stutters(
    make_database, database, listener, background
):
    """From journal to activity: broken batches and lost acknowledgements change nothing."""

    class Stuttering(RecordingBus):
        def publish(self, messages):
            self.break_after = len(self.messages) + random.randint(0, 6)
            super().publish(messages)

    bus = Stuttering()
    leads = make_database(chassis_metadata, service="leads")
    background(Sequencer(leads, bus, "leads"))
    context = Context(
        Actor("user", new_id(), "gateway"), Organisation.empty(), time.monotonic() + 60
    )
    records = [new_id() for _ in range(20)]
    for version in range(1, 31):
        with leads.transaction() as connection:
            told = [
                NewEvent("lead.updated", "lead", each, version, {"title": "x"}, {})
                for each in records
            ]
            record_events(connection, context, told)
    taken = 0
    while len(activities(database)) < 600:
        wait_for(lambda seen=taken: len(bus.messages) > seen)
        listener.take(wire.loads(bus.messages[taken][2])["events"])
        taken += 1
    noted = activities(database)
    for record in records:
        versions = [each["data"]["version"] for each in noted if each["target_id"] == record]
        assert versions == list(range(1, 31))
    with leads.reading() as connection:
        assert verify(connection) == []
