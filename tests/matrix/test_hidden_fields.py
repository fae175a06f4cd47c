"""A hidden field is an unknown one: whatever names it is refused in the very same words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import uuid4

import pytest

from tests.matrix.door import Door, Request, problem
from tests.matrix.expectations import Role
from tests.matrix.field_values import (
    ALSO_HIDDEN,
    OPERATORS,
    SYSTEM,
    UNKNOWN,
    WORDS,
    filled,
    writable,
)
from tests.matrix.kinds import LEAD, Kind, each_kind
from tests.matrix.test_field_rights import OWN
from tests.matrix.world import Record


def alias(name: str) -> str:
    """What a reference is called where it stands for the record that it points at."""
    return name.removesuffix("_ids").removesuffix("_id")


def queries(kind: Kind, name: str, value: Any) -> Iterator[Request]:
    """Every way to name a field in a query."""
    path, search = kind.path, f"{kind.path}/search"
    for text in (name, f"id,{name}"):
        yield Request("GET", path, {"fields": text})
    for text in (name, f"-{name}", f"created_at,{name}"):
        yield Request("GET", path, {"sort": text})
        yield Request("POST", search, body={"sort": text})
    for operator, operand in OPERATORS.items():
        yield Request("GET", path, {"filter": json.dumps({name: {operator: operand}})})
    exact = {name: value}
    for nested in (
        exact, {"and": [exact]}, {"or": [{kind.titled: "x"}, exact]}, {"not": exact},
        {f"{alias(name)}.name": "x"}, {name: "@me"}, {name: None},
    ):  # fmt: skip
        yield Request("GET", path, {"filter": json.dumps(nested)})
        yield Request("POST", search, body={"filter": nested, "count": "exact"})
    yield Request("GET", f"{path}/bin", {"filter": json.dumps(exact)})
    yield Request("GET", f"{path}/bin", {"sort": name})
    yield Request("GET", path, {"include": alias(name)})


def about_record(record: Record, name: str, values: tuple[Any, Any]) -> Iterator[Request]:
    """Every way to name a field in a request about a record."""
    kind, version = record.facts.kind, record.version
    titled = {kind.titled: "x"}
    yield Request("GET", record.path, {"fields": name})
    yield Request("GET", record.path, {"include": alias(name)})
    yield Request("POST", kind.path, body={**titled, name: values[0]})
    yield Request("POST", kind.path, body={**titled, name: None})
    for value in (*values, None, {"wrong": ["type"]}):
        yield Request("PATCH", record.path, body={name: value}, version=version)
    yield Request("PATCH", record.path, body={**titled, name: values[1]}, version=version)
    yield Request("PATCH", record.path, body={name: values[1]})
    yield Request("PATCH", record.path, body={name: values[1]}, version=version + 7)


def ways(record: Record, name: str, values: tuple[Any, Any]) -> Iterator[Request]:
    """Every way to name a field in a request."""
    yield from queries(record.facts.kind, name, values[0])
    yield from about_record(record, name, values)


def without(name: str, value: Any) -> Any:
    """`value` with `name` blotted out of its texts, so that only other differences remain."""
    if isinstance(value, dict):
        return {key: without(name, item) for key, item in value.items()}
    if isinstance(value, list):
        return [without(name, item) for item in value]
    if isinstance(value, str):
        return re.sub(rf"\b({re.escape(name)}|{re.escape(alias(name))})\b", "§", value)
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
@each_kind
def test_hidden_field_is_refused_exactly_as_an_unknown_one(
    door: Door, kind: Kind, at_length: bool
) -> None:
    """Every way for each field at length, else a third of them in turn."""
    record, known = filled(door.world, kind), writable(door.world, kind)
    for turn, name in enumerate((*known, *ALSO_HIDDEN[kind])):
        values = known.get(name, ("x", "y"))
        door.give(Role(OWN, fields={name: "hidden"}, kind=kind))
        asked = zip(ways(record, name, values), ways(record, UNKNOWN, values), strict=True)
        step = 1 if at_length else 3
        check_like_unknown(door, name, islice(asked, turn % step, None, step))
    door.tally.settle(at_least=700 if kind is LEAD else 150)


def named(body: Any) -> set[str]:
    """The fields that an answer names: of records, of changes, of stays, of a refusal, of the
    schema."""
    names: set[str] = set()
    for record in body.get("items", [body] if "type" in body and "version" in body else []):
        names |= set(record) | set(record.get("changes") or ())
    if "code" in body and "status" in body and "errors" in body:
        pointers = {error["pointer"].split("/")[1] for error in body["errors"] if error["pointer"]}
        return pointers | set(body.get("fields") or ())
    for field in body.get("fields", ()):
        names |= {field["name"], field.get("include", "")}
    return names


def places(door: Door, name: str, record: Record) -> Iterator[tuple[Request, Any]]:
    """Everything that answers with this record."""
    kind = record.facts.kind
    alone = {"id": record.id}
    same = {kind.titled: record.title}
    words = {"q": record.word, "count": "exact"}
    by_words = [(Request("GET", kind.path, words), 200)] if name != kind.title else []
    stays = [(Request("GET", f"{record.path}/stages"), 200)] if kind.stage else []
    for request, status in (
        (Request("GET", record.path), 200),
        (Request("GET", record.path, {"include": "owner"} if name != "owner_id" else {}), 200),
        (Request("GET", f"{record.path}/history"), 200),
        (Request("GET", kind.path, {"filter": json.dumps(alone)}), 200),
        (Request("POST", f"{kind.path}/search", body={"filter": alone}), 200),
        (Request("PATCH", record.path, body=same, version=record.version), 200),
        (Request("PATCH", record.path, body=same, version=1), 412),
        (Request("GET", f"{kind.path}/schema"), 200),
        *by_words,
        *stays,
    ):
        yield request, door.expect(request, status).json()
    body = {kind.titled: f"Made {uuid4().hex}"}
    yield Request("POST", kind.path), door.expect(Request("POST", kind.path, body=body), 201).json()


@pytest.mark.timeout(300)
@each_kind
def test_hidden_field_shows_nowhere(door: Door, kind: Kind) -> None:
    record, known = filled(door.world, kind), writable(door.world, kind)
    for turn in (1, 0):
        door.world.set(record, {name: values[turn] for name, values in known.items()})
    for name in (*known, *ALSO_HIDDEN[kind]):
        door.give(Role(OWN, fields={name: "hidden"}, kind=kind))
        for place, body in places(door, name, record):
            found = named(body)
            door.tally.seen(False, name in found, door.cell(f"{name} in {place}: {sorted(found)}"))
            told = bool(found) or (
                place.path.endswith("/stages") and name in (kind.stage, "pipeline_id")
            )
            door.tally.check(told, "nothing shown", door.cell(place))
        for word in WORDS[kind].get(name, ()):
            request = Request("GET", kind.path, {"q": word, "count": "exact"})
            answer = door.expect(request, 200)
            ids = [item["id"] for item in answer.json().get("items", ())]
            door.tally.seen(False, record.id in ids, door.cell(f"{name} found by {request}"))
            total = answer.json().get("total")
            door.tally.check(total == len(ids), "leak", door.cell(f"{request} total {total}"))
    door.tally.settle(at_least=200 if kind is LEAD else 80)


@pytest.mark.timeout(120)
@each_kind
def test_system_field_is_refused_in_a_body(door: Door, kind: Kind) -> None:
    record = filled(door.world, kind)
    door.give(Role(dict.fromkeys(OWN, "all"), kind=kind))
    others = (UNKNOWN, "custom.nonsense", "tenant_id", "is_deleted", f"{kind.stage}_id")
    for name in (*SYSTEM, *others):
        for value in ("x", None, 3, str(uuid4())) if kind is LEAD else ("x",):
            body = {kind.titled: "x", name: value}
            door.expect(Request("POST", kind.path, body=body), 400, name)
            request = Request("PATCH", record.path, body=body, version=record.version)
            door.expect(request, 400, name)
    changed = Request("PATCH", record.path, body={"id": str(uuid4())}, version=record.version)
    door.expect(changed, 400, "id")
    door.tally.settle(at_least=30)
