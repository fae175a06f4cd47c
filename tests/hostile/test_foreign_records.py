"""Records of others: no way to read, change, restore, find or count them."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.hostile.attack import Attack, if_match, problem
from tests.system.client import Client
from tests.system.people import People, make_person
from tests.system.platform import Platform

OWN = dict.fromkeys(("read", "add", "update", "delete"), "own")


@pytest.fixture(scope="module")
def foreign(people: People) -> dict[str, Any]:
    """A lead of Carla's, who works in another department than Ana."""
    return people.carla.made(
        "/leads",
        {
            "title": f"Secret {uuid4().hex}",
            "emails": [{"value": f"{uuid4().hex}@example.com"}],
            "phones": [{"value": "+5511953510042"}],
        },
    )


@pytest.fixture(scope="module")
def binned(people: People) -> dict[str, Any]:
    """A lead that Carla has deleted."""
    made = people.carla.made("/leads", {"title": f"Gone {uuid4().hex}"})
    # A seller's role grants no deleting: the administrator does it for her.
    answer = people.administrator.delete(f"/leads/{made['id']}", version=made["version"])
    assert answer.status_code == 204
    return made


@pytest.fixture(scope="module")
def thief(platform: Platform, people: People) -> Client:
    """A seller who may read, change and delete, but only what is their own."""
    role = people.administrator.made(
        "/roles", {"code": f"own_{uuid4().hex[:8]}", "name": "Own", "grants": {"lead": OWN}}
    )
    return make_person(platform, people.administrator, "Thief", role["code"], [])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("GET", "/history", None),
        ("PATCH", "", {"title": "Mine"}),
        ("PATCH", "", {"owner_id": "thief"}),
        ("DELETE", "", None),
        ("POST", "/restore", None),
    ],
)
def test_foreign_record_answers_like_an_absent_one(
    attack: Attack, thief: Client, foreign: Any, method: str, path: str, body: Any
) -> None:
    """A seller reads, changes and deletes another seller's record by its id."""
    if body == {"owner_id": "thief"}:
        body = {"owner_id": thief.user["id"]}
    for version in (foreign["version"], 7):
        request = {"headers": if_match(version), **({"json": body} if body else {})}
        found = attack(thief, method, f"/leads/{foreign['id']}{path}", (404,), **request)
        absent = attack(thief, method, f"/leads/{uuid4()}{path}", (404,), **request)
        assert problem(found) == problem(absent)


def test_refusal_comes_before_the_write(attack: Attack, thief: Client, foreign: Any) -> None:
    """An action on another's record that is written first and refused afterwards."""
    for key in (None, uuid4().hex):
        headers = if_match(foreign["version"]) | ({"Idempotency-Key": key} if key else {})
        body = {"comments": "pinned", "tags": ["pinned"], "observer_ids": [thief.user["id"]]}
        path = f"/leads/{foreign['id']}"
        attack(thief, "PATCH", path, (404,), headers=headers, json=body)
        attack(thief, "PATCH", path, (404,), headers=headers | {"If-Match": "*"}, json=body)


def test_foreign_record_in_the_bin_stays_there(attack: Attack, thief: Client, binned: Any) -> None:
    """Somebody restores what another has deleted."""
    refused = attack(thief, "POST", f"/leads/{binned['id']}/restore", (404,))
    absent = attack(thief, "POST", f"/leads/{uuid4()}/restore", (404,))
    assert problem(refused) == problem(absent)
    assert binned["id"] not in attack(thief, "GET", "/leads/bin", (200,)).text


def test_id_of_a_foreign_record_is_taken_and_tells_nothing(
    attack: Attack, thief: Client, foreign: Any, binned: Any
) -> None:
    """A record is created under the id of another's record."""
    answers = []
    for taken in (foreign["id"], binned["id"]):
        body = {"id": taken, "title": "Mine"}
        answers.append(problem(attack(thief, "POST", "/leads", (409,), json=body)))
    assert answers[0] == answers[1]
    assert foreign["title"] not in str(answers) and binned["title"] not in str(answers)


@pytest.mark.parametrize("count", ["none", "estimate", "exact"])
def test_search_and_totals_know_nothing_of_foreign_records(
    attack: Attack, thief: Client, foreign: Any, count: str
) -> None:
    """The exact title, e-mail, phone, number or id of another's record is searched."""
    email = foreign["emails"][0]["value"]
    for q in (foreign["title"], email, "+5511953510042", f"#{foreign['number']}", foreign["id"]):
        query = {"q": q, "count": count}
        page = attack(thief, "GET", "/leads", (200,), params=query).json()
        assert (page["items"], page["next_cursor"], page.get("total") or 0) == ([], None, 0)
    for condition in (
        {"title": foreign["title"]}, {"id": foreign["id"]}, {"emails": email},
        {"owner_id": foreign["owner_id"]}, {"not": {"title": "x"}}, {"number": foreign["number"]},
        {"or": [{"title": foreign["title"]}, {"title": {"nempty": True}}]},
    ):  # fmt: skip
        query = {"filter": json.dumps(condition), "count": count}
        page = attack(thief, "GET", "/leads", (200,), params=query).json()
        assert foreign["id"] not in {item["id"] for item in page["items"]}
        assert page.get("total", len(page["items"])) == len(page["items"])


def test_cursor_of_another_user_is_refused(
    attack: Attack, thief: Client, people: People, foreign: Any
) -> None:
    """The cursor that another user was given."""
    people.carla.made("/leads", {"title": "Second"})
    cursor = people.carla.get("/leads", limit=1).json()["next_cursor"]
    assert cursor
    attack(thief, "GET", "/leads", params={"cursor": cursor, "limit": 1})
    for broken in (cursor[:-4], cursor[4:], cursor + "AAAA", "A" * 4000, "%00", "🦊", "=" * 40):
        attack(people.carla, "GET", "/leads", params={"cursor": broken, "limit": 1})


def test_explanation_of_a_foreign_record_is_not_given(
    attack: Attack, thief: Client, foreign: Any
) -> None:
    """The explanation of rights tells of records and of people."""
    query = {"entity": "lead", "operation": "read"}
    attack(thief, "GET", "/access/explain", (404,), params=query | {"id": foreign["id"]})
    attack(thief, "GET", "/access/explain", (404,), params=query | {"id": str(uuid4())})
    attack(thief, "GET", "/access/explain", (403,), params=query | {"user": foreign["owner_id"]})
    attack(thief, "GET", "/access/explain", (403,), params=query | {"user": str(uuid4())})
