"""A session that looks as somebody else is used to change something, or kept beyond its time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.hostile.attack import Attack, if_match
from tests.system.client import Client
from tests.system.people import PASSWORD, People, make_person
from tests.system.platform import Platform


@pytest.fixture
def looking(platform: Platform, people: People) -> Iterator[Client]:
    """The administrator, looking as a seller."""
    session = people.administrator.post(f"/users/{people.ana.user['id']}/view-as", {}).json()
    client = Client(platform.url)
    client.http.headers["Authorization"] = f"Bearer {session['token']}"
    yield client
    client.http.close()


def test_whoever_looks_sees_what_the_other_sees_and_changes_nothing(
    attack: Attack, looking: Client, people: People
) -> None:
    """Every kind of write is tried from a session that only looks."""
    lead = people.ana.made("/leads", {"title": f"Lead {uuid4().hex}"})
    one = f"/leads/{lead['id']}"
    assert looking.get(one).json() == people.ana.get(one).json()
    me = looking.get("/me").json()
    assert me["viewed_by"]["id"] == people.administrator.user["id"]
    assert {**me, "viewed_by": None} == people.ana.get("/me").json()
    mine = f"/users/{people.ana.user['id']}"
    writes: list[tuple[str, str, Any]] = [
        ("POST", "/leads", {"title": "x"}), ("PATCH", one, {"title": "x"}), ("DELETE", one, None),
        ("POST", f"{one}/convert", {"contact": {"create": {}}}), ("POST", f"{one}/restore", None),
        ("POST", f"{one}/erase", None), ("POST", "/leads/views", {"name": "x"}),
        ("PATCH", "/me", {"theme": "dark"}), ("POST", "/tokens", {"name": "x", "scopes": ["*"]}),
        ("POST", "/me/password", {"current_password": PASSWORD, "new_password": "q" * 9 + "xyz"}),
        ("POST", "/me/second-factor", {"current_password": PASSWORD}),
        ("POST", "/notifications/read", {"until": "2030-01-01T00:00:00Z"}),
        ("POST", f"{mine}/view-as", {}), ("PATCH", mine, {"name": "x"}),
    ]  # fmt: skip
    for method, path, body in writes:
        headers = if_match(lead["version"])
        answer = attack(looking, method, path, (403,), headers=headers, json=body)
        assert answer.json()["code"] in (
            "view_only",
            "operation_not_granted",
            "setting_not_granted",
        )


def test_looking_ends_with_signing_out_and_with_the_right_to(
    attack: Attack, looking: Client, people: People, platform: Platform
) -> None:
    """The session is used after its administrator is none any more."""
    admin = make_person(platform, people.administrator, "Second", "administrator", [])
    session = admin.post(f"/users/{people.ana.user['id']}/view-as", {"reason": "why"}).json()
    other = Client(platform.url)
    other.http.headers["Authorization"] = f"Bearer {session['token']}"
    assert other.get("/leads").status_code == 200
    person = people.administrator.get(f"/users/{admin.user['id']}").json()
    people.administrator.patch(f"/users/{person['id']}", {"role_codes": ["manager"]},
                               version=person["version"])  # fmt: skip
    attack(other, "GET", "/leads", (401,))
    assert looking.post("/auth/logout", None).status_code == 204
    attack(looking, "GET", "/leads", (401,))
    for client in (people.ana, admin):
        attack(client, "POST", f"/users/{people.ana.user['id']}/view-as", (403,), json={})
