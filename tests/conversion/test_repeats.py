"""However often and however many at once: a lead has one conversion."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import eventlet
import pytest

from chassis.errors import Conflict, Invalid, Unavailable
from tests.conversion.world import World

ALL = {"contact": {"create": {}}, "company": {"create": {}}, "deal": {"create": {}}}


def test_repeat_is_answered_with_the_first_conversion(world: World) -> None:
    lead = world.lead()
    first = world.convert(lead, **ALL)
    assert world.convert(lead, **ALL) == first
    assert world.convert(lead, deal={"create": {"title": "Another"}}) == first
    assert sorted(world.made_of(lead)) == ["company", "contact", "deal"]


def told(world: World, lead: dict[str, Any], **given: Any) -> dict[str, Any]:
    """The conversion that a client is told of which asks again when it was told to."""
    while True:
        try:
            return world.convert(lead, **given)
        except Unavailable:
            eventlet.sleep(0.5)


def test_fifty_parallel_conversions_make_one(world: World) -> None:
    lead = world.lead()
    answers = list(
        eventlet.GreenPool(50).imap(
            lambda number: told(world, lead, key=f"{lead['id']}-{number}", timeout=20, **ALL),
            range(50),
        )
    )
    assert len({answer["id"] for answer in answers}) == 1
    assert sorted(world.made_of(lead)) == ["company", "contact", "deal"]
    assert world.conversion(answers[0]["id"])["state"] == "done"
    started = world.rows("leads", "SELECT count(*) FROM sagas WHERE subject = :id", id=lead["id"])
    assert started[0][0] == 1


def test_fifty_equal_requests_make_one(world: World) -> None:
    lead, key = world.lead(), uuid4().hex
    answers = list(
        eventlet.GreenPool(50).imap(
            lambda _number: told(world, lead, key=key, timeout=20, **ALL), range(50)
        )
    )
    assert len({answer["id"] for answer in answers}) == 1
    assert sorted(world.made_of(lead)) == ["company", "contact", "deal"]


def test_caller_may_choose_the_id(world: World) -> None:
    identifier, lead = str(uuid4()), world.lead()
    assert world.convert(lead, id=identifier, contact={"create": {}})["id"] == identifier
    with pytest.raises(Conflict) as taken:
        world.convert(world.lead(), id=identifier, contact={"create": {}})
    assert taken.value.code == "id_taken"


def test_key_stands_for_one_request_even_after_an_undo(world: World) -> None:
    lead, key = world.lead(), uuid4().hex
    done = world.convert(lead, key=key, contact={"create": {}})
    world.call("ana", "leads", "undo_conversion", id=done["id"])
    again = world.convert(lead, key=key, contact={"create": {}})
    assert again["id"] == done["id"] and again["state"] == "undone"
    with pytest.raises(Invalid) as reused:
        world.convert(lead, key=key, deal={"create": {}})
    assert reused.value.code == "idempotency_key_reused"
    assert world.convert(lead, contact={"create": {}})["id"] != done["id"]


def test_known_people_and_companies_are_refused_on_demand(world: World) -> None:
    lead = world.lead()
    known = world.call(
        "ana", "contacts", "create", entity="contact",
        values={"last_name": "Silva", "emails": [{"value": lead["emails"][0]["value"]}]},
    )["record"]  # fmt: skip
    with pytest.raises(Conflict) as refused:
        world.convert(lead, duplicates="refuse", **ALL)
    assert refused.value.code == "duplicate"
    assert known["id"] in [each["id"] for each in refused.value.extra["candidates"]]
    assert world.made_of(lead) == []
    assert world.convert(lead, **ALL)["state"] == "done"
