"""What stages demand of deals, and of the people who move them."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from chassis.errors import Invalid, Malformed
from chassis.stages.tables import STAGE_HISTORY
from services.deals.models import Deal
from tests.deals.house import House, event
from tests.leads.house import known


def faults(refused: Any) -> list[tuple[str, str]]:
    """Where and why something was refused."""
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


def link(deal: dict[str, Any]) -> dict[str, Any]:
    """A link to the deal as activities tell of it."""
    return {"type": "deal", "id": deal["id"]}


def test_stage_says_which_fields_it_needs(house: House) -> None:
    house.demand("proposal", required_fields=["amount", "expected_close", "amount"])
    deal = house.create("ana")
    with pytest.raises(Invalid) as refused:
        house.update("ana", deal, stage="proposal", amount={"amount": "10"})
    assert faults(refused) == [("/expected_close", "required_in_stage")]
    with pytest.raises(Invalid) as refused:
        house.create("ana", stage="proposal")
    assert {pointer for pointer, _ in faults(refused)} == {"/amount", "/expected_close"}
    deal = house.update("ana", deal, amount={"amount": "10"})
    deal = house.update("ana", deal, stage="proposal", expected_close="2030-01-31")
    with pytest.raises(Invalid) as refused:
        house.update("ana", deal, amount=None)
    assert faults(refused) == [("/amount", "required_in_stage")]
    deal = house.update("ana", deal, stage="new", amount=None)
    assert deal["amount"] is None


def test_later_demand_leaves_alone_who_stands_there_already(house: House) -> None:
    deal = house.create("ana", stage="proposal")
    house.demand("proposal", required_fields=["amount"])
    deal = house.update("ana", deal, title="Another")
    assert deal["title"] == "Another"


def test_field_that_one_cannot_see_is_not_named(house: House) -> None:
    house.demand("proposal", required_fields=["amount"])
    with pytest.raises(Invalid) as refused:
        house.update("dora", house.create("dora"), stage="proposal")
    assert faults(refused) == [("/stage", "required_in_stage")]
    [sales] = house.service.pipelines(house.as_("dora"), "deal")["items"]
    assert all(stage["required_fields"] == [] for stage in sales["stages"])


@pytest.mark.parametrize("names", [["colour"], ["id"], ["stage"], ["owner_id"], ["number"]])
def test_only_what_people_fill_in_can_be_demanded(house: House, names: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        house.demand("proposal", required_fields=names)
    assert faults(refused) == [("/required_fields/0", "unknown_field")]


def test_demands_of_another_shape_are_malformed(house: House) -> None:
    for values in ({"required_fields": [1]}, {"required_fields": "x"}, {"required_activity": 1}):
        with pytest.raises(Malformed):
            house.demand("proposal", **values)
    with pytest.raises(Invalid):
        house.demand("proposal", required_activity="system")


def test_stage_demands_an_activity_that_was_done(house: House) -> None:
    shown = house.demand("proposal", required_activity="call")
    assert shown["required_activity"] == "call"
    deal, activity = house.create("ana"), uuid4()

    def told(version: int, **record: Any) -> None:
        said = {"kind": "call", "done": True, "links": [link(deal)], **record}
        with house.database.transaction() as connection:
            house.service.on_activity(connection, [event("activity", activity, version, **said)])

    def refused() -> list[tuple[str, str]]:
        with pytest.raises(Invalid) as refusal:
            house.update("ana", deal, stage="proposal")
        return faults(refusal)

    needed = [("/stage", "activity_required")]
    assert refused() == needed
    told(1, done=False)
    assert refused() == needed
    told(2, kind="email")
    assert refused() == needed
    told(3)
    told(2, done=False)
    told(4, links=[])
    assert refused() == needed
    told(5)
    assert house.update("ana", deal, stage="proposal")["stage"] == "proposal"
    with pytest.raises(Invalid) as refusal:
        house.create("ana", stage="proposal")
    assert faults(refusal) == needed
    assert house.demand("proposal", required_activity=None)["required_activity"] is None
    house.create("ana", stage="proposal")


def test_failure_needs_a_reason_which_reopening_takes_back(house: House) -> None:
    deal = house.create("chief")
    with pytest.raises(Invalid) as refused:
        house.update("chief", deal, stage="lost")
    assert faults(refused) == [("/reason", "required")]
    lost = house.update("chief", deal, stage="lost", reason="Too dear")
    assert lost["closed_at"] and lost["probability"] == 0
    again = house.update("chief", lost, stage="negotiation")
    assert (again["reason"], again["closed_at"], again["probability"]) == (None, None, 75)


def test_only_some_roles_reopen_what_is_closed(house: House) -> None:
    deal = house.create("ana")
    for code, reason in (("won", None), ("lost", "No budget")):
        closed = house.update("head", deal, stage=code, reason=reason)
        with pytest.raises(Invalid) as refused:
            house.update("ana", closed, stage="new")
        assert faults(refused) == [("/stage", "reopen_not_granted")]
        deal = house.update("head", closed, stage="new")
    other = house.pipeline("twin")["id"]
    won = house.update("ana", deal, stage="won")
    assert house.update("ana", won, pipeline_id=other)["stage"] == "won"


def test_roles_say_which_stage_may_follow(house: House) -> None:
    deal = house.create("boris")
    for code in ("proposal", "won"):
        with pytest.raises(Invalid) as refused:
            house.update("boris", deal, stage=code)
        assert faults(refused) == [("/stage", "transition_not_allowed")]
    other = house.pipeline("twin")["id"]
    with pytest.raises(Invalid):
        house.update("boris", deal, pipeline_id=other)
    deal = house.update("boris", deal, stage="qualification")
    with pytest.raises(Invalid):
        house.update("boris", deal, stage="new")
    assert house.update("boris", deal, title="x", stage="qualification")["title"] == "x"
    assert house.update("chief", deal | {"version": 3}, stage="won")["stage"] == "won"


def test_probability_is_the_stages_unless_the_deal_has_its_own(house: House) -> None:
    deal = house.create("ana")
    assert deal["probability"] == 10
    deal = house.update("ana", deal, stage="proposal")
    assert deal["probability"] == 50
    deal = house.update("ana", deal, probability=65)
    deal = house.update("ana", deal, stage="negotiation")
    assert deal["probability"] == 65
    deal = house.update("ana", deal, probability=None)
    assert deal["probability"] == 75
    deal = house.update("ana", deal, probability=0)
    won = house.update("chief", deal, stage="won")
    assert won["probability"] == 100
    assert house.update("chief", won, stage="new")["probability"] == 10
    with pytest.raises(Invalid):
        house.create("ana", probability=101)
    assert "own_probability" not in won


def row(house: House, deal: dict[str, Any]) -> Any:
    """The row of the deal."""
    table = Deal.entity.table
    with house.database.reading() as connection:
        return connection.execute(select(table).where(table.c.id == UUID(deal["id"]))).one()


def test_rate_of_the_amount_is_frozen_when_the_deal_closes(house: House) -> None:
    deal = house.create("chief", amount={"amount": "100", "currency": "USD"})
    assert str(row(house, deal).amount_base) == "510.00"
    house.rates(USD="6")
    won = house.update("chief", deal, stage="won")
    assert str(row(house, won).amount_base) == "600.00"
    house.rates(USD="7", EUR="8")
    won = house.update("chief", won, amount={"amount": "200", "currency": "USD"})
    assert str(row(house, won).amount_base) == "1200.00"
    won = house.update("chief", won, amount={"amount": "10", "currency": "EUR"})
    assert str(row(house, won).amount_base) == "80.00"
    house.rates(EUR="9")
    deal = house.update("chief", won, stage="new")
    assert str(row(house, deal).amount_base) == "90.00"


def test_every_stay_is_told_with_its_time(house: House) -> None:
    deal = house.create("ana")
    deal = house.update("ana", deal, stage="proposal")
    lost = house.update("ana", deal, stage="lost", reason="Too dear")
    shown = house.service.stays(house.as_("ana"), "deal", lost["id"])["items"]
    assert [stay["stage"] for stay in shown] == ["new", "proposal", "lost"]
    assert [stay["reason"] for stay in shown] == [None, None, "Too dear"]
    assert [stay["left_at"] is None for stay in shown] == [False, False, True]
    assert all(stay["seconds"] >= 0 for stay in shown)
    assert {stay["actor"]["id"] for stay in shown} == {str(known("ana"))}
    with house.database.reading() as connection:
        assert len(connection.execute(select(STAGE_HISTORY)).all()) == 3


def test_stage_says_for_how_many_days_a_deal_should_stand_in_it(house: House) -> None:
    assert house.demand("proposal", maximum_days=14)["maximum_days"] == 14
    assert house.demand("proposal", probability=40)["maximum_days"] == 14
    assert house.demand("proposal", maximum_days=None)["maximum_days"] is None
    with pytest.raises(Invalid) as refused:
        house.demand("proposal", maximum_days=3_651)
    assert faults(refused) == [("/maximum_days", "out_of_range")]
    with pytest.raises(Malformed):
        house.demand("proposal", maximum_days="14")
