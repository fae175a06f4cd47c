"""Fields that are hidden, read or edited by the roles together: only reading roles count."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.matrix import expectations
from tests.matrix.door import Door, Request
from tests.matrix.expectations import Facts, Role
from tests.matrix.field_values import WRITABLE, filled
from tests.matrix.world import STAGE, Lead

OWN = dict.fromkeys(("read", "add", "update", "delete"), "own")
# Equality that finds the filled lead; the other fields are asked whether they are empty.
FINDABLE = ("first_name", "last_name", "company_name", "position", "source", "repeat", "open")

# One field of each kind is asked about under several roles at once.
TOGETHER = ("company_name", "emails", "amount", "comments", "utm", "open")


@pytest.fixture(scope="module")
def lead(world: Any) -> Lead:
    """A lead of the person with a value in every field."""
    made: Lead = world.make_lead(Facts("self"), **filled())
    return made


def holdings(name: str) -> Iterator[tuple[Role, ...]]:
    """Roles alone and together that speak about the field."""
    hidden = Role(OWN, fields={name: "hidden"})
    yield (hidden,)
    yield (Role(OWN, fields={name: "read"}),)
    yield (Role(OWN, fields={name: "edit"}),)
    if name not in TOGETHER:
        return
    yield hidden, Role({"read": "own"})
    yield hidden, Role({"read": "own"}, fields={name: "read"})
    yield hidden, Role({"add": "own", "update": "own"}, fields={name: "edit"})
    yield hidden, Role({"read": "none"}, {STAGE: {"read": "own"}}, {name: "read"})


def check_shown(door: Door, name: str, right: str, lead: Lead) -> None:
    """The field stands in answers, queries and the schema unless it is hidden."""
    record = door.expect(Request("GET", lead.path), 200).json()
    door.tally.seen(right != "hidden", name in record, door.cell(f"{name} in GET {lead.path}"))
    alone = {"title": f"Matrix {lead.word}"}
    listed = door.expect(Request("GET", "/leads", {"filter": json.dumps(alone)}), 200).json()
    shown = [name in item for item in listed.get("items", ())]
    door.tally.seen(right != "hidden", shown == [True], door.cell(f"{name} in the list: {shown}"))
    status = 400 if right == "hidden" else 200
    door.expect(Request("GET", lead.path, {"fields": name}), status)
    value = WRITABLE[name][0]
    asked = {name: value} if name in FINDABLE else {name: {"empty": True}}
    query = {"filter": json.dumps({"and": [alone, asked]}), "count": "exact"}
    found = door.expect(Request("GET", "/leads", query), status)
    if found.status_code == status == 200 and name in FINDABLE:
        total = found.json()["total"]
        door.tally.check(total == 1, "wrong refusal", door.cell(f"{query} finds {total}"))
    check_schema(door, name, right)


def check_schema(door: Door, name: str, right: str) -> None:
    """The schema names the field with what may be done to it, or not at all."""
    schema = door.expect(Request("GET", "/leads/schema"), 200).json()
    found = [field for field in schema["fields"] if field["name"] == name]
    told = found[0]["access"] if found else "hidden"
    door.tally.check(told == right, "wrong schema", door.cell(f"schema says {name} is {told}"))


def check_written(door: Door, name: str, right: str, lead: Lead) -> None:
    """The field is written when it may be edited, 403 when only read, 400 when hidden."""
    refused = {"hidden": 400, "read": 403}
    for value in (WRITABLE[name][1], WRITABLE[name][0]):
        request = Request("PATCH", lead.path, body={name: value}, version=lead.version)
        answer = door.expect(request, refused.get(right, 200))
        if answer.status_code == 200:
            lead.version = answer.json()["version"]
    body = {"title": f"Made {uuid4().hex}", name: WRITABLE[name][0]}
    door.expect(Request("POST", "/leads", body=body), refused.get(right, 201))
    mixed = Request("PATCH", lead.path, body={"title": "x", name: None}, version=lead.version)
    if right != "edit":
        door.expect(mixed, refused[right])


@pytest.mark.timeout(300)
def test_field_is_shown_and_written_as_the_roles_together_say(door: Door, lead: Lead) -> None:
    for name in WRITABLE:
        for roles in holdings(name):
            door.give(*roles)
            right = expectations.field_right(roles, name)
            door.note = f"{name} is {right}"
            check_shown(door, name, right, lead)
            check_written(door, name, right, lead)
    door.tally.settle(at_least=700)
