"""The same change to many records: each has its outcome, once, and within its user's rights."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from chassis.errors import Forbidden, Invalid, Malformed, Refusal, Unavailable
from chassis.work.due import DueWorker
from chassis.work.marks import jobs_of
from tests.leads.house import House, known

UNKNOWN = "0197a000-0000-7000-8000-000000000000"


def begun(house: House, who: str, key: str | None = None, **wish: Any) -> str:
    context = house.as_(who, key=key)
    return str(house.service.change_many(context, "lead", wish)["job"])


def ended(house: House, who: str, job: str) -> dict[str, Any]:
    found = house.service.job(house.as_(who), job)
    assert found["state"] == "done"
    result: dict[str, Any] = found["result"]
    assert len(result["outcomes"]) == found["total"] == sum(
        result[name] for name in ("done", "refused", "left")
    )  # fmt: skip
    return result


def done(house: House, who: str, **wish: Any) -> dict[str, Any]:
    job = begun(house, who, **wish)
    house.work()
    return ended(house, who, job)


def ids_of(*leads: dict[str, Any]) -> list[str]:
    return [lead["id"] for lead in leads]


def outcomes(result: dict[str, Any]) -> dict[str, Any]:
    return {one["id"]: one.get("code", one["outcome"]) for one in result["outcomes"]}


def test_each_record_is_changed_and_each_outcome_told(house: House) -> None:
    leads = [house.create("ana") for _ in range(3)]
    result = done(house, "ana", ids=ids_of(*leads), action="update",
                  changes={"position": "Buyer", "status": "in_progress"})  # fmt: skip
    assert (result["done"], result["refused"], result["left"]) == (3, 0, 0)
    for lead in leads:
        after = house.get("ana", lead)
        assert (after["position"], after["status"], after["version"]) == ("Buyer", "in_progress", 2)


def test_refused_ones_are_told_with_the_rule_and_stand_in_nobodys_way(house: House) -> None:
    first, last = house.create("ana"), house.create("ana")
    closed = house.seeded("converted")
    result = done(house, "chief", ids=ids_of(first, closed, last), action="update",
                  changes={"status": "junk"})  # fmt: skip
    assert result["refused"] == 3
    assert all(one["status"] in (409, 422) and one["code"] for one in result["outcomes"])
    result = done(house, "chief", ids=ids_of(first, closed, last), action="update",
                  changes={"status": "junk", "reason": "No budget"})  # fmt: skip
    assert outcomes(result)[first["id"]] == outcomes(result)[last["id"]] == "done"
    assert outcomes(result)[closed["id"]] != "done"


def test_records_of_others_look_like_absent_ones(house: House) -> None:
    foreign = house.create("carla")
    for wish in ({"action": "delete"}, {"action": "restore"},
                 {"action": "update", "changes": {"position": "x"}}):  # fmt: skip
        result = done(house, "ana", ids=[foreign["id"], UNKNOWN], **wish)
        told = [{k: v for k, v in one.items() if k != "id"} for one in result["outcomes"]]
        assert told[0] == told[1]
        assert told[0]["status"] == 404
    assert house.get("carla", foreign)["version"] == 1


def test_what_may_only_be_read_is_refused_one_by_one(house: House) -> None:
    lead = house.create("ana")
    with pytest.raises(Forbidden):
        begun(house, "rita", ids=ids_of(lead), action="delete")
    with pytest.raises(Forbidden):
        begun(house, "nobody", ids=ids_of(lead), action="update", changes={"position": "x"})


@pytest.mark.parametrize("wish", [
    {}, {"ids": [UNKNOWN]}, {"ids": [UNKNOWN], "action": "purge"},
    {"ids": "x", "action": "delete"}, {"ids": ["x"], "action": "delete"},
    {"ids": [[]], "action": "delete"}, {"ids": [UNKNOWN], "filter": {}, "action": "delete"},
    {"action": "delete"}, {"filter": [], "action": "delete"},
    {"filter": {"nothing": 1}, "action": "delete"},
    {"ids": [UNKNOWN], "action": "delete", "changes": {"title": "x"}},
    {"ids": [UNKNOWN], "action": "update", "changes": []},
    {"ids": [UNKNOWN], "action": "update", "changes": {"version": 3}},
    {"ids": [UNKNOWN], "action": "update", "changes": {"nothing": 3}},
    {"ids": [UNKNOWN], "action": "update", "changes": {"title": 3}},
    {"ids": [UNKNOWN], "action": ["update"], "changes": {"title": "x"}},
    {"ids": [UNKNOWN], "action": "delete", "further": 1},
])  # fmt: skip
def test_wish_of_no_sense_is_malformed(house: House, wish: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        begun(house, "ana", **wish)


@pytest.mark.parametrize("wish", [
    {"ids": [], "action": "delete"},
    {"ids": [str(uuid4()) for _ in range(501)], "action": "delete"},
    {"ids": [UNKNOWN], "action": "update"},
    {"ids": [UNKNOWN], "action": "update", "changes": {}},
])  # fmt: skip
def test_nothing_and_too_many_break_a_rule(house: House, wish: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        begun(house, "ana", **wish)


def test_hidden_field_looks_like_an_unknown_one(house: House) -> None:
    lead = house.create("dora")
    told = []
    for name in ("amount", "margin"):
        for wish in (
            {"ids": ids_of(lead), "action": "update", "changes": {name: None}},
            {"filter": {name: {"empty": True}}, "action": "delete"},
        ):
            with pytest.raises(Malformed) as caught:
                begun(house, "dora", **wish)
            told.append(str(caught.value.as_wire()).replace(name, "NAME"))
    assert told[:2] == told[2:]
    with pytest.raises(Forbidden) as refused:
        begun(house, "dora", ids=ids_of(lead), action="update", changes={"comments": "x"})
    assert [fault.pointer for fault in refused.value.faults] == ["/changes/comments"]


def test_filter_means_what_it_finds_for_this_user_and_no_more_than_may_be(house: House) -> None:
    own, foreign = house.create("ana", source="web"), house.create("carla", source="web")
    result = done(house, "ana", filter={"source": "web"}, action="update",
                  changes={"source": "fair"})  # fmt: skip
    assert outcomes(result) == {own["id"]: "done"}
    assert house.get("carla", foreign)["source"] == "web"
    many = [{"title": str(number), "source": "many"} for number in range(501)]
    house.service.records("lead").create_many(house.as_("chief"), many)
    with pytest.raises(Invalid) as caught:
        begun(house, "chief", filter={"source": "many"}, action="delete")
    assert [(f.pointer, f.code) for f in caught.value.faults] == [("/filter", "too_many")]


def test_deleted_ones_come_back_together(house: House) -> None:
    leads = [house.create("ana") for _ in range(3)]
    assert done(house, "ana", ids=ids_of(*leads), action="delete")["done"] == 3
    again = done(house, "ana", ids=ids_of(*leads), action="delete")
    assert set(outcomes(again).values()) == {"not_found"}
    assert done(house, "ana", filter={}, action="restore")["done"] == 3
    assert house.get("ana", leads[0])["version"] == 3


def test_key_begins_one_job_and_serves_no_other_wish(house: House) -> None:
    lead = house.create("ana")
    wish: dict[str, Any] = {"ids": ids_of(lead), "action": "delete"}
    first = begun(house, "ana", "a-key", **wish)
    house.work()
    assert begun(house, "ana", "a-key", **wish) == first
    with pytest.raises(Invalid):
        begun(house, "ana", "a-key", **{**wish, "action": "restore"})


def test_what_was_done_is_not_done_again_by_whoever_takes_over(house: House) -> None:
    leads = [house.create("ana", position="x") for _ in range(30)]
    job = begun(house, "ana", ids=ids_of(*leads), action="update", changes={"position": "y"})
    worker = DueWorker(house.database, jobs_of(house.service))
    records, calls = house.service.records("lead"), 0
    update = records.update

    def dying(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 25:
            raise Unavailable("The database was lost.", code="database_lost")
        return update(*given)

    records.update = dying  # type: ignore[method-assign]
    assert worker.do_one()
    with house.database.transaction() as connection:
        connection.execute(text("UPDATE due_work SET due_at = now()"))
    assert worker.do_one()
    assert ended(house, "ana", job)["done"] == 30
    assert {house.get("ana", lead)["version"] for lead in leads} == {2}
    assert calls == 30 + 5  # from the last progress noted, with the keys of the first time


def test_rights_that_were_taken_away_end_the_work(house: House) -> None:
    lead = house.create("ana")
    job = begun(house, "ana", ids=ids_of(lead), action="delete")
    fewer = replace(house.organisation, roles={})
    house.service.parts.holder.current = fewer  # type: ignore[misc]
    house.work()
    [outcome] = ended(house, "ana", job)["outcomes"]
    assert outcome["status"] == 403


def test_job_is_its_users_alone_and_what_it_wrote_is_kept_nowhere_else(house: House) -> None:
    lead = house.create("ana")
    job = begun(house, "ana", ids=ids_of(lead), action="update", changes={"comments": "Zeppelin"})
    house.work()
    with pytest.raises(Refusal):
        house.service.job(house.as_("bruno"), job)
    with house.database.reading() as connection:
        rows = connection.execute(text("SELECT due_work::text FROM due_work")).scalars().all()
    assert rows
    assert not any("Zeppelin" in row for row in rows)


def test_new_owner_has_to_be_within_reach(house: House) -> None:
    lead = house.create("head")
    result = done(house, "head", ids=ids_of(lead), action="update",
                  changes={"owner_id": str(known("carla"))})  # fmt: skip
    assert result["refused"] == 1
    result = done(house, "head", ids=ids_of(lead), action="update",
                  changes={"owner_id": str(known("bruno"))})  # fmt: skip
    assert result["done"] == 1
