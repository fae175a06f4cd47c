"""Tasks and notifications over real HTTP: who is given one, who sees it, who is told what."""

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


def told(client: Client, record: dict[str, Any]) -> list[dict[str, Any]]:
    """What somebody was told of a record that they may read, newest first."""
    answer = client.get("/notifications", limit=500)
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    return [item for item in items if item["record"]["id"] == record["id"]]


def kinds(client: Client, record: dict[str, Any]) -> list[str]:
    """The kinds of what somebody was told of a record."""
    return [item["kind"] for item in told(client, record)]


def later(**time: float) -> str:
    """A time from now on."""
    return (datetime.now(UTC) + timedelta(**time)).isoformat()


def test_reminder_and_deadline_tell_those_who_do_the_task_where_they_were_moved_to(
    people: People,
) -> None:
    doers = {"owner_id": people.ana.user["id"], "participant_ids": [people.carla.user["id"]]}
    reminded = people.head.made("/tasks", task(**doers, deadline=later(seconds=63), reminders=[1]))
    due = people.head.made("/tasks", task(**doers, deadline=later(seconds=2)))
    moved = people.head.made("/tasks", task(**doers, deadline=later(seconds=4)))
    people.ana.changed(f"/tasks/{moved['id']}", {"deadline": later(days=400)})
    closed = people.head.made("/tasks", task(**doers, deadline=later(seconds=3)))
    people.ana.changed(f"/tasks/{closed['id']}", {"done": True})
    for client in (people.ana, people.carla):
        eventually(lambda c=client: kinds(c, reminded)[:1] == ["reminder"], 20)
        eventually(lambda c=client: kinds(c, due)[:1] == ["task_due"], 20)
    [reminder] = told(people.carla, reminded)
    assert reminder["data"]["minutes"] == 1
    assert reminder["record"]["name"] == reminded["title"]
    assert kinds(people.ana, reminded) == ["reminder", "assigned"]
    assert kinds(people.head, due) == []
    # A timer that was set after those that were moved or dropped has gone off in the meantime.
    last = people.head.made("/tasks", task(**doers, deadline=later(seconds=4)))
    eventually(lambda: kinds(people.carla, last), 20)
    assert kinds(people.carla, moved) == kinds(people.carla, closed) == []


def test_new_responsible_is_told_and_whoever_took_it_themselves_is_not(people: People) -> None:
    given = people.head.made("/leads", {"title": uuid4().hex, "owner_id": people.ana.user["id"]})
    own = people.ana.made("/leads", {"title": uuid4().hex})
    mine = people.ana.made("/tasks", task())
    handed = people.head.made("/tasks", task(owner_id=people.ana.user["id"]))
    eventually(lambda: kinds(people.ana, given) and kinds(people.ana, handed))
    [notification] = told(people.ana, given)
    assert notification["kind"] == "assigned"
    assert notification["record"]["name"] == given["title"]
    assert notification["actor"]["id"] == people.head.user["id"]
    assert kinds(people.ana, own) == kinds(people.ana, mine) == []
    assert kinds(people.head, given) == []
    # Handed over, it is Bruno's to hear of, and Ana's notification tells no more of it.
    people.head.changed(f"/leads/{given['id']}", {"owner_id": people.bruno.user["id"]})
    eventually(lambda: kinds(people.bruno, given) == ["assigned"])
    answer = people.ana.get("/notifications").json()["items"]
    [kept] = [item for item in answer if item["id"] == notification["id"]]
    assert kept["record"] == {"type": "lead", "id": None, "name": None}
    assert given["id"] not in json.dumps(answer) and given["title"] not in json.dumps(answer)


def test_mentioned_is_told_if_they_may_read_it(people: People) -> None:
    words = " ".join(f"@[X](user:{c.user['id']})" for c in (people.head, people.carla))
    made = people.ana.made("/leads", {"title": uuid4().hex, "comments": words})
    noted = people.ana.made("/tasks", task(made, description=words))
    eventually(lambda: kinds(people.head, made) and kinds(people.head, noted))
    assert kinds(people.head, made) == kinds(people.head, noted) == ["mentioned"]
    items = people.carla.get("/notifications", limit=500).json()["items"]
    assert [item for item in items if item["kind"] == "mentioned"] == []


def test_notifications_are_read_by_whose_they_are(people: People) -> None:
    owner = {"owner_id": people.bruno.user["id"]}
    made = [people.head.made("/tasks", task(**owner)) for _ in range(3)]
    eventually(lambda: all(kinds(people.bruno, each) for each in made))
    page = people.bruno.get("/notifications", unread="true", limit=2).json()
    assert page["unread"] >= 3 and page["next_cursor"] is not None
    newest = page["items"][0]
    path = f"/notifications/{newest['id']}"
    for client in (people.administrator, people.ana):
        refused = client.patch(path, {"read": True})
        absent = client.patch(f"/notifications/{uuid4()}", {"read": True})
        assert refused.status_code == absent.status_code == 404
    marked = people.bruno.patch(path, {"read": True})
    assert (marked.status_code, marked.json()["read_at"] is None) == (200, False)
    unread = people.bruno.get("/notifications", unread="true").json()
    assert newest["id"] not in [item["id"] for item in unread["items"]]
    assert unread["unread"] == page["unread"] - 1
    assert people.bruno.patch(path, {"read": False}).json()["read_at"] is None
    answer = people.bruno.post("/notifications/read", {"until": newest["created_at"]})
    assert (answer.status_code, answer.json()) == (200, {"unread": 0})
    for body, status in (({}, 422), ({"read": 1}, 400), ({"read": True, "kind": "x"}, 400)):
        assert people.bruno.patch(path, body).status_code == status
    assert people.bruno.post("/notifications/read", {"until": "now"}).status_code == 422
    assert people.bruno.get("/notifications", unread="yes").status_code == 400
    assert people.bruno.get("/notifications", cursor="x").status_code == 400
    token = people.bruno.made("/tokens", {"name": uuid4().hex, "scopes": ["lead:read"]})["token"]
    narrow = Client(str(people.bruno.http.base_url))
    narrow.http.headers["Authorization"] = f"Bearer {token}"
    assert narrow.get("/notifications").status_code == 403
    assert narrow.patch(path, {"read": 1}).status_code == 403
    assert Client(str(people.bruno.http.base_url)).get("/notifications").status_code == 401
