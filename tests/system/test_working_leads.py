"""The daily work over real HTTP, in one process and as separate processes on RabbitMQ."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import pytest

from tests.system.client import Client
from tests.system.people import PASSWORD, People, make_people, make_person
from tests.system.platform import Platform


@pytest.fixture(scope="module")
def people(platform: Platform) -> People:
    """The organisation the module's tests work in."""
    return make_people(platform)


def lead(**values: Any) -> dict[str, Any]:
    """A lead's values, recognisable by a title that no other lead has."""
    return {"title": f"Lead {uuid4().hex}", "first_name": "João", "last_name": "da Silva", **values}


def titles(answer: Any) -> set[str]:
    """The titles in a list answer."""
    assert answer.status_code == 200, answer.text
    return {item["title"] for item in answer.json()["items"]}


def eventually(check: Any, seconds: float) -> None:
    """Return once `check()` is true; fails when it is not within `seconds`."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if check():
            return
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s")


def test_lead_is_worked_from_new_to_junk_when_its_seller_does_the_steps(people: People) -> None:
    made = people.ana.made(
        "/leads",
        lead(
            phones=[{"value": "(11) 95351-1234", "kind": "mobile", "primary": True}],
            emails=[{"value": "Joao@Example.com", "kind": "work", "primary": True}],
            source="web",
        ),
    )
    assert made["type"] == "lead"
    assert made["status"] == "new"
    assert made["owner_id"] == people.ana.user["id"]
    assert made["phones"][0]["value"] == "+5511953511234"
    path = f"/leads/{made['id']}"
    working = people.ana.changed(path, {"status": "in_progress", "comments": "Call back Monday"})
    assert working["status"] == "in_progress"
    refused = people.ana.patch(path, {"status": "junk"}, version=working["version"])
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/reason"
    junk = people.ana.changed(path, {"status": "junk", "reason": "No budget"})
    assert junk["reason"] == "No budget"
    history = people.ana.get(f"{path}/history").json()["items"]
    moves = [entry["changes"]["status"] for entry in history if "status" in entry["changes"]]
    assert [move[1] for move in moves] == ["junk", "in_progress", "new"]


def test_second_seller_learns_nothing_of_a_lead_by_any_door(people: People) -> None:
    made = people.ana.made("/leads", lead(emails=[{"value": f"{uuid4().hex}@example.com"}]))
    path = f"/leads/{made['id']}"
    absent = f"/leads/{uuid4()}"
    bruno = people.bruno

    def same_refusal(call: Any, status: int = 404) -> None:
        foreign, nothing = call(path), call(absent)
        assert foreign.status_code == nothing.status_code == status
        hidden = {"instance", "request_id"}
        assert {k: v for k, v in foreign.json().items() if k not in hidden} == {
            k: v for k, v in nothing.json().items() if k not in hidden
        }

    same_refusal(bruno.get)
    same_refusal(lambda where: bruno.get(f"{where}/history"))
    same_refusal(lambda where: bruno.patch(where, {"title": "mine"}, version=made["version"]))
    # No role of a manager grants delete on leads at all: 403 for every id.
    same_refusal(lambda where: bruno.delete(where, version=made["version"]), 403)
    same_refusal(lambda where: bruno.post(f"{where}/restore"), 403)
    assert made["title"] not in titles(bruno.get("/leads", limit=500))
    found = bruno.get("/leads", q=made["title"], count="exact").json()
    assert found["items"] == [] and found["total"] == 0
    same = bruno.post("/leads/search", {"filter": {"title": made["title"]}})
    assert same.json()["items"] == []
    mail = bruno.post("/leads/search", {"filter": {"emails": made["emails"][0]["value"]}})
    assert mail.json()["items"] == []
    unchanged = people.ana.get(path)
    assert unchanged.json()["version"] == made["version"]


def test_head_sees_own_department_and_chief_sees_all(people: People) -> None:
    north, south = people.ana.made("/leads", lead()), people.carla.made("/leads", lead())
    assert people.head.get(f"/leads/{north['id']}").status_code == 200
    assert people.head.get(f"/leads/{south['id']}").status_code == 404
    assert {north["title"], south["title"]} <= titles(people.chief.get("/leads", limit=500))
    seen = titles(people.head.get("/leads", limit=500))
    assert north["title"] in seen and south["title"] not in seen


def test_right_given_and_taken_works_within_a_second(platform: Platform, people: People) -> None:
    administrator = people.administrator
    made = people.carla.made("/leads", lead())
    path = f"/leads/{made['id']}"
    code = f"auditor_{uuid4().hex[:8]}"
    reader = make_person(platform, administrator, "Rita", None, [])
    assert reader.get(path).status_code == 403
    role = administrator.made(
        "/roles",
        {
            "code": code,
            "name": {"en": "Auditor", "pt-BR": "Auditor"},
            "grants": {"lead": {"read": "all"}},
            "assigned_to": {"users": [reader.user["id"]], "groups": [], "departments": []},
        },
    )
    eventually(lambda: reader.get(path).status_code == 200, 1.0)
    administrator.changed(f"/roles/{role['id']}", {"grants": {"lead": {"read": "none"}}})
    eventually(lambda: reader.get(path).status_code == 403, 1.0)


def test_session_ends_within_a_second_when_its_user_is_deactivated(
    platform: Platform, people: People
) -> None:
    leaver = make_person(platform, people.administrator, "Leo", "manager", [])
    assert leaver.get("/me").status_code == 200
    people.administrator.changed(f"/users/{leaver.user['id']}", {"active": False})
    eventually(lambda: leaver.get("/me").status_code == 401, 1.0)


def test_names_of_owners_stand_on_leads_and_follow_a_rename(
    platform: Platform, people: People
) -> None:
    seller = make_person(platform, people.administrator, "Before", "manager", [])
    made = seller.made("/leads", lead())

    def owner_name(client: Client) -> str | None:
        record = client.get(f"/leads/{made['id']}", include="owner").json()
        return (record.get("owner") or {}).get("name")

    eventually(lambda: owner_name(seller) == "Before", 5.0)
    people.administrator.changed(f"/users/{seller.user['id']}", {"name": "After"})
    eventually(lambda: owner_name(seller) == "After", 5.0)


def test_repeated_create_makes_one_lead_when_the_key_is_the_same(people: People) -> None:
    body, key = lead(), uuid4().hex
    first, second = (people.ana.post("/leads", body, key=key) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json()["id"] == second.json()["id"]
    other = people.ana.post("/leads", {**body, "title": "another"}, key=key)
    assert other.status_code == 422
    found = people.ana.get("/leads", q=body["title"], count="exact").json()
    assert found["total"] == 1


def test_stale_write_is_refused_with_what_differs(people: People) -> None:
    made = people.ana.made("/leads", lead())
    path = f"/leads/{made['id']}"
    people.ana.changed(path, {"position": "Buyer"})
    stale = people.ana.patch(path, {"position": "Owner"}, version=made["version"])
    assert stale.status_code == 412
    assert stale.json()["version"] == made["version"] + 1
    assert people.ana.patch(path, {"position": "Owner"}).status_code == 428


def test_deleted_lead_waits_in_the_bin_and_comes_back(people: People) -> None:
    chief, made = people.chief, people.ana.made("/leads", lead())
    path = f"/leads/{made['id']}"
    assert chief.delete(path, version=made["version"]).status_code == 204
    assert chief.get(path).status_code == people.ana.get(path).status_code == 404
    assert made["title"] in titles(chief.get("/leads/bin", limit=500))
    assert chief.post(f"{path}/restore").status_code == 200
    assert people.ana.get(path).json()["title"] == made["title"]


def test_password_is_changed_by_its_owner_and_other_sessions_end(
    platform: Platform, people: People
) -> None:
    new = "quite another phrase"
    person = make_person(platform, people.administrator, "Rui", None, [])
    email = person.user["email"]
    other = platform.client(email, PASSWORD)
    wrong = person.post("/me/password", {"current_password": "nope", "new_password": new})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_password")
    body = {"current_password": PASSWORD, "new_password": new}
    assert person.post("/me/password", body).status_code == 204
    assert person.get("/me").status_code == 200
    eventually(lambda: other.get("/me").status_code == 401, 1.0)
    assert platform.client(email, new).get("/me").status_code == 200
