"""A conversion that is interrupted, wherever that is, ends whole or undone: no orphan is left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import eventlet
import pytest

from chassis.errors import Conflict, Forbidden, Unavailable
from tests.conversion.world import World, until
from tests.conversion.wounds import CLASSES, WOUNDS, Wound, dying, failing

ALL = {"contact": {"create": {}}, "company": {"create": {}}, "deal": {"create": {}}}
TARGETS = ("company", "contact", "deal")


@pytest.fixture(scope="module")
def world(stage: World) -> World:
    """The three services, all of which can be hurt."""
    stage.start(**CLASSES)
    return stage


@pytest.fixture(autouse=True)
def _no_wound_is_left() -> Iterator[None]:
    WOUNDS.waiting.clear()
    yield
    assert WOUNDS.waiting == []


def hurry(world: World) -> None:
    """Let leases and waits be over, as time would."""
    world.rows("leads", "UPDATE sagas SET lease_until = now() WHERE lease IS NOT NULL")
    world.rows("leads", "UPDATE due_work SET due_at = now(), lease_until = NULL"
                        " WHERE kind = 'saga.conversion'")  # fmt: skip


def ended(world: World, lead: dict[str, Any]) -> dict[str, Any]:
    """The lead's newest conversion, once it has ended."""
    query = "SELECT id, state FROM sagas WHERE subject = :id ORDER BY created_at DESC LIMIT 1"

    def is_over() -> bool:
        hurry(world)
        found = world.rows("leads", query, id=lead["id"])
        return bool(found) and found[0].state not in ("running", "undoing")

    until(is_over)
    return world.conversion(str(world.rows("leads", query, id=lead["id"])[0].id))


def whole(world: World, lead: dict[str, Any]) -> None:
    """The conversion is done, and everything is there once."""
    done = ended(world, lead)
    assert done["state"] == "done"
    assert sorted(world.made_of(lead)) == ["company", "contact", "deal"]
    after = world.get("lead", lead["id"])
    assert after["status"] == "converted"
    assert [after[f"{target}_id"] for target in TARGETS] == [done[t]["id"] for t in TARGETS]


@contextmanager
def unanswered(world: World, lead: dict[str, Any]) -> Iterator[None]:
    """Have the lead converted by a worker that dies over it; who asked for it is never answered."""
    asking = eventlet.spawn(world.convert, lead, timeout=120, **ALL)
    until(lambda: WOUNDS.waiting == [])
    yield
    assert not asking.dead
    asking.kill()


def undone(world: World, lead: dict[str, Any]) -> None:
    """Nothing is there, and the lead is free."""
    assert world.made_of(lead) == []
    assert world.get("lead", lead["id"])["status"] == "new"
    world.update("lead", lead["id"], position="Owner")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_answer_that_is_lost_is_asked_for_again(world: World, target: str, moment: str) -> None:
    lead = world.lead()
    WOUNDS.waiting = [Wound(target, "create", moment, failing(Unavailable("away")), times=2)]
    answer = world.convert(lead, **ALL)
    assert answer["state"] == "running"
    whole(world, lead)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_target_that_dies_over_it_is_asked_again(world: World, target: str, moment: str) -> None:
    lead = world.lead()
    WOUNDS.waiting = [Wound(target, "create", moment, dying)]
    # However late a crowded machine brings the answer: leads give up when their five seconds end.
    assert world.convert(lead, timeout=60, seconds=5, **ALL)["state"] == "running"
    whole(world, lead)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_leads_that_die_around_a_call_go_on(world: World, target: str, moment: str) -> None:
    lead = world.lead()
    WOUNDS.waiting = [Wound(target, "leads._ask", moment, dying)]
    with unanswered(world, lead):
        whole(world, lead)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("commit", ["_note", "_end"])
def test_leads_that_die_around_a_commit_go_on(world: World, commit: str, moment: str) -> None:
    lead = world.lead()
    WOUNDS.waiting = [Wound("lead", f"leads.{commit}", moment, dying)]
    with unanswered(world, lead):
        whole(world, lead)


@pytest.mark.parametrize("target", TARGETS)
def test_refusal_after_the_check_takes_everything_back(world: World, target: str) -> None:
    lead = world.lead()
    WOUNDS.waiting = [Wound(target, "create", "before", failing(Forbidden("no", code="no")))]
    with pytest.raises(Forbidden) as refused:
        world.convert(lead, **ALL)
    assert [fault.pointer for fault in refused.value.faults] == [f"/{target}/create"]
    conversion = world.conversion(refused.value.extra["conversion"])
    assert conversion["state"] == "failed" and conversion["failure"]["code"] == "no"
    assert conversion["contact"] is None
    undone(world, lead)
    entries = world.call("ana", "leads", "history", entity="lead", id=lead["id"])["items"]
    assert "lead.conversion_failed" in [entry["name"] for entry in entries]
    assert world.convert(lead, **ALL)["state"] == "done"


@pytest.mark.parametrize("target", ["company", "contact"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_taking_back_is_interrupted_and_goes_on(world: World, target: str, moment: str) -> None:
    lead = world.lead()
    WOUNDS.waiting = [
        Wound("deal", "create", "before", failing(Forbidden("no", code="no"))),
        Wound(target, "discard", moment, failing(Unavailable("away"))),
    ]
    assert world.convert(lead, **ALL)["state"] == "undoing"
    assert ended(world, lead)["state"] == "failed"
    undone(world, lead)


def test_what_somebody_touched_in_the_meantime_is_left_and_listed(world: World) -> None:
    lead = world.lead()

    def touch_and_refuse() -> None:
        [row] = world.rows("contacts", "SELECT id FROM contacts WHERE lead_id = :id", id=lead["id"])
        world.update("contact", str(row.id), position="Owner")
        raise Forbidden("no", code="no")

    WOUNDS.waiting = [Wound("deal", "create", "before", touch_and_refuse)]
    with pytest.raises(Forbidden) as refused:
        world.convert(lead, **ALL)
    conversion = world.conversion(refused.value.extra["conversion"])
    assert conversion["state"] == "needs_attention"
    assert [(each["type"], each["code"]) for each in conversion["remaining"]] == [
        ("contact", "touched")
    ]
    assert world.made_of(lead) == ["contact"]
    assert world.get("lead", lead["id"])["status"] == "new"


def test_lead_is_held_while_it_is_converted(world: World) -> None:
    lead = world.lead()

    def try_to_change() -> None:
        for change in (
            lambda: world.update("lead", lead["id"], position="Owner"),
            lambda: world.call("chief", "leads", "delete", entity="lead", id=lead["id"],
                               expected_version="*"),
        ):  # fmt: skip
            with pytest.raises(Conflict) as refused:
                change()
            assert refused.value.code == "conversion_running"

    WOUNDS.waiting = [Wound("deal", "create", "before", try_to_change)]
    assert world.convert(lead, **ALL)["state"] == "done"


def test_undo_that_is_interrupted_goes_on(world: World) -> None:
    lead = world.lead()
    done = world.convert(lead, **ALL)
    WOUNDS.waiting = [
        Wound("contact", "discard", "before", failing(Unavailable("away"))),
        Wound("company", "discard", "after", failing(Unavailable("away"))),
    ]
    answer = world.call("ana", "leads", "undo_conversion", id=done["id"])
    assert answer["state"] == "undoing"
    with pytest.raises(Conflict):
        world.call("chief", "leads", "delete", entity="lead", id=lead["id"], expected_version="*")
    assert ended(world, lead)["state"] == "undone"
    undone(world, lead)
