"""Sequencer and listener over a real RabbitMQ that is killed in between."""

from __future__ import annotations

import threading
import time

import amqp
import pytest
from sqlalchemy import text

from chassis import wire
from chassis.bus import queues
from chassis.bus.publisher import EventPublisher
from chassis.identifiers import new_id
from chassis.journal.sequencer import Sequencer
from chassis.journal.writing import record_events
from contracts.catalogue import LISTENERS
from tests.journal.conftest import wait_for

LISTENER = next(each for each in LISTENERS if each.source == "leads")


def taken_from(broker, count, seconds=30):
    """Every event in the listener's queue, until `count` different ones came."""
    events, limit = [], time.monotonic() + seconds
    with amqp.Connection(f"127.0.0.1:{broker.port}", userid="guest", password="guest") as link:
        channel = link.channel()
        while len({event["id"] for event in events}) < count and time.monotonic() < limit:
            message = channel.basic_get(LISTENER.queue, no_ack=True)
            if message is None:
                time.sleep(0.05)
            else:
                events += wire.loads(bytes(message.body.encode()))["events"]
    return events


@pytest.mark.faults
def test_nothing_is_lost_or_reordered_when_the_broker_is_killed(
    rabbitmq, database, background, context, lead_event
):
    queues.declare(rabbitmq.uri)
    publisher = EventPublisher(rabbitmq.uri)
    sequencer = background(Sequencer(database, publisher, "leads"))
    database.after_journal = sequencer.poke
    records = [new_id() for _ in range(10)]
    written = threading.Event()

    def write():
        for version in range(1, 151):
            with database.transaction() as connection:
                record_events(connection, context, [lead_event(each, version) for each in records])
            time.sleep(0.02)
        written.set()

    threading.Thread(target=write).start()
    time.sleep(0.7)
    rabbitmq.kill()
    rabbitmq.start()
    up = time.monotonic()
    assert written.wait(60)
    events = taken_from(rabbitmq, 1_500)
    versions = {}
    for event in {event["id"]: event for event in events}.values():
        assert event["record_version"] == versions.get(event["record_id"], 0) + 1
        versions[event["record_id"]] = event["record_version"]
    assert versions == {str(record): 150 for record in records}
    assert time.monotonic() - up < 30
    publisher.close()


@pytest.mark.full
def test_thousands_a_second_are_confirmed_by_a_real_broker(
    rabbitmq, database, background, context, lead_event, capsys
):
    queues.declare(rabbitmq.uri)
    with database.transaction() as connection:
        record_events(connection, context, [lead_event() for _ in range(20_000)])
    publisher = EventPublisher(rabbitmq.uri)
    began = time.monotonic()
    background(Sequencer(database, publisher, "leads"))
    sent = text("SELECT coalesce(max(sent_position), 0) FROM sequencer_state")
    with database.reading() as connection:
        wait_for(lambda: connection.execute(sent).scalar_one() == 20_000, seconds=40)
    rate = 20_000 / (time.monotonic() - began)
    with capsys.disabled():
        print(f"\n  sequencer on RabbitMQ: {rate:,.0f} events/s")
    assert rate > 1_000
    publisher.close()
