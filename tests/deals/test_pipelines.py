"""Keeping pipelines, and moving deals between them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from chassis.errors import Conflict, Forbidden, Invalid, NotFound
from tests.deals.house import SALES, House


def pointers(refused: Any) -> list[str]:
    """Where the faults of a refusal point."""
    return [fault.pointer for fault in refused.value.faults]


def pipelines(house: House, who: str = "root") -> list[dict[str, Any]]:
    """The pipelines in their order."""
    items: list[dict[str, Any]] = house.service.pipelines(house.as_(who), "deal")["items"]
    return items


SHORT = [
    {"code": "open", "kind": "process", "names": {"en": "Open"}, "probability": 30},
    {"code": "late", "kind": "process", "names": {"en": "Late"}, "probability": 60},
    {"code": "done", "kind": "success", "names": {"en": "Done"}},
    {"code": "gone", "kind": "failure", "names": {"en": "Gone"}},
]


def test_first_pipeline_is_there_with_its_stages(house: House) -> None:
    [sales] = pipelines(house, "ana")
    assert (sales["id"], sales["code"], sales["name"]) == (str(SALES), "sales", "Sales")
    codes = [stage["code"] for stage in sales["stages"]]
    assert codes == ["new", "qualification", "proposal", "negotiation", "won", "lost"]
    assert [stage["probability"] for stage in sales["stages"]] == [10, 25, 50, 75, 100, 0]
    assert "names" not in sales and "names" in pipelines(house)[0]


def test_deal_starts_in_the_first_stage_of_the_first_pipeline(house: House) -> None:
    deal = house.create("ana")
    assert (deal["pipeline_id"], deal["stage"]) == (str(SALES), "new")
    other = house.pipeline("service", stages=SHORT)
    deal = house.create("ana", pipeline_id=other["id"])
    assert (deal["pipeline_id"], deal["stage"], deal["probability"]) == (other["id"], "open", 30)
    with pytest.raises(Invalid) as refused:
        house.create("ana", pipeline_id=other["id"], stage="proposal")
    assert pointers(refused) == ["/stage"]
    with pytest.raises(Invalid) as refused:
        house.create("ana", pipeline_id=str(uuid4()))
    assert pointers(refused) == ["/pipeline_id"]


def test_new_pipeline_has_the_usual_stages_unless_it_names_its_own(house: House) -> None:
    made = house.pipeline("service")
    assert [s["code"] for s in made["stages"]] == [s["code"] for s in pipelines(house)[0]["stages"]]
    assert {s["id"] for s in made["stages"]}.isdisjoint(
        s["id"] for s in pipelines(house)[0]["stages"]
    )
    made = house.pipeline("short", stages=SHORT, position=0)
    assert [stage["code"] for stage in made["stages"]] == ["open", "late", "done", "gone"]
    assert [p["code"] for p in pipelines(house)] == ["short", "sales", "service"]
    assert house.create("ana")["stage"] == "open"


@pytest.mark.parametrize(
    ("stages", "pointer"),
    [
        (SHORT[:2], "/stages"),
        (SHORT[:3], "/stages"),
        ([*SHORT, SHORT[2]], "/stages"),
        ([*SHORT, {**SHORT[0], "code": "again"}], "/stages"),
        ([SHORT[0], *SHORT], "/stages/1/code"),
        ([{**SHORT[0], "code": "É"}, *SHORT], "/stages/0/code"),
        ([{**SHORT[0], "required_fields": ["colour"]}, *SHORT[1:]], "/stages/0/required_fields/0"),
    ],
)
def test_pipeline_needs_a_way_from_start_to_end(house: House, stages: Any, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        house.pipeline("short", stages=stages)
    assert pointer in pointers(refused)
    assert len(pipelines(house)) == 1


def test_pipelines_are_kept_by_holders_of_the_setting_alone(house: House) -> None:
    chief, sales = house.as_("chief"), str(SALES)
    with pytest.raises(Forbidden):
        house.service.create_pipeline(chief, "deal", {})
    with pytest.raises(Forbidden):
        house.service.update_pipeline(chief, "deal", sales, {})
    with pytest.raises(Forbidden):
        house.service.delete_pipeline(chief, "deal", sales)
    with pytest.raises(Forbidden):
        house.service.create_stage(chief, "deal", {}, pipeline=sales)


def test_pipeline_is_renamed_and_moved_and_its_code_stays_free_of_twins(house: House) -> None:
    house.pipeline("service")
    root = house.as_("root")
    changed = house.service.update_pipeline(
        root, "deal", str(SALES), {"name": "New business", "position": 1}
    )
    assert changed["name"] == "New business" and changed["version"] == 2
    assert [p["code"] for p in pipelines(house)] == ["service", "sales"]
    with pytest.raises(Conflict):
        house.pipeline("sales")
    with pytest.raises(NotFound):
        house.service.update_pipeline(root, "deal", str(uuid4()), {})


def test_stages_of_two_pipelines_do_not_meet(house: House) -> None:
    other = house.pipeline("service")["id"]
    root = house.as_("root")
    body = {"code": "called", "kind": "process", "names": {"en": "Called"}}
    made = house.service.create_stage(root, "deal", body, pipeline=other)
    assert made["position"] == 4 and made["pipeline_id"] == other
    house.service.delete_stage(root, "deal", "new", pipeline=other)
    deal = house.create("ana", stage="new")
    assert house.create("ana", pipeline_id=other)["stage"] == "qualification"
    with pytest.raises(Invalid):
        house.update("ana", deal, stage="called")
    with pytest.raises(NotFound):
        house.service.delete_stage(root, "deal", "called", pipeline=str(SALES))
    with pytest.raises(NotFound):
        house.service.create_stage(root, "deal", {**body, "code": "x"})


def test_used_stage_is_replaced_within_its_pipeline(house: House) -> None:
    deal = house.create("ana", stage="proposal", probability=None)
    root = house.as_("root")
    with pytest.raises(Invalid) as refused:
        house.service.delete_stage(root, "deal", "proposal", pipeline=str(SALES))
    assert pointers(refused) == ["/replace_with"]
    house.service.delete_stage(root, "deal", "proposal", "negotiation", pipeline=str(SALES))
    house.work()
    moved = house.get("ana", deal)
    assert (moved["stage"], moved["probability"]) == ("negotiation", 75)


def test_deal_that_changes_its_pipeline_takes_the_stage_that_stands_for_its_own(
    house: House,
) -> None:
    short = house.pipeline("short", stages=SHORT)["id"]
    twin = house.pipeline("twin")["id"]
    deal = house.create("ana", stage="proposal")
    deal = house.update("ana", deal, pipeline_id=twin)
    assert (deal["stage"], deal["pipeline_id"]) == ("proposal", twin)
    deal = house.update("ana", deal, pipeline_id=short)
    assert (deal["stage"], deal["probability"]) == ("late", 60)
    deal = house.update("ana", deal, pipeline_id=twin, stage="new")
    assert (deal["stage"], deal["probability"]) == ("new", 10)
    lost = house.update("ana", deal, stage="lost", reason="No budget")
    lost = house.update("ana", lost, pipeline_id=short)
    assert (lost["stage"], lost["reason"]) == ("gone", "No budget")
    with pytest.raises(Invalid) as refused:
        house.update("ana", lost, pipeline_id=None)
    assert pointers(refused) == ["/pipeline_id"]


def test_used_pipeline_is_removed_once_its_deals_have_another(house: House) -> None:
    short = house.pipeline("short", stages=SHORT)["id"]
    deals = [house.create("ana", pipeline_id=short, stage=code) for code in ("open", "late")]
    won = house.create("ana", pipeline_id=short, stage="done")
    root = house.as_("root")
    with pytest.raises(Invalid) as refused:
        house.service.delete_pipeline(root, "deal", short)
    assert pointers(refused) == ["/replace_with"]
    for wrong in (short, str(uuid4()), "sales"):
        with pytest.raises(Invalid) as refused:
            house.service.delete_pipeline(root, "deal", short, wrong)
        assert pointers(refused) == ["/replace_with"]
    house.service.delete_pipeline(root, "deal", short, str(SALES))
    house.work()
    stages = [house.get("ana", deal)["stage"] for deal in (*deals, won)]
    assert stages == ["qualification", "proposal", "won"]
    assert house.get("ana", won)["pipeline_id"] == str(SALES)
    assert len(pipelines(house)) == 1
    with pytest.raises(Invalid):
        house.create("ana", pipeline_id=short)
    with pytest.raises(Invalid):
        house.service.delete_pipeline(root, "deal", str(SALES))
