"""The organisation: read by everyone signed in, roles aside; changed by holders of settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from tests.matrix.door import Door, Request
from tests.matrix.expectations import Role
from tests.matrix.kinds import DEAL, LEAD, STAGE
from tests.system.people import PASSWORD

ALL_LEADS = dict.fromkeys(("read", "add", "update", "delete", "import", "export"), "all")
SETTINGS = (
    "users", "roles", "fields", "lists", "pipelines", "forms", "tokens", "audit", "integrations",
    "organisation",
)  # fmt: skip
HOLDINGS = (
    Role(),
    Role(ALL_LEADS),
    *(Role(settings=(setting,)) for setting in ("users", "roles", "pipelines", "organisation")),
    Role(settings=tuple(each for each in SETTINGS if each != "users")),
    Role(settings=tuple(each for each in SETTINGS if each != "roles")),
    Role(settings=("users", "roles")),
)


def unique() -> str:
    """A word that nothing else is called."""
    return f"m{uuid4().hex[:16]}"


@dataclass(frozen=True)
class Kind:
    """An entity of the organisation: its path, the setting that changes it, a body to make one."""

    path: str
    setting: str
    body: Callable[[], dict[str, Any]]
    read_needs_setting: bool = False


KINDS = (
    Kind("/users", "users", lambda: {
        "email": f"{unique()}@example.com", "name": unique(), "password": PASSWORD,
        "department_ids": [], "role_codes": [], "locale": "en", "time_zone": "UTC"}),
    Kind("/departments", "users", lambda: {
        "name": unique(), "parent_id": None, "head_id": None}),
    Kind("/groups", "users", lambda: {"name": unique(), "kind": "user", "member_ids": []}),
    Kind("/roles", "roles", lambda: {"code": unique(), "name": unique(), "grants": {}}, True),
)  # fmt: skip


def check_kind(door: Door, kind: Kind, held: set[str], record_id: str) -> None:
    """Every door to one record of the kind, and to one that does not exist."""
    reads = not kind.read_needs_setting or kind.setting in held
    writes = kind.setting in held
    path, absent = f"{kind.path}/{record_id}", f"{kind.path}/{uuid4()}"
    for place in (kind.path, f"{kind.path}/schema", f"{kind.path}/bin", path, f"{path}/history"):
        answer = door.expect(Request("GET", place), 200 if reads else 403)
        door.tally.check("argon2" not in answer.text, "leak", door.cell(f"{place} {answer.text}"))
    search = Request("POST", f"{kind.path}/search", body={"filter": {"id": record_id}})
    door.expect(search, 200 if reads else 403)
    door.expect(Request("GET", absent), 404 if reads else 403)
    body = kind.body()
    door.expect(Request("POST", kind.path, body=body), 201 if writes else 403)
    changed = {"name": unique()}
    door.expect(Request("PATCH", path, body=changed), 200 if writes else 403)
    door.expect(Request("PATCH", absent, body=changed), 404 if writes else 403)
    door.expect(Request("PATCH", path, body={"nonsense": 1}), 400 if writes else 403)
    door.expect(Request("DELETE", absent), 404 if writes else 403)
    door.expect(Request("DELETE", path), 204 if writes else 403)
    door.expect(Request("POST", f"{path}/restore"), 200 if writes else 403)


@pytest.mark.timeout(300)
def test_organisation_is_changed_only_by_holders_of_its_setting(door: Door) -> None:
    for kind in KINDS:
        record_id = door.world.administrator.made(kind.path, kind.body())["id"]
        for holding in HOLDINGS:
            door.give(holding)
            check_kind(door, kind, set(holding.settings), record_id)
    door.tally.settle(at_least=500)


@pytest.mark.timeout(120)
def test_statuses_and_settings_are_changed_only_by_holders_of_their_setting(door: Door) -> None:
    for holding in HOLDINGS:
        door.give(holding)
        held = set(holding.settings)
        lists, sets = "pipelines" in held, "organisation" in held
        for place in ("/leads/statuses", "/organisation", "/me", "/tokens"):
            door.expect(Request("GET", place), 200)
        code = unique()
        body = {"code": code, "name": "Status", "names": {"en": "Status"}, "kind": "process"}
        del body["name"]
        place = f"/leads/statuses/{code}"
        door.expect(Request("POST", "/leads/statuses", body=body), 201 if lists else 403)
        change = {"names": {"en": unique()}}
        door.expect(Request("PATCH", place, body=change), 200 if lists else 403)
        door.expect(Request("DELETE", place), 204 if lists else 403)
        door.expect(Request("DELETE", place), 404 if lists else 403)
        if not lists:
            door.expect(Request("PATCH", "/leads/statuses/new", body=change), 403)
            door.expect(Request("DELETE", "/leads/statuses/new", {"replace_with": "junk"}), 403)
        door.expect(
            Request("PATCH", "/organisation", body={"name": unique()}), 200 if sets else 403
        )
    door.tally.settle(at_least=80)


@pytest.mark.timeout(120)
def test_pipelines_are_changed_only_by_holders_of_their_setting(door: Door) -> None:
    kept = f"/pipelines/{door.world.pipeline}"
    for holding in (*HOLDINGS, Role(ALL_LEADS, kind=DEAL)):
        door.give(holding)
        may = "pipelines" in holding.settings
        done, gone = (200, 204) if may else (403, 403)
        for place in ("/pipelines", kept, f"{kept}/stages"):
            door.expect(Request("GET", place), 200)
        body, change = {"code": unique(), "name": "Matrix"}, {"name": unique()}
        made = door.expect(Request("POST", "/pipelines", body=body), 201 if may else 403)
        path = f"/pipelines/{made.json()['id']}" if may else kept
        door.expect(Request("PATCH", path, body=change), done)
        body = {"code": unique(), "name": "Matrix", "kind": "process"}
        door.expect(Request("POST", f"{path}/stages", body=body), 201 if may else 403)
        stage = f"{path}/stages/{body['code'] if may else STAGE}"
        door.expect(Request("PATCH", stage, body=change), done)
        door.expect(Request("PATCH", stage, body={"required_fields": ["amount"]}), done)
        door.expect(Request("DELETE", stage, {} if may else {"replace_with": "new"}), gone)
        for method in ("PATCH", "DELETE"):
            absent = Request(method, f"/pipelines/{uuid4()}", body=change)
            door.expect(absent, 404 if may else 403)
        door.expect(Request("DELETE", path), gone)
    door.tally.settle(at_least=120)


def hand_outs(door: Door, victim: str, held: str) -> list[tuple[Request, int]]:
    """What a holder of users and roles, who reads leads of the department, may hand out."""
    person, administrator = door.world.people["self"], door.world.administrator.user["id"]
    level = "department"

    def role(**values: Any) -> Request:
        body = {"code": unique(), "name": unique(), "grants": {}, **values}
        return Request("POST", "/roles", body=body)

    def user(user_id: str, **values: Any) -> Request:
        return Request("PATCH", f"/users/{user_id}", body=values)

    new = KINDS[0].body()
    south = door.world.departments["South"]
    stage = door.world.stages[LEAD]["new"]
    return [
        (role(grants={"lead": {"read": level}}), 201),
        (role(grants={"lead": {"read": "subdepartments"}}), 403),
        (role(grants={"lead": {"read": "all"}}), 403),
        (role(grants={"lead": {"update": "own"}}), 403),
        (role(grants={"contact": {"read": "own"}}), 403),
        (role(stages={"lead": {stage: {"read": "all"}}}), 403),
        (role(settings=["users"]), 201),
        (role(settings=["organisation"]), 403),
        (role(grants={"lead": {"read": "own"}}, fields={"lead": {"source": "edit"}}), 403),
        (role(grants={"lead": {"read": "own"}}), 403),
        (role(grants={"lead": {"read": "own"}}, fields={"lead": {"source": "hidden"}}), 201),
        (user(victim, role_codes=["administrator"]), 403),
        (user(victim, role_codes=["chief_executive"]), 403),
        (user(victim, role_codes=[held]), 200),
        (user(victim, role_codes=[]), 200),
        (user(person, role_codes=[held, "administrator"]), 403),
        (user(person, department_ids=[south]), 403),
        (user(administrator, password="another long pass phrase"), 403),
        (user(administrator, email=f"{unique()}@example.com"), 403),
        # Taking rights away is no handing out, but somebody must remain an administrator.
        (user(administrator, active=False), 409),
        (Request("DELETE", f"/users/{administrator}"), 409),
        (Request("POST", "/users", body={**new, "role_codes": ["administrator"]}), 403),
        (Request("POST", "/users", body={**new, "role_codes": [held]}), 201),
    ]


@pytest.mark.timeout(120)
def test_nobody_hands_out_more_than_they_hold(door: Door) -> None:
    made = door.world.administrator.made
    victim = made("/users", KINDS[0].body())["id"]
    holding = Role({"read": "department"}, fields={"source": "hidden"}, settings=("users", "roles"))
    door.give(holding)
    held = door.world.code(holding)
    for request, status in hand_outs(door, victim, held):
        if request.path == "/roles" and status == 201 and "lead" in request.body["grants"]:
            request.body.setdefault("fields", {"lead": {"source": "hidden"}})
        door.expect(request, status)
    roles = door.world.administrator.get("/roles", filter=f'{{"code":"{held}"}}').json()["items"]
    own = f"/roles/{roles[0]['id']}"
    for values in (
        {"grants": {"lead": {"read": "all"}}},
        {"settings": ["users", "roles", "organisation"]},
        {"fields": {}},
    ):
        door.expect(Request("PATCH", own, body=values), 403, "one's own role")
    door.tally.settle(at_least=25)
