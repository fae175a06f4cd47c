"""Deals over real HTTP: pipelines, stages with their rules, and the board."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.system.people import People, make_people
from tests.system.platform import Platform


@pytest.fixture(scope="module")
def people(platform: Platform) -> People:
    """The organisation the module's tests work in."""
    return make_people(platform)


def pipeline(people: People, **values: Any) -> dict[str, Any]:
    """A new pipeline of the usual stages."""
    code = f"p{uuid4().hex[:8]}"
    return people.administrator.made("/pipelines", {"code": code, "name": "Extra", **values})


def test_deal_goes_through_a_pipeline_that_demands_things(people: People) -> None:
    made = pipeline(people)
    stages = f"/pipelines/{made['id']}/stages"
    root = people.administrator
    demand = {"required_fields": ["amount", "expected_close"]}
    assert root.patch(f"{stages}/proposal", demand).status_code == 200
    called = {"code": "called", "kind": "process", "name": "Called", "probability": 20}
    answer = root.post(stages, called)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/api/v1{stages}/called"
    deal = people.ana.made("/deals", {"title": "Big one", "pipeline_id": made["id"]})
    assert (deal["stage"], deal["probability"]) == ("new", 10)
    path = f"/deals/{deal['id']}"
    refused = people.ana.patch(path, {"stage": "proposal"}, version=deal["version"])
    assert refused.status_code == 422
    wrong = {(error["pointer"], error["code"]) for error in refused.json()["errors"]}
    assert wrong == {
        ("/amount", "required_in_stage"),
        ("/expected_close", "required_in_stage"),
    }
    filled = {"amount": {"amount": "1200", "currency": "BRL"}, "expected_close": "2031-02-03"}
    deal = people.ana.changed(path, {"stage": "proposal", **filled})
    board = people.ana.get("/deals/board", pipeline=made["id"]).json()
    shown = {column["stage"]["code"]: column for column in board["columns"]}
    assert list(shown) == [
        "new", "qualification", "proposal", "negotiation", "called", "won", "lost",
    ]  # fmt: skip
    assert shown["proposal"]["totals"] == [{"amount": "1200.00", "currency": "BRL"}]
    assert [card["id"] for card in shown["proposal"]["items"]] == [deal["id"]]
    empty = people.carla.get("/deals/board", pipeline=made["id"]).json()
    assert empty["columns"][2] == {
        **shown["proposal"], "items": [], "count": 0, "totals": [],
    }  # fmt: skip
    won = people.ana.changed(path, {"stage": "won"})
    reopened = people.ana.patch(path, {"stage": "new"}, version=won["version"])
    assert reopened.json()["errors"][0]["code"] == "reopen_not_granted"
    assert people.head.changed(path, {"stage": "new"})["closed_at"] is None
    stays = people.ana.get(f"{path}/stages").json()["items"]
    assert [stay["stage"] for stay in stays] == ["new", "proposal", "won", "new"]


def test_repeated_pipeline_stage_and_status_are_made_once(people: People) -> None:
    root, code = people.administrator, f"p{uuid4().hex[:8]}"

    def twice(path: str, body: dict[str, Any]) -> dict[str, Any]:
        key = uuid4().hex
        first, second = (root.post(path, body, key=key) for _ in range(2))
        assert first.status_code == second.status_code == 201, second.text
        assert first.json() == second.json()
        other = root.post(path, {**body, "names": {"en": "Other"}}, key=key)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
        made: dict[str, Any] = first.json()
        return made

    made = twice("/pipelines", {"code": code, "names": {"en": "Once"}})
    stage = {"code": f"s{uuid4().hex[:8]}", "names": {"en": "Once"}, "kind": "process"}
    twice(f"/pipelines/{made['id']}/stages", stage)
    twice("/leads/statuses", stage)


def test_pipeline_is_removed_with_its_deals_moved(people: People) -> None:
    made = pipeline(people)
    [sales, *_] = people.ana.get("/pipelines").json()["items"]
    deal = people.ana.made("/deals", {"title": "x", "pipeline_id": made["id"], "stage": "proposal"})
    path = f"/pipelines/{made['id']}"
    assert people.chief.delete(path).status_code == 403
    assert people.administrator.delete(path).status_code == 422
    gone = people.administrator.delete(path, replace_with=sales["id"])
    assert gone.status_code in (202, 204)
    assert people.ana.get(path).status_code == 404
    moved = people.ana.get(f"/deals/{deal['id']}").json()
    assert (moved["pipeline_id"], moved["stage"]) == (sales["id"], "proposal")
