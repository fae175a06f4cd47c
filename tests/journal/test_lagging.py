"""Listeners that are behind show in figures; what they never got is sent to them again."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from chassis.journal import lagging
from chassis.journal.lagging import Lagging
from chassis.journal.sequencer import Sequencer
from chassis.journal.writing import record_events
from contracts.catalogue import listeners_of
from tests.journal.conftest import wait_for

LISTENERS = listeners_of("leads")
FIRST = LISTENERS[0].queue


class Listeners:
    """How far each has recorded, and how many messages lie before it."""

    def __init__(self) -> None:
        self.positions = {each.queue: 0 for each in LISTENERS}
        self.waiting: dict[str, int] = {}
        self.leads = True

    def messages(self, listener: Any) -> int:
        return self.waiting.get(listener.queue, 0)


@pytest.fixture
def listeners() -> Listeners:
    return Listeners()


@pytest.fixture
def watch(database, bus, background, context, lead_event, listeners, monkeypatch) -> Lagging:
    """Watches five events, all of them sent."""
    monkeypatch.setattr(lagging, "PATIENCE_SECONDS", 0.0)
    with database.transaction() as connection:
        record_events(connection, context, [lead_event() for _ in range(5)])
    background(Sequencer(database, bus, "leads"))
    wait_for(lambda: len(bus.events) == 5)
    sent = text("SELECT sent_position FROM sequencer_state")
    with database.reading() as connection:
        wait_for(lambda: connection.execute(sent).scalar_one() == 5)
    bus.messages.clear()
    return Lagging(
        database, bus, LISTENERS, lambda: listeners.positions, listeners.messages,
        lambda: listeners.leads,
    )  # fmt: skip


def test_who_stands_still_with_nothing_before_it_is_told_what_it_lacks(watch, listeners, bus):
    listeners.positions = dict.fromkeys(listeners.positions, 5) | {FIRST: 2}
    watch.look()
    watch.look()
    assert {message[:2] for message in bus.messages} == {("", FIRST)}
    assert [event["position"] for event in bus.events] == [3, 4, 5] * (len(bus.events) // 3)
    events, seconds = watch.behind[FIRST]
    assert events == 3 and seconds > 0
    assert [watch.behind[queue][0] for queue in listeners.positions if queue != FIRST] == [0] * (
        len(listeners.positions) - 1
    )


@pytest.mark.parametrize("why", ["it has messages", "another process leads", "it moves"])
def test_who_will_get_there_is_told_nothing(watch, listeners, bus, monkeypatch, why):
    if why == "it has messages":
        listeners.waiting = dict.fromkeys(listeners.positions, 1)
    listeners.leads = why != "another process leads"
    if why == "it moves":
        monkeypatch.setattr(lagging, "PATIENCE_SECONDS", 60.0)
    watch.look()
    watch.look()
    assert bus.messages == []
    assert watch.behind[FIRST][0] == 5


def test_who_has_heard_all_lags_no_more(watch, listeners, bus):
    watch.look()
    listeners.positions = dict.fromkeys(listeners.positions, 5)
    watch.look()
    assert set(watch.behind.values()) == {(0, 0.0)}
