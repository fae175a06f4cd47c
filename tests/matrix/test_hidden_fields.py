"""A hidden field is an unknown one: whatever names it is refused in the very same words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.matrix.door import Door, Request, problem
from tests.matrix.expectations import Facts, Role
from tests.matrix.field_values import OPERATORS, SYSTEM, UNKNOWN, WORDS, WRITABLE, filled
from tests.matrix.world import Lead

OWN = dict.fromkeys(("read", "add", "update", "delete"), "own")
# Fields that the platform keeps itself, or that decide about access, can be hidden as well.
ALSO_HIDDEN = ("reason", "status", "owner_id", "observer_ids", "number", "created_by", "updated_at")
HIDDEN = (*WRITABLE, *ALSO_HIDDEN)


@pytest.fixture(scope="module")
def lead(world: Any) -> Lead:
    """A lead of the person with a value in every field."""
    made: Lead = world.make_lead(Facts("self"), **filled())
    return made


def queries(name: str, value: Any) -> Iterator[Request]:
    """Every way to name a field in a query."""
    for text in (name, f"id,{name}"):
        yield Request("GET", "/leads", {"fields": text})
    for text in (name, f"-{name}", f"created_at,{name}"):
        yield Request("GET", "/leads", {"sort": text})
        yield Request("POST", "/leads/search", body={"sort": text})
    for operator, operand in OPERATORS.items():
        yield Request("GET", "/leads", {"filter": json.dumps({name: {operator: operand}})})
    exact = {name: value}
    for nested in (
        exact, {"and": [exact]}, {"or": [{"title": "x"}, exact]}, {"not": exact},
        {f"{name}.name": "x"}, {name: "@me"}, {name: None},
    ):  # fmt: skip
        yield Request("GET", "/leads", {"filter": json.dumps(nested)})
        yield Request("POST", "/leads/search", body={"filter": nested, "count": "exact"})
    yield Request("GET", "/leads/bin", {"filter": json.dumps(exact)})
    yield Request("GET", "/leads/bin", {"sort": name})
    yield Request("GET", "/leads", {"include": name.removesuffix("_ids").removesuffix("_id")})


def about_record(name: str, values: tuple[Any, Any], lead: Lead) -> Iterator[Request]:
    """Every way to name a field in a request about a record."""
    yield Request("GET", lead.path, {"fields": name})
    yield Request("GET", lead.path, {"include": name.removesuffix("_ids").removesuffix("_id")})
    yield Request("POST", "/leads", body={"title": "x", name: values[0]})
    yield Request("POST", "/leads", body={"title": "x", name: None})
    for value in (*values, None, {"wrong": ["type"]}):
        yield Request("PATCH", lead.path, body={name: value}, version=lead.version)
    yield Request("PATCH", lead.path, body={"title": "x", name: values[1]}, version=lead.version)
    yield Request("PATCH", lead.path, body={name: values[1]})
    yield Request("PATCH", lead.path, body={name: values[1]}, version=lead.version + 7)


def without(name: str, value: Any) -> Any:
    """`value` with `name` blotted out of its texts, so that only other differences remain."""
    if isinstance(value, dict):
        return {key: without(name, item) for key, item in value.items()}
    if isinstance(value, list):
        return [without(name, item) for item in value]
    if isinstance(value, str):
        short = name.removesuffix("_ids").removesuffix("_id")
        return re.sub(rf"\b({re.escape(name)}|{re.escape(short)})\b", "§", value)
    return value


def check_like_unknown(door: Door, name: str, pairs: Iterator[tuple[Request, Request]]) -> None:
    """Each request that names the hidden field is answered as its twin with an unknown one."""
    for request, twin in pairs:
        hidden = door.expect(request, 400, f"hidden {name}")
        unknown = door.expect(twin, 400, "unknown")
        same = without(name, problem(hidden)) == without(UNKNOWN, problem(unknown))
        text = f"{request} -> {hidden.status_code} {hidden.text} but {unknown.text}"
        door.tally.check(same, "differs from unknown", door.cell(text))


@pytest.mark.timeout(300)
def test_hidden_field_is_refused_exactly_as_an_unknown_one(door: Door, lead: Lead) -> None:
    for name in HIDDEN:
        values = WRITABLE.get(name, ("x", "y"))
        door.give(Role(OWN, fields={name: "hidden"}))
        pairs = zip(queries(name, values[0]), queries(UNKNOWN, values[0]), strict=True)
        check_like_unknown(door, name, pairs)
        pairs = zip(
            about_record(name, values, lead), about_record(UNKNOWN, values, lead), strict=True
        )
        check_like_unknown(door, name, pairs)
    door.tally.settle(at_least=2000)


def named(body: Any) -> set[str]:
    """The fields that an answer names: of records, of changes, of a refusal, of the schema."""
    names: set[str] = set()
    for record in body.get("items", [body] if "type" in body and "title" in body else []):
        names |= set(record) | set(record.get("changes") or ())
    if "code" in body and "status" in body and "errors" in body:
        pointers = {error["pointer"].split("/")[1] for error in body["errors"] if error["pointer"]}
        return pointers | set(body.get("fields") or ())
    for field in body.get("fields", ()):
        names |= {field["name"], field.get("include", "")}
    return names


def places(door: Door, name: str, lead: Lead) -> Iterator[tuple[Request, Any]]:
    """Everything that answers with this lead."""
    alone = json.dumps({"title": f"Matrix {lead.word}"})
    same = {"title": f"Matrix {lead.word}"}
    for request, status in (
        (Request("GET", lead.path), 200),
        (Request("GET", lead.path, {"include": "owner"} if name != "owner_id" else {}), 200),
        (Request("GET", f"{lead.path}/history"), 200),
        (Request("GET", "/leads", {"filter": alone}), 200),
        (Request("GET", "/leads", {"q": lead.word, "count": "exact"}), 200),
        (Request("POST", "/leads/search", body={"filter": json.loads(alone)}), 200),
        (Request("PATCH", lead.path, body=same, version=lead.version), 200),
        (Request("PATCH", lead.path, body=same, version=1), 412),
        (Request("GET", "/leads/schema"), 200),
    ):
        yield request, door.expect(request, status).json()
    created = door.expect(Request("POST", "/leads", body={"title": f"Made {uuid4().hex}"}), 201)
    yield Request("POST", "/leads"), created.json()


@pytest.mark.timeout(300)
def test_hidden_field_shows_nowhere(door: Door, lead: Lead) -> None:
    door.world.set(lead, {name: values[1] for name, values in WRITABLE.items()})
    door.world.set(lead, filled())
    for name in HIDDEN:
        door.give(Role(OWN, fields={name: "hidden"}))
        for place, body in places(door, name, lead):
            found = named(body)
            door.tally.seen(False, name in found, door.cell(f"{name} in {place}: {sorted(found)}"))
            door.tally.check(bool(found), "nothing shown", door.cell(place))
        for word in WORDS.get(name, ()):
            request = Request("GET", "/leads", {"q": word, "count": "exact"})
            answer = door.expect(request, 200)
            ids = [item["id"] for item in answer.json().get("items", ())]
            door.tally.seen(False, lead.id in ids, door.cell(f"{name} found by {request}"))
            total = answer.json().get("total")
            door.tally.check(total == len(ids), "leak", door.cell(f"{request} total {total}"))
    door.tally.settle(at_least=200)


@pytest.mark.timeout(120)
def test_system_field_is_refused_in_a_body(door: Door, lead: Lead) -> None:
    door.give(Role(dict.fromkeys(OWN, "all")))
    for name in (*SYSTEM, UNKNOWN, "custom.nonsense", "tenant_id", "is_deleted", "status_id"):
        for value in ("x", None, 3, str(uuid4())):
            body = {"title": "x", name: value}
            door.expect(Request("POST", "/leads", body=body), 400, name)
            request = Request("PATCH", lead.path, body=body, version=lead.version)
            door.expect(request, 400, name)
    changed = Request("PATCH", lead.path, body={"id": str(uuid4())}, version=lead.version)
    door.expect(changed, 400, "id")
    door.tally.settle(at_least=100)
