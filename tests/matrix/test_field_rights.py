"""Fields that are hidden, read or edited by the roles together: only reading roles count."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.matrix import expectations
from tests.matrix.door import Door, Request
from tests.matrix.expectations import Role
from tests.matrix.field_values import FINDABLE, filled, writable
from tests.matrix.kinds import COMPANY, CONTACT, LEAD, STAGE, Kind, each_kind
from tests.matrix.world import Record

OWN = dict.fromkeys(("read", "add", "update", "delete"), "own")
# What the records refer to can be read, so that only the field itself is in question.
REFERRED = (Role({"read": "own"}, kind=CONTACT), Role({"read": "own"}, kind=COMPANY))

# One field of each type is asked about under several roles at once.
TOGETHER = ("company_name", "emails", "amount", "comments", "utm", "open")


def holdings(name: str, kind: Kind) -> Iterator[tuple[Role, ...]]:
    """Roles alone and together that speak about the field."""

    def role(grants: dict[str, str], right: str | None = None, **stages: Any) -> Role:
        return Role(grants, stages, {name: right} if right else {}, kind=kind)

    hidden = role(OWN, "hidden")
    yield (hidden,)
    yield (role(OWN, "read"),)
    yield (role(OWN, "edit"),)
    if name not in TOGETHER:
        return
    yield hidden, role({"read": "own"})
    yield hidden, role({"read": "own"}, "read")
    yield hidden, role({"add": "own", "update": "own"}, "edit")
    if kind.stage:
        yield hidden, role({"read": "none"}, "read", **{STAGE: {"read": "own"}})


def check_shown(door: Door, name: str, value: Any, right: str, record: Record) -> None:
    """The field stands in answers, queries and the schema unless it is hidden."""
    kind = record.facts.kind
    body = door.expect(Request("GET", record.path), 200).json()
    door.tally.seen(right != "hidden", name in body, door.cell(f"{name} in GET {record.path}"))
    alone = {"id": record.id}
    listed = door.expect(Request("GET", kind.path, {"filter": json.dumps(alone)}), 200).json()
    shown = [name in item for item in listed.get("items", ())]
    door.tally.seen(right != "hidden", shown == [True], door.cell(f"{name} in the list: {shown}"))
    status = 400 if right == "hidden" else 200
    door.expect(Request("GET", record.path, {"fields": name}), status)
    findable = name in FINDABLE[kind]
    asked = {name: value} if findable else {name: {"empty": True}}
    query = {"filter": json.dumps({"and": [alone, asked]}), "count": "exact"}
    found = door.expect(Request("GET", kind.path, query), status)
    if found.status_code == status == 200 and findable:
        total = found.json()["total"]
        door.tally.check(total == 1, "wrong refusal", door.cell(f"{query} finds {total}"))
    check_schema(door, name, right, kind)


def check_schema(door: Door, name: str, right: str, kind: Kind) -> None:
    """The schema names the field with what may be done to it, or not at all."""
    schema = door.expect(Request("GET", f"{kind.path}/schema"), 200).json()
    found = [field for field in schema["fields"] if field["name"] == name]
    told = found[0]["access"] if found else "hidden"
    door.tally.check(told == right, "wrong schema", door.cell(f"schema says {name} is {told}"))


def check_written(
    door: Door, name: str, values: tuple[Any, Any], right: str, record: Record
) -> None:
    """The field is written when it may be edited, 403 when only read, 400 when hidden."""
    kind, refused = record.facts.kind, {"hidden": 400, "read": 403}
    for value in reversed(values):
        request = Request("PATCH", record.path, body={name: value}, version=record.version)
        answer = door.expect(request, refused.get(right, 200))
        if answer.status_code == 200:
            record.version = answer.json()["version"]
    body = door.world.values(kind, **{name: values[0]})
    door.expect(Request("POST", kind.path, body=body), refused.get(right, 201))
    changes = {kind.titled: "x", name: None}
    mixed = Request("PATCH", record.path, body=changes, version=record.version)
    if right != "edit":
        door.expect(mixed, refused[right])


@pytest.mark.timeout(300)
@each_kind
def test_field_is_shown_and_written_as_the_roles_together_say(
    door: Door, kind: Kind, at_length: bool
) -> None:
    """In the short run the fields that are not in TOGETHER take turns at the rights to them."""
    record = filled(door.world, kind)
    referred = [role for role in REFERRED if role.kind is not kind is not LEAD]
    for turn, (name, values) in enumerate(writable(door.world, kind).items()):
        held = list(holdings(name, kind))
        for roles in held if at_length or name in TOGETHER else [held[turn % len(held)]]:
            door.give(*roles, *referred)
            right = expectations.field_right(roles, name, kind)
            door.note = f"{name} is {right}"
            check_shown(door, name, values[0], right, record)
            check_written(door, name, values, right, record)
    door.tally.settle(at_least=400 if kind is LEAD else 40)
