"""The sequencer: nothing lost, records in order, whatever breaks; and fast enough to seed with."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from chassis import wire
from chassis.identifiers import new_id
from chassis.journal.numbering import end_of_chain, number_pending
from chassis.journal.replaying import replay
from chassis.journal.sequencer import Sequencer
from chassis.journal.verifying import verify
from chassis.journal.writing import record_events
from contracts.catalogue import LISTENERS
from contracts.envelope import MessageSchema
from tests.journal.conftest import wait_for


def journal(database, context, events):
    with database.transaction() as connection:
        return record_events(connection, context, events)


def settled(database):
    with database.reading() as connection:
        pending, state = connection.execute(
            text(
                "SELECT (SELECT count(*) FROM journal_pending), "
                "(SELECT position = sent_position FROM sequencer_state)"
            )
        ).one()
    return pending == 0 and bool(state)


def whole(database):
    with database.reading() as connection:
        return verify(connection) == []


def first_arrivals(events):
    """Events as an idempotent listener takes them: repeats left out."""
    return list({event["id"]: event for event in events}.values())


def in_order(events):
    versions = {}
    for event in first_arrivals(events):
        assert event["record_version"] == versions.get(event["record_id"], 0) + 1
        versions[event["record_id"]] = event["record_version"]
    return versions


@pytest.fixture
def sequencer(database, bus, background):
    sequencer = Sequencer(database, bus, "leads")
    database.after_journal = sequencer.poke
    return background(sequencer)


def test_the_journal_is_not_read_through_for_one_event_after_a_burst(database, context, lead_event):
    journal(database, context, [lead_event() for _ in range(3_000)])
    with database.transaction() as connection:
        connection.execute(text("ANALYZE"))
        chain = end_of_chain(connection)
        while number_pending(connection, chain, 2_000):
            pass
    journal(database, context, [lead_event()])
    with database.transaction() as connection:
        assert len(number_pending(connection, chain, 2_000)) == 1
        read = text(
            "SELECT sum(seq_scan) FROM pg_stat_xact_user_tables "
            "WHERE relname IN ('journal', 'journal_personal')"
        )
        assert connection.execute(read).scalar_one() == 0


def test_an_event_is_on_the_bus_soon_after_its_commit(
    database, bus, sequencer, context, lead_event
):
    wait_for(lambda: sequencer.leading)
    [event_id] = journal(database, context, [lead_event()])
    wait_for(lambda: bus.messages, seconds=0.5)
    exchange, key, body, message_id = bus.messages[0]
    assert (exchange, key, message_id) == ("leads.events", "lead", str(event_id))
    message = wire.loads(body)
    assert MessageSchema().validate(message) == {}
    [event] = message["events"]
    assert event["position"] == 1
    assert event["record"] == {"name": "Ana Souza", "status": "new"}
    assert event["changes"] == {"name": [None, "Ana Souza"], "status": [None, "new"]}
    assert event["actor"] == context.actor.as_wire()


def test_messages_are_of_one_entity_and_of_200_events_at_most(
    database, bus, sequencer, context, lead_event
):
    journal(database, context, [lead_event() for _ in range(450)])
    wait_for(lambda: settled(database))
    sizes = [len(wire.loads(message[2])["events"]) for message in bus.messages]
    assert sum(sizes) == 450
    assert max(sizes) == 200
    assert [event["position"] for event in bus.events] == list(range(1, 451))


def test_large_events_do_not_make_a_giant_message(database, bus, sequencer, context, lead_event):
    journal(database, context, [lead_event(record={"note": "x" * 300_000}) for _ in range(10)])
    wait_for(lambda: settled(database))
    assert max(len(message[2]) for message in bus.messages) < 1_100_000
    assert len(bus.events) == 10


def test_what_nobody_hears_is_numbered_and_not_sent(database, bus, sequencer, context, lead_event):
    quiet = lead_event(name="lead_status.created", entity="lead_status")
    journal(database, context, [quiet, lead_event(), quiet])
    wait_for(lambda: settled(database))
    assert [event["position"] for event in bus.events] == [2]
    assert whole(database)


def test_nothing_is_lost_when_the_bus_is_down_for_a_while(
    database, bus, sequencer, context, lead_event
):
    bus.down = True
    record = new_id()
    for version in range(1, 31):
        journal(database, context, [lead_event(record, version), lead_event()])
    with database.reading() as connection:
        numbered = text("SELECT count(*) FROM journal_positions")
        wait_for(lambda: connection.execute(numbered).scalar_one() == 60)
    assert bus.messages == []
    bus.down = False
    wait_for(lambda: settled(database), seconds=3)
    assert in_order(bus.events)[str(record)] == 30
    assert len(bus.events) == 60


def test_a_batch_cut_in_the_middle_is_sent_again(database, bus, sequencer, context, lead_event):
    bus.break_after = 2
    records = [new_id() for _ in range(30)]
    events = [lead_event(record, version) for version in range(1, 31) for record in records]
    journal(database, context, events)
    wait_for(lambda: settled(database))
    assert set(in_order(bus.events).values()) == {30}
    assert len(bus.events) == 900 + 400


def test_one_of_many_sequencers_leads(database, bus, background, context, lead_event):
    sequencers = [background(Sequencer(database, bus, "leads")) for _ in range(3)]
    journal(database, context, [lead_event() for _ in range(300)])
    wait_for(lambda: settled(database))
    assert len(bus.events) == 300
    assert [each.leading for each in sequencers].count(True) == 1


def test_another_takes_over_when_the_leader_loses_its_connection(
    database, bus, background, context, lead_event
):
    sequencers = [background(Sequencer(database, bus, "leads")) for _ in range(2)]
    wait_for(lambda: any(each.leading for each in sequencers))
    first = next(each for each in sequencers if each.leading)
    for round_ in range(1, 4):
        journal(database, context, [lead_event() for _ in range(50)])
        with database.transaction() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
                    "AND granted AND database = (SELECT oid FROM pg_database "
                    "WHERE datname = current_database())"
                )
            )
        wait_for(lambda: settled(database), seconds=5)
        wait_for(lambda count=round_ * 50: len(first_arrivals(bus.events)) == count)
    assert first in sequencers
    assert whole(database)


def test_writers_side_by_side_stay_in_order_per_record(
    database, bus, sequencer, context, lead_event
):
    records = [new_id() for _ in range(5)]
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE rows (id uuid PRIMARY KEY, version integer)"))
        for record in records:
            connection.execute(text("INSERT INTO rows VALUES (:id, 0)"), {"id": record})

    def write():
        for number in range(60):
            record = records[number % 5]
            with database.transaction() as connection:
                bump = "UPDATE rows SET version = version + 1 WHERE id = :id RETURNING version"
                version = connection.execute(text(bump), {"id": record}).scalar_one()
                record_events(connection, context, [lead_event(record, version)])
                if number % 7 == 0:
                    time.sleep(0.005)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_for(lambda: settled(database))
    assert set(in_order(bus.events).values()) == {96}
    assert whole(database)


def test_what_listeners_lack_is_sent_again_at_the_start(
    database, bus, background, context, lead_event
):
    first = background(Sequencer(database, bus, "leads"))
    journal(database, context, [lead_event() for _ in range(20)])
    wait_for(lambda: settled(database))
    first.stop()
    wait_for(lambda: not first.leading)
    bus.messages.clear()
    second = background(Sequencer(database, bus, "leads", recorded=lambda: 12))
    wait_for(lambda: len(bus.events) == 8)
    assert [event["position"] for event in bus.events] == list(range(13, 21))
    assert second.leading


def test_a_replay_reaches_one_listener_only(database, bus, background, context, lead_event):
    sequencer = background(Sequencer(database, bus, "leads"))
    record = new_id()
    journal(database, context, [lead_event(record, 1), lead_event(), lead_event(record, 2)])
    wait_for(lambda: settled(database))
    sequencer.stop()
    bus.messages.clear()
    listener = next(each for each in LISTENERS if each.source == "leads")
    assert replay(database, bus, listener, entity="lead") == 3
    assert {message[:2] for message in bus.messages} == {("", listener.queue)}
    assert replay(database, bus, listener, newest_only=True) == 2
    assert [event["position"] for event in bus.events] == [1, 2, 3, 2, 3]


@pytest.mark.faults
def test_nothing_is_lost_or_reordered_when_the_leader_is_killed(
    database, context, lead_event, tmp_path
):
    log = tmp_path / "bus"
    log.touch()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, Path(__file__).with_name("leader.py"), database.url, log]
    leaders = [subprocess.Popen(command, env=environment) for _ in range(2)]
    records = [new_id() for _ in range(40)]

    def said():
        # What is being written is not yet said, nor what its writer was killed in.
        lines = [line for line in log.read_bytes().split(b"\n")[:-1] if line.endswith(b"]}")]
        return [event for line in lines for event in wire.loads(line)["events"]]

    try:
        for version in range(1, 101):
            journal(database, context, [lead_event(record, version) for record in records])
            if version % 20 == 0:
                wait_for(lambda: len(said()) > 0)
                # Both die, the leader among them, at whatever they are doing.
                for leader in leaders:
                    leader.send_signal(signal.SIGKILL)
                    leader.wait()
                leaders = [subprocess.Popen(command, env=environment) for _ in range(2)]
            time.sleep(0.01)
        wait_for(lambda: settled(database), seconds=30)
    finally:
        for leader in leaders:
            leader.kill()
            leader.wait()
    assert in_order(said()) == {str(record): 100 for record in records}
    assert whole(database)


@pytest.mark.parametrize("count", [10_000, pytest.param(100_000, marks=pytest.mark.full)])
def test_many_pending_events_leave_in_order(database, bus, background, context, lead_event, count):
    journal(database, context, [lead_event() for _ in range(count)])
    background(Sequencer(database, bus, "leads"))
    wait_for(lambda: settled(database), seconds=90)
    assert [event["position"] for event in bus.events] == list(range(1, count + 1))
