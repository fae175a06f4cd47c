"""Whether everybody has heard everything, as whoever sees all databases finds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chassis.context import Context
from chassis.database.engine import Database
from chassis.database.metadata import chassis_metadata
from chassis.errors import Unavailable
from chassis.identifiers import new_id
from chassis.journal.numbering import end_of_chain, number_pending
from chassis.journal.writing import NewEvent, record_events
from chassis.listening import catching_up
from chassis.listening.catching_up import CatchingUp
from chassis.listening.recording import advance
from contracts.catalogue import LISTENERS, SERVICES, listeners_of

Databases = dict[str, Database]
LEADS = {each.queue for each in listeners_of("leads")}


@pytest.fixture
def databases(make_database: Callable[..., Database]) -> Databases:
    """Those of all services."""
    return {name: make_database(chassis_metadata, service=name) for name in SERVICES}


def say(databases: Databases, context: Context, source: str, *entities: str) -> None:
    """Journal an event of each of `entities`."""
    events: list[dict[str, Any]] = [
        {"name": f"{entity}.created", "entity": entity, "record_id": new_id(), "record_version": 1}
        for entity in entities
    ]
    with databases[source].transaction() as connection:
        told = [NewEvent(**event, record={}, changes={}) for event in events]
        record_events(connection, context, told)


def number(databases: Databases, source: str) -> int:
    """Number what `source` said; the position it ends at."""
    with databases[source].transaction() as connection:
        chain = end_of_chain(connection)
        number_pending(connection, chain, 100)
        return chain.position


def take(databases: Databases, queue: str, position: int) -> None:
    """Have a listener record everything up to `position`."""
    contract = next(each for each in LISTENERS if each.queue == queue)
    with databases[contract.consumer].transaction() as connection:
        advance(connection, contract, position)


def test_whoever_has_still_to_take_events_is_named_with_their_number(
    databases: Databases, context: Context
) -> None:
    heard = CatchingUp(databases)
    assert heard.behind() == {}
    say(databases, context, "leads", "lead", "lead", "lead")
    assert heard.behind() == dict.fromkeys(LEADS, 3)
    position = number(databases, "leads")
    assert heard.behind() == dict.fromkeys(LEADS, 3)
    first, *others = sorted(LEADS)
    take(databases, first, position)
    assert heard.behind() == dict.fromkeys(others, 3)
    for queue in others:
        take(databases, queue, position)
    assert heard.behind() == {}


def test_events_that_a_listener_does_not_hear_keep_nobody_waiting(
    databases: Databases, context: Context
) -> None:
    said = ("lead_match", "contact", "company", "contact", "lead_match")
    say(databases, context, "contacts", *said)
    number(databases, "contacts")
    for each in listeners_of("contacts"):
        heard = [place for place, entity in enumerate(said, 1) if entity in each.entities]
        take(databases, each.queue, heard[-1])
    assert CatchingUp(databases).behind() == {}


def test_waiting_ends_when_nobody_takes_anything(
    databases: Databases, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "_STALLED_SECONDS", 0.5)
    monkeypatch.setattr(catching_up, "_POLL_SECONDS", 0.1)
    CatchingUp(databases).wait()
    say(databases, context, "deals", "deal", "deal")
    told: list[int] = []
    with pytest.raises(Unavailable, match="leads--deals--deal_names"):
        CatchingUp(databases).wait(told.append)
    assert set(told) == {2 * len(listeners_of("deals"))}
