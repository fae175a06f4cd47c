"""Tasks over real HTTP: who is given one, who sees it, what finishing it tells."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.system.client import Client
from tests.system.people import People, make_people
from tests.system.platform import Platform
from tests.system.test_activities import eventually, timeline


@pytest.fixture(scope="module")
def people(platform: Platform) -> People:
    """The organisation the module's tests work in."""
    return make_people(platform)


def link(record: dict[str, Any]) -> dict[str, Any]:
    """A link to a record."""
    return {"type": record["type"], "id": record["id"]}


def task(*about: dict[str, Any], **values: Any) -> dict[str, Any]:
    """The body of a task about records."""
    links = [link(record) for record in about]
    return {"title": f"Task {uuid4().hex}", "links": links, **values}


def listed(client: Client, **query: Any) -> list[str]:
    """The ids of the tasks that a list shows; `filter` as an object."""
    if "filter" in query:
        query["filter"] = json.dumps(query["filter"])
    answer = client.get("/tasks", limit=500, **query)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def test_observer_sees_the_task_and_not_the_record_that_they_may_not_read(people: People) -> None:
    lead = people.ana.made("/leads", {"title": uuid4().hex})
    observers = {"observer_ids": [people.carla.user["id"]]}
    made = people.head.made("/tasks", task(lead, owner_id=people.ana.user["id"], **observers))
    path = f"/tasks/{made['id']}"
    assert made["links"] == people.ana.get(path).json()["links"] == [link(lead)]
    seen = people.carla.get(path)
    assert (seen.status_code, seen.json()["links"]) == (200, [])
    assert people.carla.get(f"/leads/{lead['id']}").status_code == 404
    assert made["id"] in listed(people.carla) and made["id"] in listed(people.ana)
    assert listed(people.carla, filter={"links": lead["id"]}) == []
    assert listed(people.ana, filter={"links": lead["id"]}) == [made["id"]]
    assert lead["id"] not in people.carla.get(f"{path}/history").text
    refused = people.carla.patch(path, {"title": "Mine"}, version=made["version"])
    assert refused.status_code == 403


def test_reader_of_the_record_sees_that_the_task_is_finished_and_not_the_task(
    people: People,
) -> None:
    lead = people.ana.made(
        "/leads", {"title": uuid4().hex, "observer_ids": [people.bruno.user["id"]]}
    )
    made = people.ana.made("/tasks", task(lead, description="Between us."))
    path = f"/tasks/{made['id']}"
    assert people.bruno.get(f"/leads/{lead['id']}").status_code == 200
    assert people.bruno.get(path).status_code == 404
    assert made["id"] not in listed(people.bruno)
    done = people.ana.changed(path, {"done": True})
    # The note is there with the answer. Only who may read the lead is learned from its event.
    story = eventually(lambda: timeline(people.bruno, lead, "leads"))
    [note] = [item for item in story if item["subject"] == "task.finished"]
    assert (note["body"], note["occurred_at"]) == (made["title"], done["done_at"])
    people.ana.changed(path, {"done": False})
    people.ana.changed(path, {"done": True})
    story = timeline(people.bruno, lead, "leads")
    assert [item["subject"] for item in story].count("task.finished") == 2
    assert "Between us." not in json.dumps(story)


def test_task_cannot_name_what_one_does_not_read_nor_be_given_beyond_ones_reach(
    people: People,
) -> None:
    foreign = people.carla.made("/leads", {"title": uuid4().hex})
    refusals = [
        people.ana.post("/tasks", task(record))
        for record in (foreign, {"type": "lead", "id": str(uuid4())})
    ]
    assert [refused.status_code for refused in refusals] == [422, 422]
    assert refusals[0].json()["errors"] == refusals[1].json()["errors"]
    given = people.ana.post("/tasks", task(owner_id=people.carla.user["id"]))
    assert (given.status_code, given.json()["code"]) == (403, "owner_out_of_reach")


def test_views_of_ones_own_tasks(people: People) -> None:
    now = datetime.now(UTC)
    late = people.bruno.made("/tasks", task(deadline=(now - timedelta(days=2)).isoformat()))
    soon = people.bruno.made("/tasks", task(deadline=(now + timedelta(days=3)).isoformat()))
    whenever = people.bruno.made("/tasks", task())
    finished = people.bruno.made("/tasks", task(done=True, deadline=now.isoformat()))
    mine = {"owner_id": "@me", "done": False, "cancelled": False}
    assert listed(people.bruno, filter=mine) == [late["id"], soon["id"], whenever["id"]]
    assert listed(people.bruno, filter={**mine, "deadline": {"lt": "@now"}}) == [late["id"]]
    assert listed(people.bruno, filter={**mine, "deadline": {"gt": "@today"}}) == [soon["id"]]
    assert finished["id"] in listed(people.bruno, filter={"deadline": "@today"})
    unknown = people.bruno.get("/tasks", filter=json.dumps({"deadline": "@tomorrow"}))
    assert unknown.status_code == 400
