"""API tokens only ever narrow what their owner may do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.matrix import expectations
from tests.matrix.door import Door, Request
from tests.matrix.expectations import Facts, Role
from tests.matrix.kinds import LEAD, STAGE
from tests.matrix.test_reading import check_lists, many_record_lists
from tests.matrix.test_writing import check_delete, check_update, written
from tests.system.client import Client

OWNERS = (
    Role(dict.fromkeys(("read", "add", "update", "delete"), "department"), settings=("tokens",)),
    Role(
        {"read": "own", "add": "own", "update": "own", "delete": "own"},
        {STAGE: {"read": "all", "update": "all"}},
        settings=("tokens", "users"),
    ),
)
SCOPES = (
    ("*",), ("lead:*",), ("*:read",), ("lead:read",), ("lead:update",), ("lead:add",),
    ("lead:delete", "lead:read"), ("lead:read", "lead:update"), ("*:update", "lead:read"),
    ("contact:read",), ("deal:*", "contact:*"), ("setting:users",), ("user:read",),
)  # fmt: skip


def token_client(door: Door, scopes: tuple[str, ...]) -> Client:
    """A client that carries a new token of the person."""
    expires = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    body = {"name": uuid4().hex, "scopes": list(scopes), "expires_at": expires}
    answer = door.world.user.post("/tokens", body)
    assert answer.status_code == 201, answer.text
    client = door.world.platform.client()
    client.http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    door.moved()
    return client


def check_leads(door: Door, own: Role) -> None:
    """Every door to leads, as the narrowed roles allow."""
    for lead in written(door):
        for path in (lead.path, f"{lead.path}/history"):
            status = expectations.record_status(door.roles, "read", lead.facts)
            door.expect_record(Request("GET", path), status, lead.id, str(lead))
        check_update(door, lead)
        check_delete(door, lead)
    lists, read = many_record_lists(door, LEAD), expectations.list_status(door.roles)
    check_lists(door, lists[:2], door.world.records[LEAD], read)
    body = {"title": f"Made {uuid4().hex}"}
    status = expectations.create_status(door.roles, Facts("self"))
    door.expect(Request("POST", "/leads", body=body), status)


def check_organisation(door: Door, own: Role, scopes: tuple[str, ...]) -> None:
    """People are read and changed only where the scopes say so as well."""
    reads = {"*", "*:*", "*:read", "user:read", "user:*"} & set(scopes)
    door.expect(Request("GET", "/users"), 200 if reads else 403)
    writes = {"*", "*:*", "user:*"} & set(scopes) and "users" in own.settings
    path = f"/users/{door.world.people['colleague']}"
    door.expect(Request("PATCH", path, body={"locale": "en"}), 200 if writes else 403)
    door.expect(Request("PATCH", "/organisation", body={"name": "Taken over"}), 403)
    door.expect(Request("POST", "/leads/statuses", body={"code": "x", "name": "x"}), 403)


@pytest.mark.timeout(300)
def test_token_allows_what_its_scopes_and_its_owner_both_allow(door: Door, at_length: bool) -> None:
    """Every scope of every owner at length, else the owners take turns."""
    for turn, scopes in enumerate(SCOPES):
        for own in OWNERS if at_length else [OWNERS[turn % len(OWNERS)]]:
            door.client = None
            door.give(own)
            door.client = token_client(door, scopes)
            door.roles = expectations.scoped([own], scopes)
            door.note = f"token {list(scopes)} of one with {own}"
            check_leads(door, own)
            check_organisation(door, own, scopes)
    door.tally.settle(at_least=750)


@pytest.mark.timeout(120)
def test_token_shrinks_with_its_owner(door: Door) -> None:
    door.give(OWNERS[0])
    client = token_client(door, ("*",))
    for role in (Role({"read": "own"}), Role({"update": "all"}), Role({"read": "subdepartments"})):
        door.client = None
        door.give(role)
        door.client = client
        door.note = "token made under more rights"
        for lead in written(door):
            status = expectations.record_status(door.roles, "read", lead.facts)
            door.expect_record(Request("GET", lead.path), status, lead.id, str(lead))
            check_update(door, lead)
    door.tally.settle(at_least=50)
