"""Made-up activities and tasks."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from chassis.database.metadata import chassis_metadata
from chassis.records.entity import Base
from chassis.seeding import work_words
from chassis.seeding.making_up import identifier
from gateway.pages.morning import panels
from services.activities.seeding import seed_activities, seed_tasks
from tests.activities.house import LINKED, House
from tests.leads.house import known

PEOPLE = ("ana", "bruno", "carla")
NOW = datetime.now(UTC)
TITLES = {"lead": "Demo: Lee Foods Inc.", "contact": "Inês Marques", "company": "Lima Ltda",
          "deal": "Orçamento: Padaria Souza Ltda"}  # fmt: skip
ORDERED: dict[str, Any] = {"limit": 500, "sort": "number"}


def know_records(house: House) -> None:
    """Records of three sellers' from two years, the same ones in every house."""
    chance = random.Random(1)
    for number in range(60):
        entity, owner = LINKED[number % 4], PEOPLE[number % 3]
        made = identifier(NOW - timedelta(days=10 * number + 1), chance)
        house.know(entity, owner, id=made, title=TITLES[entity], name=TITLES[entity])


def seeded(house: House, until: datetime = NOW) -> list[list[dict[str, Any]]]:
    """Activities and tasks after seeding."""
    know_records(house)
    seed_activities(house.service.parts, 180, until=until)
    seed_tasks(house.service.parts, 60, until=until)
    notes = {"kind": {"ne": "system"}}
    return [
        house.seen("root", "activity", filter=notes, **ORDERED),
        house.seen("root", "task", **ORDERED),
    ]


def times(house: House) -> dict[UUID, tuple[Any, Any]]:
    """What the owner of each record was told last."""
    query = text("""
        SELECT DISTINCT ON (record_id) record_id, record ->> 'next_activity_at' AS soonest,
               record ->> 'last_activity_at' AS latest
        FROM journal WHERE entity = 'activity_times' ORDER BY record_id, seq DESC
    """)
    with house.database.reading() as connection:
        return {row.record_id: (row.soonest, row.latest) for row in connection.execute(query)}


def test_same_seed_makes_the_same_and_more_of_it_others(house: House, make_database: Any) -> None:
    first = seeded(house)
    other = House(make_database(chassis_metadata, Base.metadata, service="activities"))
    assert first == seeded(other)
    seed_activities(house.service.parts, 10, until=NOW)
    found = house.seen("root", filter={"kind": {"ne": "system"}}, **ORDERED)
    assert len({each["id"] for each in found}) == 190


def test_whoever_looks_after_a_record_works_on_it_once_it_is_there(house: House) -> None:
    activities, tasks = seeded(house)
    for each in (*activities, *tasks):
        [link] = each["links"] or [None]
        if link is not None:
            facts = house.owners.facts[link["type"], UUID(link["id"])]
            assert facts["owner_id"] == each["owner_id"]
            assert UUID(link["id"]).int >> 80 <= UUID(each["id"]).int >> 80
    assert sum(bool(each["links"]) for each in activities) > 150
    assert {each["kind"] for each in activities} >= {"call", "email", "meeting", "note", "message"}
    said = {each["subject"] for each in activities if each["done"]}
    assert not said.isdisjoint(work_words.SUBJECTS["US"]["call"])
    assert not said.isdisjoint(work_words.SUBJECTS["BR"]["call"])
    assert any(each["created_by"] != each["owner_id"] for each in tasks)
    assert any(each["checklist"] for each in tasks)


def test_times_of_records_are_told_as_of_activities_made_one_by_one(house: House) -> None:
    activities, _ = seeded(house)
    expected: dict[UUID, tuple[Any, Any]] = {}
    for each in activities:
        for link in each["links"]:
            soonest, latest = expected.get(UUID(link["id"]), (None, None))
            if each["done"]:
                latest = max(latest or "", each["occurred_at"])
            elif not each["cancelled"]:
                soonest = min(soonest or "9", each["starts_at"])
            expected[UUID(link["id"])] = (soonest, latest)
    assert times(house) == {key: said for key, said in expected.items() if said != (None, None)}


def test_every_seller_has_a_day_with_something_to_do(house: House) -> None:
    seeded(house)
    home = {
        panel.name: panel for panel in panels(date.today()) if panel.name in ("tasks", "planned")
    }
    for who in PEOPLE:
        for panel in home.values():
            for part in panel.parts:
                assert house.seen(who, panel.entity, filter=part.filter), (who, part.heading)
        recent = {"done": True, "kind": {"ne": "system"}, "occurred_at": {"within_last": 30}}
        assert len(house.seen(who, filter=recent)) > 2
        assert house.seen(who, filter={"done": False, "occurred_at": {"gt": "@today"}})


def test_sellers_see_what_is_theirs_alone(house: House) -> None:
    seeded(house)
    for who in PEOPLE:
        me = str(known(who))
        for each in house.seen(who, limit=500):
            noted = each["kind"] == "system" and each["links"]
            assert noted or me in (each["owner_id"], *each["participant_ids"])
        for each in house.seen(who, "task", limit=500):
            assert me in (each["owner_id"], each["created_by"], *each["participant_ids"])


def test_finished_tasks_are_noted_and_open_ones_have_timers(house: House) -> None:
    _, tasks = seeded(house)
    done = next(each for each in tasks if each["done"] and each["links"])
    [link] = done["links"]
    story = house.timeline("root", link["type"], UUID(link["id"]), limit=500)["items"]
    [note] = [each for each in story if each["data"].get("task_id") == done["id"]]
    assert (note["body"], note["occurred_at"]) == (done["title"], done["done_at"])
    ahead = [each for each in tasks if not each["done"] and (each["deadline"] or "") > _now()]
    with house.database.reading() as connection:
        query = text("SELECT key FROM due_work WHERE key LIKE 'task % 0'")
        keys = set(connection.execute(query).scalars())
    assert keys == {f"task {each['id']} 0" for each in ahead} != set()


def test_made_up_work_can_be_worked_with(house: House) -> None:
    activities, tasks = seeded(house)
    mine = [each for each in activities if each["owner_id"] == str(known("ana"))]
    planned = next(each for each in mine if not each["done"] and not each["cancelled"])
    assert house.change("ana", planned, done=True)["done_at"]
    task = next(each for each in tasks if not each["done"] and each["checklist"])
    assert house.change("root", task, done=True)["version"] == 2
    history = house.service.history(house.as_("root"), "activity", planned["id"])["items"]
    assert history[-1]["changes"]["kind"] == [None, planned["kind"]]


def test_nobody_looks_after_anything_and_plans_are_made_nevertheless(house: House) -> None:
    assert seed_activities(house.service.parts, 12) == 12
    assert seed_tasks(house.service.parts, 12) == 12
    assert not any(each["links"] for each in house.seen("root", limit=500))


def _now() -> str:
    return datetime.now(UTC).isoformat()
