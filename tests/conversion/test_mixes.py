"""A lead becomes any mix of contact, company and deal, made or linked."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from chassis.errors import Conflict
from tests.conversion.world import World
from tests.leads.house import known

TARGETS = ("contact", "company", "deal")
MIXES = [mix for mix in product((True, False), repeat=3) if any(mix)]


def existing(world: World, target: str, who: str = "ana") -> str:
    """The id of a record of `target` that `who` entered before."""
    values = {
        "contact": {"last_name": "Lima"}, "company": {"name": "Lima SA"}, "deal": {"title": "Old"},
    }  # fmt: skip
    service = "deals" if target == "deal" else "contacts"
    made = world.call(who, service, "create", entity=target, values=values[target])
    return str(made["record"]["id"])


@pytest.mark.parametrize(
    "mix", MIXES, ids=lambda mix: "-".join(t for t, c in zip(TARGETS, mix, strict=True) if c)
)
def test_every_mix_makes_what_it_names(world: World, mix: tuple[bool, ...]) -> None:
    lead = world.lead()
    wanted = [target for target, chosen in zip(TARGETS, mix, strict=True) if chosen]
    done = world.convert(lead, **{
        target: {"create": {}} if target in wanted else {"skip": True} for target in TARGETS
    })  # fmt: skip
    assert done["state"] == "done" and done["lead_id"] == lead["id"]
    assert sorted(world.made_of(lead)) == sorted(wanted)
    after = world.get("lead", lead["id"])
    assert after["status"] == "converted"
    for target in TARGETS:
        if target not in wanted:
            assert done[target] is None and after[f"{target}_id"] is None
            continue
        made = world.get(target, done[target]["id"])
        assert made["lead_id"] == lead["id"] and made["owner_id"] == str(known("ana"))
        assert after[f"{target}_id"] == made["id"] == after["converted_to"][target]
    assert after["converted_to"]["conversion"] == done["id"]


@pytest.mark.parametrize("linked", TARGETS)
def test_existing_record_is_linked_and_left_as_it_is(world: World, linked: str) -> None:
    lead, identifier = world.lead(), existing(world, linked)
    before = world.get(linked, identifier)
    body: dict[str, Any] = {target: {"create": {}} for target in TARGETS}
    done = world.convert(lead, **{**body, linked: {"link": identifier}})
    assert done["state"] == "done" and done[linked] == {"id": identifier, "mode": "link"}
    assert world.get(linked, identifier) == before
    assert linked not in world.made_of(lead)
    if linked != "deal":
        deal = world.get("deal", done["deal"]["id"])
        held = [each["id"] for each in deal["contacts"]] + [deal["company_id"]]
        assert identifier in held


def test_lead_can_be_linked_to_what_is_there_alone(world: World) -> None:
    lead = world.lead()
    links = {target: {"link": existing(world, target)} for target in TARGETS}
    assert world.convert(lead, **links)["state"] == "done"
    assert world.made_of(lead) == []


def test_what_the_lead_knows_is_carried_over_and_what_the_caller_says_wins(world: World) -> None:
    lead = world.lead()
    done = world.convert(
        lead,
        contact={"create": {"last_name": "Souza", "comments": None}},
        company={"create": {"industry": "retail"}},
        deal={"create": {"title": "First order"}},
    )
    contact, company, deal = (world.get(t, done[t]["id"]) for t in TARGETS)
    assert (contact["first_name"], contact["last_name"]) == ("João", "Souza")
    assert contact["emails"] == lead["emails"] and contact["phones"] == lead["phones"]
    assert contact["address"] == {"city": "Santos"} and contact["comments"] is None
    assert contact["companies"][0]["id"] == company["id"] and contact["companies"][0]["primary"]
    assert company["name"] == "Silva & Filhos" and company["industry"] == "retail"
    assert company["emails"] == []
    assert deal["title"] == "First order" and deal["amount"] == lead["amount"]
    assert deal["source"] == "fair" and deal["company_id"] == company["id"]
    assert [(c["id"], c["primary"]) for c in deal["contacts"]] == [(contact["id"], True)]


def test_company_alone_is_reached_where_its_lead_was(world: World) -> None:
    lead = world.lead()
    company = world.get("company", world.convert(lead, company={"create": {}})["company"]["id"])
    assert company["emails"] == lead["emails"] and company["phones"] == lead["phones"]


def test_lead_without_names_becomes_what_it_is_titled(world: World) -> None:
    lead = world.lead(first_name=None, last_name=None, company_name=None, title="Fair, stand 7")
    done = world.convert(lead, contact={"create": {}}, company={"create": {}})
    assert world.get("contact", done["contact"]["id"])["last_name"] == "Fair, stand 7"
    assert world.get("company", done["company"]["id"])["name"] == "Fair, stand 7"


def test_lead_of_somebody_else_becomes_records_of_theirs(world: World) -> None:
    lead = world.lead("bruno")
    done = world.convert(lead, who="head", contact={"create": {}}, deal={"create": {}})
    for target in ("contact", "deal"):
        assert world.get(target, done[target]["id"])["owner_id"] == str(known("bruno"))


def test_hidden_field_of_the_lead_is_carried_nowhere(world: World) -> None:
    lead = world.lead("chief", owner_id=str(known("discreet")))
    assert lead["amount"] is not None
    done = world.convert(lead, who="discreet", deal={"create": {}})
    assert world.get("deal", done["deal"]["id"])["amount"] is None


def test_field_that_the_caller_may_not_write_is_left_out(world: World) -> None:
    lead = world.lead("bound")
    done = world.convert(lead, who="bound", deal={"create": {}})
    assert world.get("deal", done["deal"]["id"])["amount"] is None


def test_converted_lead_is_read_only_and_tells_of_it(world: World) -> None:
    lead = world.lead()
    world.convert(lead, contact={"create": {}})
    with pytest.raises(Conflict) as refused:
        world.update("lead", lead["id"], title="Other")
    assert refused.value.code == "record_closed"
    entries = world.call("ana", "leads", "history", entity="lead", id=lead["id"])["items"]
    assert [entry["name"] for entry in entries] == [
        "lead.status_changed", "lead.converted", "lead.created",
    ]  # fmt: skip


def test_names_of_what_a_lead_became_stand_on_it_at_once(world: World) -> None:
    lead = world.lead()
    world.convert(lead, contact={"create": {}}, company={"create": {}}, deal={"create": {}})
    shown = world.call(
        "ana", "leads", "get", entity="lead", id=lead["id"], include="contact,company,deal"
    )
    assert shown["contact"]["name"] == "João da Silva"
    assert shown["company"]["name"] == "Silva & Filhos"
    assert shown["deal"]["name"] == lead["title"]


def test_what_one_makes_is_linked_though_one_does_not_read_it(world: World) -> None:
    lead = world.lead("entering")
    done = world.convert(lead, "entering", **{target: {"create": {}} for target in TARGETS})
    assert done["state"] == "done" and sorted(world.made_of(lead)) == sorted(TARGETS)
    contact = world.get("contact", done["contact"]["id"])
    assert [each["id"] for each in contact["companies"]] == [done["company"]["id"]]


@pytest.mark.parametrize(("begins", "owner"), [("new", "starting"), ("proposal", "ana")])
def test_owner_of_the_lead_is_taken_over_where_the_stage_allows_it(
    world: World, begins: str, owner: str
) -> None:
    done = world.convert(world.lead(), "starting", deal={"create": {"stage": begins}})
    assert world.get("deal", done["deal"]["id"])["owner_id"] == str(known(owner))
