"""Each message says what its listeners were sent before, so that they notice what is missing."""

from __future__ import annotations

from chassis import wire
from chassis.journal.sequencer import Sequencer
from tests.journal.conftest import wait_for
from tests.journal.test_sequencer import journal, settled


def test_message_says_what_each_listener_was_sent_before(
    database, bus, background, context, lead_event
):
    names, keys = "leads--contacts--customer_names", "leads--contacts--known_senders"
    said = [("contact", {}), ("lead_match", {}), ("company", {names: 1}), ("lead_match", {keys: 2}),
            ("contact", {names: 3})]  # fmt: skip
    for number, (entity, _) in enumerate(said, 1):
        # A new leader each time: what was sent is written down.
        leader = background(Sequencer(database, bus, "contacts"))
        journal(database, context, [lead_event(entity=entity, name=f"{entity}.created")])
        wait_for(lambda number=number: len(bus.messages) == number)
        wait_for(lambda: settled(database))
        leader.stop()
    for message, (entity, before) in zip(bus.messages, said, strict=True):
        follows = wire.loads(message[2])["follows"]
        assert message[1] == entity
        assert {queue: at for queue, at in follows.items() if queue in (names, keys)} == before


def test_leader_that_begins_earlier_says_that_nothing_is_missing_before(
    database, bus, background, context, lead_event
):
    leader = background(Sequencer(database, bus, "leads"))
    journal(database, context, [lead_event() for _ in range(9)])
    wait_for(lambda: settled(database))
    leader.stop()
    bus.messages.clear()
    background(Sequencer(database, bus, "leads", recorded=lambda: 4))
    wait_for(lambda: len(bus.events) == 5)
    follows = wire.loads(bus.messages[0][2])["follows"]
    assert follows and set(follows.values()) == {4}
