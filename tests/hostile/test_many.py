"""Many records at a time, by HTTP: no way around what one record at a time refuses."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

from tests.system.client import Client
from tests.system.people import People


def outcome_of(client: Client, wish: dict[str, Any]) -> list[dict[str, Any]]:
    """What became of each record that `wish` is about."""
    told: list[dict[str, Any]] = ended(client, begun(client, wish))["result"]["outcomes"]
    return told


def begun(client: Client, wish: dict[str, Any]) -> str:
    """The job that does `wish`."""
    answer = client.post("/leads/bulk", wish)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/api/v1/jobs/{answer.json()['job']}"
    return str(answer.json()["job"])


def ended(client: Client, job: str) -> dict[str, Any]:
    """The job once it is done, so that nothing is changed beside what is attacked next."""
    limit = time.monotonic() + 30
    while (found := client.get(f"/jobs/{job}").json())["state"] != "done":
        assert time.monotonic() < limit, found
        time.sleep(0.1)
    return dict(found)


def test_foreign_record_has_the_outcome_of_an_absent_one(people: People) -> None:
    foreign = people.carla.made("/leads", {"title": f"Secret {uuid4().hex}"})
    wish = {"ids": [foreign["id"], str(uuid4())], "action": "update", "changes": {"title": "Mine"}}
    told = [{k: v for k, v in one.items() if k != "id"} for one in outcome_of(people.ana, wish)]
    assert told[0] == told[1]
    assert told[0]["status"] == 404
    assert people.carla.get(f"/leads/{foreign['id']}").json()["version"] == 1


def test_five_hundred_and_one_are_refused_as_a_whole(people: People) -> None:
    lead = people.ana.made("/leads", {"title": "One of many"})
    ids = [lead["id"], *(str(uuid4()) for _ in range(500))]
    answer = people.ana.post("/leads/bulk", {"ids": ids, "action": "update",
                                             "changes": {"title": "x"}})  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many")
    assert people.ana.get(f"/leads/{lead['id']}").json()["version"] == 1


def test_right_that_nobody_gave_is_refused_at_once(people: People) -> None:
    lead = people.ana.made("/leads", {"title": "Not hers to delete"})
    answer = people.ana.post("/leads/bulk", {"ids": [lead["id"]], "action": "delete"})
    assert answer.status_code == 403


def test_job_of_somebody_else_is_absent(people: People) -> None:
    lead = people.ana.made("/leads", {"title": "Ana's"})
    wish = {"ids": [lead["id"]], "action": "update", "changes": {"title": "Ana's own"}}
    job = begun(people.ana, wish)
    assert people.bruno.get(f"/jobs/{job}").status_code == 404
    assert people.bruno.delete(f"/jobs/{job}").status_code == 404
    ended(people.ana, job)


def test_key_makes_repeats_one(people: People) -> None:
    lead = people.ana.made("/leads", {"title": "Once"})
    wish = {"ids": [lead["id"]], "action": "update", "changes": {"title": "Once more"}}
    key = uuid4().hex
    first, again = (people.ana.post("/leads/bulk", wish, key=key) for _ in range(2))
    assert first.json() == again.json()
    other = people.ana.post("/leads/bulk", {**wish, "changes": {"title": "x"}}, key=key)
    assert other.json()["code"] == "idempotency_key_reused"
    ended(people.ana, first.json()["job"])
