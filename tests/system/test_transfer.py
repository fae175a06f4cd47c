"""Somebody leaves, and what they were responsible for is handed on."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import pytest

from tests.system.client import Client
from tests.system.people import People, make_people, make_person
from tests.system.platform import Platform

LEADS = 70


@pytest.fixture(scope="module")
def people(platform: Platform) -> People:
    return make_people(platform)


def ended(client: Client, answer: Any) -> dict[str, Any]:
    """The job that `answer` began, once it has ended."""
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/api/v1/jobs/{answer.json()['job']}"
    limit = time.monotonic() + 30
    while True:
        job = client.get(f"/jobs/{answer.json()['job']}").json()
        if job["state"] not in ("waiting", "running"):
            return job
        assert time.monotonic() < limit, job
        time.sleep(0.1)


def owners(client: Client, records: list[dict[str, Any]], plural: str) -> set[str]:
    return {client.get(f"/{plural}/{each['id']}").json()["owner_id"] for each in records}


def leaver(platform: Platform, people: People, name: str) -> Client:
    north = people.departments["North"]["id"]
    return make_person(platform, people.administrator, name, "manager", [north])


def transfer(client: Client, user: Client, **body: Any) -> Any:
    return client.post(f"/users/{user.user['id']}/transfer", body, key=uuid4().hex)


def test_everything_of_a_leaver_is_handed_on(platform: Platform, people: People) -> None:
    root, left = people.administrator, leaver(platform, people, "Livia")
    leads = [left.made("/leads", {"title": f"Lead {n}"}) for n in range(LEADS)]
    company = left.made("/companies", {"name": "Company"})
    contact = left.made("/contacts", {"last_name": "Contact"})
    deal = left.made("/deals", {"title": "Deal", "company_id": company["id"]})
    foreign = people.bruno.made("/leads", {"title": "Bruno's"})
    root.changed(f"/users/{left.user['id']}", {"active": False})

    ana = people.ana.user["id"]
    job = ended(root, transfer(root, left, to=ana))
    moved = job["result"]["moved"]
    assert {name: count for name, count in moved.items() if count} == {
        "lead": LEADS, "company": 1, "contact": 1, "deal": 1,
    }  # fmt: skip
    assert (job["state"], job["done"], job["total"]) == ("done", LEADS + 3, LEADS + 3)
    assert job["result"]["left"] == []
    assert owners(people.ana, leads, "leads") == {ana}
    assert owners(people.ana, [company], "companies") == {ana}
    assert owners(people.ana, [contact], "contacts") == {ana}
    assert owners(people.ana, [deal], "deals") == {ana}
    assert owners(people.bruno, [foreign], "leads") == {people.bruno.user["id"]}
    told = people.ana.get(f"/leads/{leads[0]['id']}/history").json()["items"]
    assert [item["name"] for item in told] == ["lead.updated", "lead.created"]
    assert told[0]["changes"] == {"owner_id": [left.user["id"], ana]}
    assert told[0]["actor"]["id"] == root.user["id"]
    again = ended(root, transfer(root, left, to=ana))
    assert again["total"] == 0 and not any(again["result"]["moved"].values())


def test_what_is_closed_can_stay_and_each_kind_go_to_somebody_else(
    platform: Platform, people: People
) -> None:
    root, left = people.administrator, leaver(platform, people, "Marta")
    open_, won = (left.made("/deals", {"title": title}) for title in ("Open", "Won"))
    left.changed(f"/deals/{won['id']}", {"stage": "won"})
    lead = left.made("/leads", {"title": "Lead"})
    contact = left.made("/contacts", {"last_name": "Contact"})
    binned = left.made("/leads", {"title": "Binned"})
    assert root.delete(f"/leads/{binned['id']}", version=1).status_code == 204
    ana, bruno = people.ana.user["id"], people.bruno.user["id"]
    to = {"deal": ana, "lead": bruno}
    job = ended(root, transfer(root, left, to=to, only_open=True))
    assert job["result"]["moved"] == {"deal": 1, "lead": 1}
    assert owners(root, [open_], "deals") == {ana}
    assert owners(root, [lead], "leads") == {bruno}
    mine = left.user["id"]
    assert owners(root, [won], "deals") == owners(root, [contact], "contacts") == {mine}
    restored = root.post(f"/leads/{binned['id']}/restore")
    assert restored.json()["owner_id"] == mine


def test_a_repeat_is_the_same_job(platform: Platform, people: People) -> None:
    root, left = people.administrator, leaver(platform, people, "Nadia")
    left.made("/leads", {"title": "Lead"})
    path, body = f"/users/{left.user['id']}/transfer", {"to": people.ana.user["id"]}
    key = uuid4().hex
    first, second = root.post(path, body, key=key), root.post(path, body, key=key)
    assert first.json() == second.json()
    ended(root, first)
    other = root.post(path, {"to": people.bruno.user["id"]}, key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_wrong_wish_moves_nothing(platform: Platform, people: People) -> None:
    root, left = people.administrator, leaver(platform, people, "Olga")
    lead = left.made("/leads", {"title": "Lead"})
    ana, gone = people.ana.user["id"], leaver(platform, people, "Paula")
    root.changed(f"/users/{gone.user['id']}", {"active": False})
    wrong = [
        ({}, 400, "/to"),
        ({"to": "ana"}, 400, "/to"),
        ({"to": {"lead": 5}}, 400, "/to/lead"),
        ({"to": {"user": ana}}, 400, "/to/user"),
        ({"to": ana, "only_open": "yes"}, 400, "/only_open"),
        ({"to": ana, "silent": True}, 400, "/silent"),
        ({"to": str(uuid4())}, 422, "/to"),
        ({"to": gone.user["id"]}, 422, "/to"),
        ({"to": {"lead": left.user["id"]}}, 422, "/to/lead"),
    ]
    for body, status, pointer in wrong:
        answer = transfer(root, left, **body)
        assert answer.status_code == status, answer.text
        assert pointer in {fault["pointer"] for fault in answer.json()["errors"]}
    nobody = root.post(f"/users/{uuid4()}/transfer", {"to": ana})
    assert nobody.status_code == 404
    assert owners(left, [lead], "leads") == {left.user["id"]}


def test_only_who_keeps_users_hands_on_and_never_what_is_beyond_them(
    platform: Platform, people: People
) -> None:
    root, left = people.administrator, leaver(platform, people, "Rosa")
    ana = people.ana.user["id"]
    for person in (people.ana, people.chief, left):
        assert transfer(person, left, to=ana).status_code == 403
    code = f"keeper_{uuid4().hex[:8]}"
    root.made("/roles", {"code": code, "name": "Keeper", "settings": ["users"],
                         "grants": {"lead": {"read": "own"}}})  # fmt: skip
    keeper = make_person(platform, root, "Keeper", code, [])
    beyond = transfer(keeper, left, to=keeper.user["id"])
    assert (beyond.status_code, beyond.json()["code"]) == (403, "account_out_of_reach")
    bare = make_person(platform, root, "Bare", code, [])
    assert ended(keeper, transfer(keeper, bare, to=ana))["state"] == "done"
    # A deleted administrator had more rights as well.
    chief = make_person(platform, root, "Former", "administrator", [])
    assert root.delete(f"/users/{chief.user['id']}", version=1).status_code == 204
    assert transfer(keeper, chief, to=keeper.user["id"]).status_code == 403
    assert ended(root, transfer(root, chief, to=ana))["state"] == "done"
