"""Many at once: the same write by many hands happens once, and everybody is told the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.hostile.attack import check_answer
from tests.system.client import Client
from tests.system.people import PASSWORD, People, make_person
from tests.system.platform import Platform


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    """Fifty hands."""
    with ThreadPoolExecutor(50) as pool:
        yield pool


@pytest.fixture
def lead(people: People) -> dict[str, Any]:
    """A lead of Ana's."""
    return people.ana.made("/leads", {"title": f"Lead {uuid4().hex}"})


def at_once(
    pool: ThreadPoolExecutor, calls: Sequence[Callable[[], httpx.Response]]
) -> list[httpx.Response]:
    """The answers to all of `calls`, made at the same time; too many are told to come later."""
    answers = list(pool.map(lambda call: call(), calls))
    for answer in answers:
        if answer.status_code == 503:
            assert int(answer.headers["Retry-After"]) > 0
        else:
            check_answer(answer)
    return answers


def statuses(answers: Sequence[httpx.Response]) -> Counter[int]:
    """How often each status was answered."""
    return Counter(answer.status_code for answer in answers)


def test_one_of_ten_parallel_moves_wins(
    people: People, lead: dict[str, Any], pool: ThreadPoolExecutor
) -> None:
    """Ten parallel moves of one lead to different statuses."""
    ana, path = people.ana, f"/leads/{lead['id']}"
    wishes = [{"status": "in_progress"}, {"status": "qualified"},
              {"status": "junk", "reason": "No budget"}] * 4  # fmt: skip
    calls = [lambda wish=wish: ana.patch(path, wish, version=lead["version"])
             for wish in wishes[:10]]  # fmt: skip
    answers = at_once(pool, calls)
    assert statuses(answers) == {200: 1, 412: 9}
    [won] = [answer.json() for answer in answers if answer.status_code == 200]
    now = ana.get(path).json()
    assert (now["status"], now["version"]) == (won["status"], lead["version"] + 1)
    history = ana.get(f"{path}/history").json()["items"]
    assert len([entry for entry in history if "status" in entry["changes"]]) == 2


def test_a_lead_becomes_converted_by_no_way_around(
    people: People, lead: dict[str, Any], pool: ThreadPoolExecutor
) -> None:
    """The status that only a conversion gives is set by hand, ten times at once."""
    path = f"/leads/{lead['id']}"
    body = {"status": "converted"}
    calls = [lambda: people.ana.patch(path, body, version=lead["version"])] * 10
    assert set(statuses(at_once(pool, calls))) <= {409, 422}
    assert people.ana.get(path).json()["version"] == lead["version"]
    answer = people.ana.post("/leads", {"title": "x", "status": "converted"})
    assert answer.status_code in (409, 422)


def test_one_of_a_hundred_equal_versions_wins(
    people: People, lead: dict[str, Any], pool: ThreadPoolExecutor
) -> None:
    """A hundred changes of the same version."""
    path = f"/leads/{lead['id']}"
    calls = [lambda n=n: people.ana.patch(path, {"comments": f"{n}"}, version=lead["version"])
             for n in range(100)]  # fmt: skip
    answers = at_once(pool, calls)
    assert statuses(answers) == {200: 1, 412: 99}
    for answer in answers:
        if answer.status_code == 412:
            assert answer.json()["code"] == "stale_version"
    history = people.ana.get(f"{path}/history").json()["items"]
    assert [entry["version"] for entry in history] == [2, 1]


def test_fifty_equal_writes_with_one_key_are_one(people: People, pool: ThreadPoolExecutor) -> None:
    """Fifty equal requests with one key at the same time."""
    title, key = f"Lead {uuid4().hex}", uuid4().hex
    calls = [lambda: people.ana.post("/leads", {"title": title}, key=key)] * 50
    answers = at_once(pool, calls)
    assert statuses(answers) == {201: 50}
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert people.ana.get("/leads", q=title, count="exact").json()["total"] == 1
    history = people.ana.get(f"/leads/{answers[0].json()['id']}/history").json()["items"]
    assert len(history) == 1


def test_one_key_with_fifty_bodies_has_one_effect(people: People, pool: ThreadPoolExecutor) -> None:
    """One key stands on fifty different requests."""
    word, key = uuid4().hex, uuid4().hex
    calls = [lambda n=n: people.ana.post("/leads", {"title": f"{word} {n}"}, key=key)
             for n in range(50)]  # fmt: skip
    answers = at_once(pool, calls)
    assert statuses(answers) == {201: 1, 422: 49}
    assert people.ana.get("/leads", q=word, count="exact").json()["total"] == 1


def test_fifty_equal_ids_are_one_record(people: People, pool: ThreadPoolExecutor) -> None:
    """The client's own id on fifty requests, of its maker's and of others."""
    body = {"id": str(uuid4()), "title": f"Lead {uuid4().hex}"}
    clients = [people.ana, people.bruno] * 25
    calls = [lambda client=client: client.post("/leads", body) for client in clients]
    assert statuses(at_once(pool, calls)) == {201: 25, 409: 25}
    listed = people.administrator.get("/leads", q=body["title"], count="exact")
    assert listed.json()["total"] == 1


def test_one_of_ten_parallel_deletes_wins_and_one_restore(
    people: People, lead: dict[str, Any], pool: ThreadPoolExecutor
) -> None:
    """Ten parallel deletes of one lead, then ten parallel restores."""
    admin, path = people.administrator, f"/leads/{lead['id']}"
    calls = [lambda: admin.delete(path, version=lead["version"])] * 10
    found = statuses(at_once(pool, calls))
    assert found[204] == 1 and set(found) <= {204, 404, 412}
    found = statuses(at_once(pool, [lambda: admin.post(f"{path}/restore")] * 10))
    assert found[200] == 1 and set(found) <= {200, 404, 409}
    assert people.ana.get(path).json()["version"] == lead["version"] + 2


def test_two_administrators_cannot_both_leave(
    platform: Platform, people: People, pool: ThreadPoolExecutor
) -> None:
    """Two administrators take each other's role at the same time."""
    rivals = [make_person(platform, people.administrator, name, "administrator", [])
              for name in ("Rosa", "Luis")]  # fmt: skip
    everybody = [people.administrator, *rivals]
    calls = [
        lambda client=client, victim=victim: client.patch(
            f"/users/{victim.user['id']}", {"active": False}
        )
        for client in everybody
        for victim in everybody
        if client is not victim and victim is not people.administrator
    ]
    found = statuses(at_once(pool, calls))
    assert set(found) <= {200, 401, 403, 409}
    assert people.administrator.get("/me").status_code == 200
    last = people.administrator.user["id"]
    answer = people.administrator.patch(f"/users/{last}", {"active": False})
    assert answer.status_code in (200, 409)
    assert answer.status_code == 409, "nobody would be left to administer"


def test_the_same_address_is_given_once(people: People, pool: ThreadPoolExecutor) -> None:
    """Twenty accounts with one address at the same time."""
    email = f"{uuid4().hex}@example.com"
    spellings = (email, email.upper(), f" {email} ", email.replace("@example", "@EXAMPLE"))
    calls = [
        lambda email=email: people.administrator.post(
            "/users", {"email": email, "name": "Twin", "password": PASSWORD}
        )
        for email in spellings * 5
    ]
    # Each makes a hash of its password; those that would wait too long are told to ask again.
    counted = statuses(at_once(pool, calls))
    assert counted.get(201, 0) <= 1 and set(counted) <= {201, 409, 503}
    body = {"email": email, "name": "Twin", "password": PASSWORD}
    assert people.administrator.post("/users", body).status_code == 409
    assert len(people.administrator.get("/users", q=email).json()["items"]) == 1


def test_right_that_is_taken_does_not_outlive_its_taking(
    platform: Platform, people: People, pool: ThreadPoolExecutor
) -> None:
    """Changes are sent all the while that the right to them is taken."""
    seller = make_person(platform, people.administrator, "Seller", "manager", [])
    made = seller.made("/leads", {"title": f"Lead {uuid4().hex}"})
    path = f"/leads/{made['id']}"

    def write(client: Client = seller) -> httpx.Response:
        current = client.get(path)
        version = current.json().get("version") if current.status_code == 200 else 1
        return client.patch(path, {"comments": uuid4().hex}, version=version)

    running = [pool.submit(write) for _ in range(20)]
    people.administrator.changed(f"/users/{seller.user['id']}", {"role_codes": []})
    after = people.administrator.get(path).json()["version"]
    for future in running:
        check_answer(future.result(20))
    refused = at_once(pool, [write] * 10)
    assert statuses(refused) == {403: 10}
    assert people.administrator.get(path).json()["version"] >= after
