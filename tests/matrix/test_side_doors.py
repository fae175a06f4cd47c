"""Ways round the main doors: repeats, cursors, taken ids, explanations, totals, deleted rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.matrix import expectations
from tests.matrix.door import Door, Request, problem
from tests.matrix.expectations import LEVELS, Role
from tests.matrix.kinds import DEAL, LEAD, STAGE, Kind, each_kind, each_owned
from tests.matrix.test_reading import shown

WORKED = dict.fromkeys(("read", "add", "update", "delete"), "own")


def readers(kind: Kind = LEAD) -> Iterator[Role]:
    """Reading leads at every level, others at some; and two rules for a stage."""
    for level in LEVELS if kind is LEAD else ("own", "open"):
        yield Role({**WORKED, "read": level}, kind=kind)
    if kind.stage:
        yield Role(WORKED, {STAGE: {"read": "all"}}, kind=kind)
        yield Role({**WORKED, "read": "all"}, {STAGE: {"read": "none"}}, kind=kind)


@pytest.mark.timeout(120)
@each_kind
def test_repeat_of_a_write_shows_no_more_than_may_be_read_now(door: Door, kind: Kind) -> None:
    user = door.world.user
    door.give(Role(WORKED, kind=kind))
    body = door.world.values(kind, id=str(uuid4()))
    key = uuid4().hex
    assert user.post(kind.path, body, key=key).status_code == 201
    for role, status, seen in (
        (Role(WORKED, kind=kind), 201, True),
        (Role(WORKED, fields={"source": "hidden"}, kind=kind), 201, False),
        (Role({"add": "own"}, kind=kind), 201, False),
        (Role({"read": "own"}, kind=kind), 403, False),
        (Role({"read": "own", "add": "own"}, {"new": {"read": "none"}}, kind=kind), 201, False),
    ):
        if role.stages and not kind.stage:
            continue
        door.give(role)
        for answer in (user.post(kind.path, body, key=key), user.post(kind.path, body)):
            text = f"repeat of POST {kind.path} -> {answer.status_code} {answer.text[:300]}"
            door.tally.status(status, answer.status_code, door.cell(text))
            door.tally.seen(seen, "source" in answer.json(), door.cell(text))
    door.tally.settle(at_least=16)


@pytest.mark.timeout(120)
@each_owned
def test_taken_id_and_foreign_key_show_nothing_of_the_record(door: Door, kind: Kind) -> None:
    for role in readers(kind):
        door.give(role)
        for record in (*door.world.records[kind], *door.world.binned[kind]):
            titled = {kind.titled: record.title}
            body = door.world.values(kind, **titled, id=record.id)
            answer = door.expect(Request("POST", kind.path, body=body), 409, f"id of {record}")
            told = json.dumps(problem(answer))
            leaked = record.word in told or door.world.people[record.facts.owner] in told
            door.tally.seen(False, leaked, door.cell(f"{record}: {told}"))
    door.tally.settle(at_least=60)


@pytest.mark.timeout(120)
@each_owned
def test_cursor_of_another_leads_nowhere(door: Door, kind: Kind) -> None:
    page: dict[str, Any] = {"limit": 2, "sort": "number"}
    cursor = door.world.administrator.get(kind.path, **page).json()["next_cursor"]
    for role in readers(kind):
        door.give(role)
        status = 400 if expectations.granted(door.roles, "read", kind) else 403
        for query in ({**page, "cursor": cursor}, {**page, "cursor": "bm9uc2Vuc2U"}):
            door.expect(Request("GET", kind.path, query), status, "a cursor of the administrator")
    door.tally.settle(at_least=4)


def walked(door: Door, kind: Kind, query: dict[str, Any]) -> list[str]:
    """The ids on all pages of a list."""
    ids: list[str] = []
    while True:
        answer = door.ask(Request("GET", kind.path, query))
        ids.extend(shown(answer))
        following = answer.json().get("next_cursor")
        if following is None:
            return ids
        query = {**query, "cursor": following}


@pytest.mark.timeout(120)
@each_owned
def test_pages_hold_each_readable_record_once_and_no_other(door: Door, kind: Kind) -> None:
    records = door.world.records[kind]
    titles = [record.title for record in records]
    query = {"limit": 4, "filter": json.dumps({kind.title: {"in": titles}})}
    for role in readers(kind):
        door.give(role)
        if not expectations.granted(door.roles, "read", kind):
            continue
        for sort in ("-created_at", kind.title, f"{kind.stage or 'open'},-number"):
            ids = walked(door, kind, {**query, "sort": sort})
            for record in records:
                may = expectations.covers(door.roles, "read", record.facts)
                right = ids.count(record.id) == int(may)
                wrong = "leak" if ids.count(record.id) > may else "wrong refusal"
                door.tally.check(right, wrong, door.cell(f"{record} on the pages by {sort}"))
    door.tally.settle(at_least=300 if kind is LEAD else 60)


@pytest.mark.timeout(120)
@each_owned
def test_deleted_record_is_in_no_list_but_the_bin(door: Door, kind: Kind) -> None:
    binned = door.world.binned[kind]
    bins = [record.id for record in binned]
    asked = (
        {"deleted_at": {"nempty": True}}, {"not": {"deleted_at": {"empty": True}}},
        {"deleted_by": {"nempty": True}}, {"or": [{"id": {"in": bins}}, {"id": bins[0]}]},
    )  # fmt: skip
    for level in ("all", "own", "open") if kind is LEAD else ("all",):
        door.give(Role({"read": level}, kind=kind))
        search = f"{kind.path}/search"
        for filtered in asked:
            for request in (
                Request("GET", kind.path, {"filter": json.dumps(filtered), "count": "exact"}),
                Request("POST", search, body={"filter": filtered, "count": "exact"}),
            ):
                answer = door.expect(request, 200)
                empty = answer.json()["items"] == [] and answer.json()["total"] == 0
                door.tally.check(empty, "leak", door.cell(f"{request} -> {answer.text[:200]}"))
        smuggled = Request("POST", search, body={"deleted": True})
        door.expect(smuggled, 400, "the bin by a hidden parameter")
        door.expect(Request("GET", kind.path, {"deleted": "true"}), 400)
        for record in binned:
            body = {kind.titled: "x"}
            update = Request("PATCH", record.path, body=body, version=record.version)
            door.expect(update, 403, "no right to update")
    door.tally.settle(at_least=20)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("kind", [LEAD, DEAL], ids=str)
def test_explanation_is_given_to_those_who_may_know(door: Door, kind: Kind) -> None:
    world = door.world
    self_asked = {"entity": kind.entity, "operation": "read"}
    for role in readers(kind):
        door.give(role)
        for record in world.records[kind]:
            status = expectations.record_status(door.roles, "read", record.facts)
            request = Request("GET", "/access/explain", {**self_asked, "id": record.id})
            answer = door.expect(request, status, str(record))
            if status == 404:
                absent = door.ask(Request("GET", "/access/explain", {**self_asked, "id": uuid4()}))
                same = problem(absent) == problem(answer)
                door.tally.check(same, "differs from absent", door.cell(f"{request} {answer.text}"))
        mine = world.record("self", kind=kind)
        about = {**self_asked, "user": world.people["colleague"]}
        expected = expectations.record_status(door.roles, "read", mine.facts)
        for query in ({**about, "id": mine.id}, about):
            status = expected if expected != 200 and "id" in query else 403
            door.expect(Request("GET", "/access/explain", query), status, "about a colleague")
    door.give(Role({"read": "own"}, settings=("roles",), kind=kind))
    query = {**about, "id": mine.id}
    door.expect(Request("GET", "/access/explain", query), 200, "about a colleague")
    door.tally.settle(at_least=20)


@pytest.mark.timeout(120)
@each_owned
def test_totals_are_hidden_only_when_every_role_says_so(door: Door, kind: Kind) -> None:
    world, read = door.world, Role({"read": "all"}, kind=kind)
    hiding = world.make_role(read, switches={kind.entity: {"hide_totals": True}})["code"]
    showing = world.code(read)
    idle = world.code(Role({"add": "own"}, kind=kind))
    for codes, hidden in (
        ([hiding], True), ([hiding, showing], False), ([hiding, idle], True), ([showing], False)
    ):  # fmt: skip
        world.hold(codes)
        door.moved()
        for counted in ("exact", "estimate"):
            for request in (
                Request("GET", kind.path, {"count": counted}),
                Request("POST", f"{kind.path}/search", body={"count": counted}),
                Request("GET", f"{kind.path}/bin", {"count": counted}),
            ):
                total = door.expect(request, 200, f"hide_totals {hidden}").json().get("total")
                cell = door.cell(f"hide_totals {hidden}: {request} total {total}")
                door.tally.seen(not hidden, total is not None, cell)
    door.tally.settle(at_least=40)
