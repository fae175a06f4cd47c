"""Ways to get more rights than one was given: refused, whoever asks and however it is worded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.hostile.attack import Attack, if_match
from tests.system.client import Client
from tests.system.people import PASSWORD, People, make_person
from tests.system.platform import Platform

SYSTEM = (
    "tenant_id", "created_at", "created_by", "updated_at", "updated_by", "is_deleted", "deleted_at",
    "deleted_by", "version", "number", "type", "status_id", "password_hash", "organisation_id",
    "__class__", "__proto__", "constructor", "$set", "constructor.prototype",
)  # fmt: skip


def user_values(**values: Any) -> dict[str, Any]:
    """What a new user is made of."""
    email = f"{uuid4().hex}@example.com"
    return {"email": email, "name": "New", "password": PASSWORD, **values}


@pytest.fixture(scope="module")
def user_manager(platform: Platform, people: People) -> Client:
    """Somebody who may manage users, and nothing else."""
    role = people.administrator.made(
        "/roles",
        {
            "code": f"users_{uuid4().hex[:8]}",
            "name": "User manager",
            "grants": {"lead": {"read": "own"}},
            "settings": ["users"],
        },
    )
    return make_person(platform, people.administrator, "Manager", role["code"], [])


@pytest.fixture
def lead(people: People) -> dict[str, Any]:
    """A lead of Ana's own."""
    return people.ana.made("/leads", {"title": f"Lead {uuid4().hex}"})


@pytest.mark.parametrize("other", ["bruno", "carla", "head", "administrator", "nobody"])
def test_record_is_not_given_to_whom_one_has_no_right_for(
    attack: Attack, people: People, lead: Any, other: str
) -> None:
    """A seller gives their record to others without the right to."""
    owner = str(uuid4()) if other == "nobody" else getattr(people, other).user["id"]
    for body in ({"owner_id": owner}, {"owner_id": owner, "observer_ids": [owner]}):
        headers = if_match(lead["version"])
        path = f"/leads/{lead['id']}"
        attack(people.ana, "PATCH", path, (403, 422), json=body, headers=headers)
        attack(people.ana, "POST", "/leads", (403, 422), json={"title": "x", **body})


def test_observing_gives_reading_and_nothing_more(
    attack: Attack, people: People, lead: Any
) -> None:
    """An observer changes the record, or adds observers."""
    path = f"/leads/{lead['id']}"
    seen = people.ana.changed(path, {"observer_ids": [people.carla.user["id"]]})
    assert attack(people.carla, "GET", path, (200,)).json()["id"] == lead["id"]
    for body in (
        {"title": "Mine"},
        {"owner_id": people.carla.user["id"]},
        {"observer_ids": [people.carla.user["id"], people.bruno.user["id"]]},
        {"observer_ids": []},
    ):
        attack(people.carla, "PATCH", path, (403,), json=body, headers=if_match(seen["version"]))


def ways_up(people: People, own: Client) -> Iterator[tuple[str, str, Any]]:
    """Requests that would make their sender, or an accomplice, an administrator."""
    strong = ["administrator"]
    own_path = f"/users/{own.user['id']}"
    victim = people.administrator.user["id"]
    yield "POST", "/users", user_values(role_codes=strong)
    yield "POST", "/users", user_values(role_codes=["chief_executive"])
    yield "POST", "/users", user_values(role="admin")
    yield "POST", "/users", user_values(is_admin=True)
    yield "PATCH", own_path, {"role_codes": strong}
    yield "PATCH", own_path, {"role_codes": ["manager", "administrator"]}
    yield "PATCH", f"/users/{victim}", {"password": "taken over by us"}
    yield "PATCH", f"/users/{victim}", {"email": f"{uuid4().hex}@example.com"}
    yield "PATCH", f"/users/{victim}", {"active": False}
    yield "POST", "/roles", {"code": "mine", "name": "M", "settings": ["users", "roles"],
                             "assigned_to": {"users": [own.user["id"]]}}  # fmt: skip
    yield "POST", "/users/search", {"filter": {"password_hash": {"starts": "$argon2"}}}
    yield "POST", "/users/search", {"filter": {"password": {"starts": "$"}}}
    yield "POST", "/users/search", {"fields": ["password"]}
    yield "POST", "/users/search", {"sort": "password"}


def test_user_manager_makes_no_administrator(
    attack: Attack, people: People, user_manager: Client
) -> None:
    """Who may manage users makes an administrator, of others or of themselves."""
    for method, path, body in ways_up(people, user_manager):
        attack(user_manager, method, path, (400, 403, 409, 422), json=body)
    assert "administrator" not in [r["code"] for r in user_manager.get("/me").json()["roles"]]


def test_seller_changes_nothing_of_the_organisation(attack: Attack, people: People) -> None:
    """Who has no setting writes users, roles, statuses and settings."""
    ana = people.ana
    for method, path, body in ways_up(people, ana):
        attack(ana, method, path, (400, 403), json=body)
    own = f"/users/{ana.user['id']}"
    department = f"/departments/{people.departments['North']['id']}"
    for method, path, body in (
        ("PATCH", "/organisation", {"name": "Ours"}),
        ("POST", "/leads/statuses", {"code": "x", "name": "X", "kind": "process"}),
        ("PATCH", "/leads/statuses/new", {"name": "<script>"}),
        ("DELETE", "/leads/statuses/new?replace_with=junk", None),
        ("POST", "/departments", {"name": "Mine"}),
        ("PATCH", department, {"parent_id": None}),
        ("DELETE", department, None),
        ("POST", "/groups", {"name": "Mine", "kind": "user", "member_ids": [ana.user["id"]]}),
        ("DELETE", own, None),
        ("PATCH", own, {"department_ids": [people.departments["Sales"]["id"]]}),
        ("GET", "/roles", None),
    ):
        attack(ana, method, path, (403,), **({"json": body} if body else {}))


@pytest.mark.parametrize("name", SYSTEM)
def test_system_field_in_a_body_is_refused(
    attack: Attack, people: People, lead: Any, name: str
) -> None:
    """A body carries fields that the platform keeps itself."""
    for value in ("x", 1, True, None, {}):
        headers = if_match(lead["version"])
        body = {"title": "x", name: value}
        attack(people.ana, "POST", "/leads", json=body)
        attack(people.ana, "PATCH", f"/leads/{lead['id']}", json=body, headers=headers)
        attack(people.administrator, "POST", "/users", json=user_values(**{name: value}))


def test_token_is_never_wider_than_its_maker(
    attack: Attack, platform: Platform, people: People, lead: Any
) -> None:
    """A narrow token makes wide ones, or is used beyond its scopes."""
    made = people.ana.post("/tokens", {"name": "Reader", "scopes": ["lead:read"]})
    assert made.status_code == 201, made.text
    reader = Client(platform.url)
    reader.http.headers["Authorization"] = f"Bearer {made.json()['token']}"
    path, headers = f"/leads/{lead['id']}", if_match(lead["version"])
    attack(reader, "GET", path, (200,))
    attack(reader, "PATCH", path, (403,), json={"title": "x"}, headers=headers)
    attack(reader, "DELETE", path, (403,), headers=headers)
    attack(reader, "POST", "/leads", (403,), json={"title": "x"})
    for scopes in (["*"], ["lead:*"], ["*:read"], ["lead:read", "lead:update"], ["user:update"]):
        attack(reader, "POST", "/tokens", (403, 422), json={"name": "Wide", "scopes": scopes})
    attack(reader, "DELETE", f"/tokens/{made.json()['id']}", (204, 403))
    wide = people.ana.post("/tokens", {"name": "Wide", "scopes": ["*"]})
    other = Client(platform.url)
    other.http.headers["Authorization"] = f"Bearer {wide.json()['token']}"
    attack(other, "PATCH", "/organisation", (403,), json={"name": "Ours"})
    attack(people.bruno, "DELETE", f"/tokens/{wide.json()['id']}", (404,))
    assert wide.json()["token"] not in people.ana.get("/tokens").text
