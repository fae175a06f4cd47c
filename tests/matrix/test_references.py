"""What a record refers to reads as empty where it cannot be read: shown, filtered and sorted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.matrix import expectations
from tests.matrix.door import Door, Request, problem
from tests.matrix.expectations import Role
from tests.matrix.kinds import DEAL
from tests.matrix.pointing import REFERENCES, Pointer, Pointing, Reference, role_sets
from tests.matrix.test_hidden_fields import without
from tests.matrix.test_reading import shown

Wanted = Callable[[Pointer], bool]


def seen(door: Door, pointer: Pointer, reference: Reference) -> bool:
    """Whether what the record refers to may be read."""
    target = pointer.targets.get(reference.field)
    return target is not None and expectations.covers(door.roles, "read", target.facts)


def search(reference: Reference, pointers: list[Pointer], **query: Any) -> Request:
    """A list of the records that refer, or those of them that match."""
    alone = {"id": {"in": [pointer.record.id for pointer in pointers]}}
    narrower = [query.pop("filter")] if "filter" in query else []
    body = {"filter": {"and": [alone, *narrower]}, "limit": 100, "count": "exact", **query}
    return Request("POST", f"{reference.source.path}/search", body=body)


def included(reference: Reference, item: Any) -> dict[str, Any]:
    """What an answer shows of the record that is referred to; of none, nothing."""
    value = item[reference.alias]
    found = value[0] if isinstance(value, list) and value else value
    return dict(found or {})


def told(pointer: Pointer, reference: Reference, may: bool) -> dict[str, Any]:
    """What has to be shown: the id always, the rest as far as it `may` be read."""
    target = pointer.targets.get(reference.field)
    if target is None:
        return {}
    known = {"name": target.title, "industry": f"Trade {target.word}"}
    copies = {copy: known[copy] for copy in reference.copies}
    return {"id": target.id, **(copies if may else {"name": None})}


def check_included(
    door: Door, reference: Reference, pointers: list[Pointer], items: dict[str, Any], place: Any
) -> None:
    """Each readable record shows what it refers to, or its id alone."""
    for pointer in pointers:
        record = pointer.record
        readable = expectations.covers(door.roles, "read", record.facts)
        cell = door.cell(f"{record} -> {pointer.targets.get(reference.field)} in {place}")
        door.tally.seen(readable, record.id in items, cell)
        if readable and record.id in items:
            may = seen(door, pointer, reference)
            found = included(reference, items[record.id])
            found = {n: v for n, v in found.items() if n not in ("primary", "role")}
            wrong = "wrong refusal" if may else "leak"
            door.tally.check(found == told(pointer, reference, may), wrong, f"{cell} {found}")


def check_shown(door: Door, reference: Reference, pointers: list[Pointer], turn: int) -> None:
    """Lists, the board and the record itself include no more than may be read."""
    kind, status = reference.source, expectations.list_status(door.roles, reference.source)
    request = search(reference, pointers, include=reference.alias)
    answer = door.expect(request, status)
    if status == 200:
        check_included(door, reference, pointers, shown(answer), request)
    one = pointers[turn % len(pointers)]
    request = Request("GET", one.record.path, {"include": reference.alias})
    expected = expectations.record_status(door.roles, "read", one.record.facts)
    answer = door.expect(request, expected)
    if answer.status_code == expected == 200:
        check_included(door, reference, [one], {one.record.id: answer.json()}, request)
    if kind is DEAL:
        query = {"pipeline": door.world.pipeline, "stage": "new", "include": reference.alias}
        request = Request("GET", "/deals/board", {**query, "limit": 500})
        answer = door.expect(request, status)
        if status == 200:
            [column] = answer.json()["columns"]
            items = {item["id"]: item for item in column["items"]}
            check_included(door, reference, pointers, items, request)


def check_found(door: Door, reference: Reference, pointers: list[Pointer], turn: int) -> None:
    """Filters compare what may not be read as if there were nothing."""
    status = expectations.list_status(door.roles, reference.source)
    one = pointers[turn % (len(pointers) - 1)].targets[reference.field]

    def may(pointer: Pointer) -> bool:
        return seen(door, pointer, reference)

    def is_one(pointer: Pointer) -> bool:
        return may(pointer) and pointer.targets[reference.field] is one

    name = f"{reference.alias}.name"
    asked: list[tuple[Any, Wanted]] = [
        ({name: {"contains": "matrix"}}, may),
        ({name: {"empty": True}}, lambda pointer: not may(pointer)),
        ({name: one.title}, is_one),
        ({"not": {name: {"starts": "Matrix"}}}, lambda pointer: not may(pointer)),
    ]
    if "industry" in reference.copies:
        asked.append(({f"{reference.alias}.industry": {"starts": "trade"}}, may))
    for filtered, wanted in asked:
        request = search(reference, pointers, filter=filtered)
        answer = door.expect(request, status)
        if answer.status_code != 200:
            continue
        items = shown(answer)
        for pointer in pointers:
            readable = expectations.covers(door.roles, "read", pointer.record.facts)
            target = pointer.targets.get(reference.field)
            cell = door.cell(f"{pointer.record} -> {target} in {request}")
            door.tally.seen(readable and wanted(pointer), pointer.record.id in items, cell)
        right = answer.json()["total"] == len(items)
        door.tally.check(right, "leak", door.cell(f"{request} total {answer.json()['total']}"))


def check_sorted(door: Door, reference: Reference, pointers: list[Pointer], turn: int) -> None:
    """What may not be read comes last, as nothing does, whichever way round."""
    name = f"{reference.alias}.name"
    request = search(reference, pointers, sort=f"-{name}" if turn % 2 else name)
    status = expectations.list_status(door.roles, reference.source)
    answer = door.expect(request, 400 if reference.links and status == 200 else status)
    if answer.status_code != 200:
        return
    by_id = {pointer.record.id: pointer for pointer in pointers}
    met = [
        by_id[found].targets[reference.field].title if seen(door, by_id[found], reference) else None
        for found in shown(answer)
    ]
    names = sorted((name for name in met if name), reverse=bool(turn % 2))
    cell = door.cell(f"{request} {met}")
    door.tally.check(met == names + [None] * (len(met) - len(names)), "leak", cell)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("reference", REFERENCES, ids=str)
def test_what_cannot_be_read_is_empty_where_it_is_referred_to(
    door: Door, pointing: Pointing, reference: Reference
) -> None:
    pointers = pointing.sources[reference.source]
    for turn, roles in enumerate(role_sets(reference.target)):
        door.give(*roles)
        check_shown(door, reference, pointers, turn)
        check_found(door, reference, pointers, turn)
        check_sorted(door, reference, pointers, turn)
    door.tally.settle(at_least=500)


@pytest.mark.timeout(120)
def test_hidden_field_is_no_copy_anywhere(door: Door, pointing: Pointing) -> None:
    for reference in REFERENCES:
        pointers = pointing.sources[reference.source]
        for copy in reference.copies:
            hiding = Role({"read": "all"}, fields={reference.copied(copy): "hidden"},
                          kind=reference.target)  # fmt: skip
            same = reference.source is reference.target
            door.give(hiding, *(() if same else [Role({"read": "all"}, kind=reference.source)]))
            answer = door.expect(search(reference, pointers, include=reference.alias), 200)
            for item in shown(answer).values():
                value = included(reference, item).get(copy)
                cell = door.cell(f"{reference.target}.{copy} in {reference}: {value}")
                door.tally.seen(False, value is not None, cell)
            schema = door.expect(Request("GET", f"{reference.source.path}/schema"), 200).json()
            [field] = [each for each in schema["fields"] if each["name"] == reference.field]
            cell = door.cell(f"{reference.field} in the schema copies {field['copies']}")
            door.tally.seen(False, copy in field["copies"], cell)
            check_unknown(door, reference, pointers, copy)
    door.tally.settle(at_least=300)


def check_unknown(door: Door, reference: Reference, pointers: list[Pointer], copy: str) -> None:
    """A copy of a hidden field is refused as a copy that there is not."""
    name, unknown = f"{reference.alias}.{copy}", f"{reference.alias}.nonsense"
    for operator, value in (("eq", "x"), ("contains", "x"), ("empty", True), ("wrong", 1)):
        answers = [
            door.expect(search(reference, pointers, filter={each: {operator: value}}), 400)
            for each in (name, unknown)
        ]
        check_same(door, name, unknown, answers)
    answers = [door.expect(search(reference, pointers, sort=each), 400) for each in (name, unknown)]
    check_same(door, name, unknown, answers)


def check_same(door: Door, name: str, unknown: str, answers: list[Any]) -> None:
    """Both answers are the same, but for the name that was asked for."""
    hidden, other = answers
    same = without(name, problem(hidden)) == without(unknown, problem(other))
    cell = door.cell(f"{name} -> {hidden.text} but {other.text}")
    door.tally.check(same, "differs from unknown", cell)
