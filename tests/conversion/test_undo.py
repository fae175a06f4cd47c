"""A conversion is undone within 30 days, while nobody has touched what it made."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from chassis.errors import Conflict, Forbidden, NotFound
from tests.conversion.test_mixes import existing
from tests.conversion.world import World

ALL = {"contact": {"create": {}}, "company": {"create": {}}, "deal": {"create": {}}}


def undo(
    world: World, conversion: dict[str, Any], who: str = "ana", **options: Any
) -> dict[str, Any]:
    identifier = conversion["id"]
    answer: dict[str, Any] = world.call(who, "leads", "undo_conversion", id=identifier, **options)
    return answer


def test_lead_is_what_it_was_and_what_was_made_is_in_the_bin(world: World) -> None:
    lead = world.lead()
    world.update("lead", lead["id"], status="qualified")
    done = world.convert(lead, **ALL)
    undone = undo(world, done)
    assert undone["state"] == "undone" and undone["undo_until"] is None
    after = world.get("lead", lead["id"])
    assert after["status"] == "qualified" and after["converted_to"] is None
    assert [after[f"{target}_id"] for target in ALL] == [None, None, None]
    assert world.made_of(lead) == []
    for target in ALL:
        with pytest.raises(NotFound):
            world.get(target, done[target]["id"])
    world.update("lead", lead["id"], position="Owner")
    names = [e["name"] for e in world.call("ana", "leads", "history", entity="lead",
                                           id=lead["id"])["items"]]  # fmt: skip
    assert "lead.conversion_undone" in names


def test_undone_twice_is_undone_once(world: World) -> None:
    done = world.convert(world.lead(), **ALL)
    first = undo(world, done)
    assert undo(world, done) == first


def test_lead_can_be_converted_again(world: World) -> None:
    lead = world.lead()
    undo(world, world.convert(lead, **ALL))
    again = world.convert(lead, contact={"create": {}})
    assert again["state"] == "done" and world.made_of(lead) == ["contact"]


def test_what_was_linked_stays(world: World) -> None:
    identifier = existing(world, "company")
    before = world.get("company", identifier)
    undo(world, world.convert(world.lead(), contact={"create": {}}, company={"link": identifier}))
    assert world.get("company", identifier) == before


@pytest.mark.parametrize(
    ("target", "change"),
    [
        ("contact", {"position": "Owner"}), ("company", {"industry": "retail"}),
        ("deal", {"stage": "qualification"}),
    ],
)  # fmt: skip
def test_what_was_touched_is_listed_and_nothing_is_undone(
    world: World, target: str, change: dict[str, Any]
) -> None:
    lead = world.lead()
    done = world.convert(lead, **ALL)
    world.update(target, done[target]["id"], **change)
    with pytest.raises(Conflict) as refused:
        undo(world, done)
    assert refused.value.code == "touched"
    assert refused.value.extra["touched"] == [{"type": target, "id": done[target]["id"]}]
    assert world.conversion(done["id"]) == done
    assert sorted(world.made_of(lead)) == ["company", "contact", "deal"]


def test_what_was_deleted_counts_as_touched(world: World) -> None:
    done = world.convert(world.lead(), **ALL)
    world.call("chief", "deals", "delete", entity="deal", id=done["deal"]["id"],
               expected_version="*")  # fmt: skip
    with pytest.raises(Conflict) as refused:
        undo(world, done)
    assert [each["type"] for each in refused.value.extra["touched"]] == ["deal"]


def test_after_thirty_days_it_is_too_late(world: World) -> None:
    done = world.convert(world.lead(), **ALL)
    world.rows(
        "leads",
        "UPDATE sagas SET finished_at = finished_at - interval '31 days' WHERE id = :id",
        id=done["id"],
    )
    with pytest.raises(Conflict) as refused:
        undo(world, done)
    assert refused.value.code == "undo_expired"
    with pytest.raises(Forbidden):
        undo(world, done, scopes=("lead:*",))


def test_strangers_and_those_who_could_not_have_made_it_cannot_undo_it(world: World) -> None:
    done = world.convert(world.lead(), **ALL)
    with pytest.raises(NotFound):
        undo(world, done, "bruno")
    with pytest.raises(NotFound):
        undo(world, {"id": str(uuid4())})
    other = world.convert(world.lead("dealless"), who="dealless", contact={"create": {}})
    assert undo(world, other, "dealless")["state"] == "undone"
    with pytest.raises(Forbidden):
        undo(world, done, scopes=("lead:*",))
    assert world.conversion(done["id"]) == done


def test_discarding_is_for_services_alone(world: World) -> None:
    done = world.convert(world.lead(), **ALL)
    for method, given in (("discard", {"id": done["deal"]["id"]}),
                          ("untouched", {"ids": [done["deal"]["id"]]})):  # fmt: skip
        with pytest.raises(Forbidden):
            world.call("ana", "deals", method, entity="deal", **given)
