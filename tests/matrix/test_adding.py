"""Who creates leads for whom, in which status; and that import and export have no door yet."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.matrix import expectations
from tests.matrix.door import Door, Request
from tests.matrix.expectations import LEVELS, NEEDED, Role
from tests.matrix.world import STAGE

OVERRIDES = ({}, {STAGE: {"add": "all"}}, {STAGE: {"add": "none"}})
ROLES = [
    Role({"add": level, "read": read}, override)
    for level in LEVELS
    for read, override in (*(("all", override) for override in OVERRIDES), ("none", {}))
]


def check_create(door: Door, owner: str | None, status: str) -> None:
    """A lead is made for `owner` (None: whoever asks) exactly when add reaches them."""
    given = {} if owner is None else {"owner_id": door.world.people[owner]}
    body = {"title": f"Made {uuid4().hex}", "status": status, **given}
    expected = expectations.create_status(door.roles, owner or "self", status)
    answer = door.expect(Request("POST", "/leads", body=body), expected, f"for {owner}")
    if answer.status_code == 201:
        made = answer.json()
        path = f"/leads/{made['id']}"
        kept = door.world.administrator.get(path).json()
        right = kept["owner_id"] == door.world.people[owner or "self"] and kept["status"] == status
        door.tally.check(right, "not written", door.cell(f"POST /leads {body} -> {kept}"))


@pytest.mark.timeout(300)
def test_lead_is_created_only_for_people_inside_the_add_level(door: Door) -> None:
    owners = [owner for owner in NEEDED if owner != "leaver"]
    for role in ROLES:
        door.give(role)
        for status in ("new", STAGE):
            for owner in (None, *owners):
                check_create(door, owner, status)
    door.tally.settle(at_least=300)


def test_import_and_export_have_no_door_yet(door: Door) -> None:
    for operation, method in (("import", "POST"), ("export", "GET")):
        for level in LEVELS:
            door.give(Role({"read": "all", "add": "all", operation: level}))
            answer = door.ask(Request(method, f"/leads/{operation}"))
            right = answer.status_code in (400, 404, 405)
            cell = door.cell(f"{method} /leads/{operation} -> {answer.status_code}")
            door.tally.check(right, "leak", cell)
    paths = door.world.administrator.http.get("/api/v1/openapi.json").json()["paths"]
    for operation in ("import", "export"):
        named = [path for path in paths if path.endswith(f"/{operation}")]
        door.tally.check(not named, "leak", f"{named} is in the OpenAPI document")
    door.tally.settle(at_least=14)
