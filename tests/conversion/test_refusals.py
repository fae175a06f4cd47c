"""What stands against a conversion is said before anything is written."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from chassis.errors import Conflict, Forbidden, Invalid, Malformed, NotFound, Refusal
from tests.conversion.test_mixes import existing
from tests.conversion.world import World
from tests.leads.house import known


def refused(world: World, kind: type[Refusal], who: str = "ana", **body: Any) -> Refusal:
    """How a lead's conversion was refused; it has changed nothing."""
    lead = world.lead(who)
    with pytest.raises(kind) as refusal:
        world.convert(lead, who=who, **body)
    assert world.made_of(lead) == []
    after = world.get("lead", lead["id"])
    assert after["version"] == lead["version"] and after["status"] == "new"
    world.update("lead", lead["id"], position="Owner")
    return refusal.value


def pointers(refusal: Refusal) -> set[str]:
    return {fault.pointer for fault in refusal.faults}


@pytest.mark.parametrize(
    "body",
    [
        {"person": {"create": {}}},
        {"contact": "create"},
        {"contact": {}},
        {"contact": {"create": {}, "skip": True}},
        {"contact": {"create": []}},
        {"contact": {"link": "x"}},
        {"contact": {"skip": False}},
        {"contact": {"create": {}}, "id": "x"},
        {"contact": {"create": {}}, "duplicates": {}},
        {"contact": {"create": {"id": str(uuid4())}}},
        {"contact": {"create": {"colour": "red"}}},
        {"deal": {"create": {"amount": "12"}}},
    ],
)
def test_body_that_is_no_conversion_is_malformed(world: World, body: dict[str, Any]) -> None:
    assert pointers(refused(world, Malformed, **body)) <= {
        "/person", "/contact", "/contact/create", "/contact/link", "/contact/skip", "/id",
        "/duplicates", "/contact/create/id", "/contact/create/colour", "/deal/create/amount",
    }  # fmt: skip


def test_conversion_into_nothing_is_refused(world: World) -> None:
    assert refused(world, Invalid).code == "nothing_to_make"
    assert refused(world, Invalid, contact={"skip": True}, deal=None).code == "nothing_to_make"


def test_rules_of_every_target_are_told_at_once(world: World) -> None:
    refusal = refused(
        world, Invalid,
        contact={"create": {"emails": [{"value": "nothing"}]}},
        company={"create": {"name": None}},
        deal={"create": {"title": "x" * 300}},
    )  # fmt: skip
    assert pointers(refusal) == {
        "/contact/create/emails/0/value", "/company/create/name", "/deal/create/title",
    }  # fmt: skip


def test_target_that_no_role_lets_one_add_is_forbidden(world: World) -> None:
    refusal = refused(world, Forbidden, "dealless", contact={"create": {}}, deal={"create": {}})
    assert refusal.code == "operation_not_granted" and pointers(refusal) == {"/deal/create"}


def test_scopes_of_a_token_hold_for_what_is_made(world: World) -> None:
    with pytest.raises(Forbidden):
        world.convert(world.lead(), scopes=("lead:*",), contact={"create": {}})


@pytest.mark.parametrize("target", ["contact", "company", "deal"])
def test_link_to_what_one_cannot_read_is_refused(world: World, target: str) -> None:
    for identifier in (str(uuid4()), existing(world, target, "bruno")):
        refusal = refused(world, Invalid, **{target: {"link": identifier}})
        assert refusal.code == "unreadable_reference"
        assert pointers(refusal) == {f"/{target}/link"}


def test_lead_of_a_stranger_is_not_there(world: World) -> None:
    lead = world.lead("bruno")
    answers = []
    for one in (lead, {"id": str(uuid4())}):
        with pytest.raises(NotFound) as absent:
            world.convert(one, contact={"create": {}})
        answers.append(absent.value.as_wire())
    assert answers[0] == answers[1]


def test_observer_may_not_convert(world: World) -> None:
    lead = world.lead(observer_ids=[str(known("bruno"))])
    with pytest.raises(Forbidden):
        world.convert(lead, who="bruno", contact={"create": {}})


def test_lead_that_was_given_up_is_reopened_first(world: World) -> None:
    lead = world.lead()
    world.update("lead", lead["id"], status="junk", reason="No budget")
    with pytest.raises(Conflict) as closed:
        world.convert(lead, contact={"create": {}})
    assert closed.value.code == "record_closed"
    world.update("lead", lead["id"], status="new")
    assert world.convert(lead, contact={"create": {}})["state"] == "done"


def test_conversion_is_shown_to_readers_of_its_lead_only(world: World) -> None:
    done = world.convert(world.lead(), contact={"create": {}})
    assert world.conversion(done["id"], "ana") == done
    for who, identifier in (("bruno", done["id"]), ("ana", str(uuid4())), ("ana", "x")):
        with pytest.raises(NotFound):
            world.conversion(identifier, who)
