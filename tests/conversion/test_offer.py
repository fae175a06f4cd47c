"""Before anything is written a lead tells what it would become, and who may be known already."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.errors import Conflict, Forbidden, NotFound
from tests.conversion.test_mixes import existing
from tests.conversion.world import World


def offered(world: World, lead: dict[str, Any], who: str = "ana") -> dict[str, Any]:
    answer: dict[str, Any] = world.call(who, "leads", "offer_conversion", id=lead["id"])
    return answer


def test_offer_is_what_a_conversion_of_nothing_but_defaults_makes(world: World) -> None:
    lead = world.lead()
    told = offered(world, lead)
    assert world.made_of(lead) == [] and world.get("lead", lead["id"])["version"] == lead["version"]
    done = world.convert(lead, **{target: {"create": {}} for target in told})
    for target, offer in told.items():
        made = world.get(target, done[target]["id"])
        assert offer["refused"] is None and offer["values"]
        assert {name: made[name] for name in offer["values"]} == offer["values"]
    assert told["deal"]["fills"] == ["lead_id", "company_id", "contacts"]


def test_offer_names_whom_conversions_would_be_refused_for(world: World) -> None:
    lead = world.lead()
    values = {"last_name": "Same", "emails": [{"value": lead["emails"][0]["value"]}]}
    known = world.call("ana", "contacts", "create", entity="contact", values=values)["record"]
    told = offered(world, lead)
    with pytest.raises(Conflict) as refusal:
        world.convert(lead, contact={"create": {}}, duplicates="refuse")
    assert told["contact"]["duplicates"] == refusal.value.extra["candidates"]
    assert known["id"] in [each["id"] for each in told["contact"]["duplicates"]]


def test_target_that_one_may_not_make_is_told(world: World) -> None:
    lead = world.lead("dealless")
    told = offered(world, lead, "dealless")
    assert told["deal"]["refused"] == "operation_not_granted"
    assert told["contact"]["refused"] is None


def test_offer_follows_the_rights_to_convert(world: World) -> None:
    lead = world.lead("ana")
    with pytest.raises(NotFound):
        offered(world, lead, "bruno")
    observed = world.lead("ana", observer_ids=[world.get("lead", world.lead("bruno")["id"])
                                               ["owner_id"]])  # fmt: skip
    with pytest.raises(Forbidden):
        offered(world, observed, "bruno")


def test_lead_that_is_closed_offers_nothing(world: World) -> None:
    lead = world.lead()
    world.convert(lead, contact={"link": existing(world, "contact")})
    with pytest.raises(Conflict) as refusal:
        offered(world, lead)
    assert refusal.value.code == "record_closed"
