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
from tests.matrix.test_reading import shown
from tests.matrix.world import STAGE

WORKED = dict.fromkeys(("read", "add", "update", "delete"), "own")


def readers() -> Iterator[Role]:
    """Reading at every level, and two rules for a status."""
    for level in LEVELS:
        yield Role({**WORKED, "read": level})
    yield Role(WORKED, {STAGE: {"read": "all"}})
    yield Role({**WORKED, "read": "all"}, {STAGE: {"read": "none"}})


@pytest.mark.timeout(120)
def test_repeat_of_a_write_shows_no_more_than_may_be_read_now(door: Door) -> None:
    user = door.world.user
    door.give(Role(WORKED))
    body = {"title": f"Made {uuid4().hex}", "id": str(uuid4())}
    key = uuid4().hex
    assert user.post("/leads", body, key=key).status_code == 201
    for role, status, seen in (
        (Role(WORKED), 201, True),
        (Role(WORKED, fields={"company_name": "hidden"}), 201, False),
        (Role({"add": "own"}), 201, False),
        (Role({"read": "own"}), 403, False),
        (Role({"read": "own", "add": "own"}, {"new": {"read": "none"}}), 201, False),
    ):
        door.give(role)
        for answer in (user.post("/leads", body, key=key), user.post("/leads", body)):
            cell = door.cell(f"repeat of POST /leads -> {answer.status_code} {answer.text[:300]}")
            door.tally.status(status, answer.status_code, cell)
            door.tally.seen(seen, "company_name" in answer.json(), cell)
    door.tally.settle(at_least=20)


@pytest.mark.timeout(120)
def test_taken_id_and_foreign_key_show_nothing_of_the_record(door: Door) -> None:
    for role in readers():
        door.give(role)
        for lead in (*door.world.leads, *door.world.binned):
            body = {"id": lead.id, "title": f"Matrix {lead.word}"}
            answer = door.expect(Request("POST", "/leads", body=body), 409, f"id of {lead}")
            told = json.dumps(problem(answer))
            leaked = lead.word in told or door.world.people[lead.facts.owner] in told
            door.tally.seen(False, leaked, door.cell(f"{lead}: {told}"))
    door.tally.settle(at_least=300)


@pytest.mark.timeout(120)
def test_cursor_of_another_leads_nowhere(door: Door) -> None:
    page: dict[str, Any] = {"limit": 2, "sort": "number"}
    cursor = door.world.administrator.get("/leads", **page).json()["next_cursor"]
    for role in readers():
        door.give(role)
        status = 400 if expectations.granted(door.roles, "read") else 403
        for query in ({**page, "cursor": cursor}, {**page, "cursor": "bm9uc2Vuc2U"}):
            door.expect(Request("GET", "/leads", query), status, "a cursor of the administrator")
    door.tally.settle(at_least=16)


def walked(door: Door, query: dict[str, Any]) -> list[str]:
    """The ids on all pages of a list."""
    ids: list[str] = []
    while True:
        answer = door.ask(Request("GET", "/leads", query))
        ids.extend(shown(answer))
        following = answer.json().get("next_cursor")
        if following is None:
            return ids
        query = {**query, "cursor": following}


@pytest.mark.timeout(120)
def test_pages_hold_each_readable_lead_once_and_no_other(door: Door) -> None:
    titles = [f"Matrix {lead.word}" for lead in door.world.leads]
    query = {"limit": 4, "filter": json.dumps({"title": {"in": titles}})}
    for role in readers():
        door.give(role)
        if not expectations.granted(door.roles, "read"):
            continue
        for sort in ("-created_at", "title", "status,-number"):
            ids = walked(door, {**query, "sort": sort})
            for lead in door.world.leads:
                may = expectations.covers(door.roles, "read", lead.facts)
                right = ids.count(lead.id) == int(may)
                kind = "leak" if ids.count(lead.id) > may else "wrong refusal"
                door.tally.check(right, kind, door.cell(f"{lead} on the pages by {sort}"))
    door.tally.settle(at_least=300)


@pytest.mark.timeout(120)
def test_deleted_lead_is_in_no_list_but_the_bin(door: Door) -> None:
    bins = [lead.id for lead in door.world.binned]
    asked = (
        {"deleted_at": {"nempty": True}}, {"not": {"deleted_at": {"empty": True}}},
        {"deleted_by": {"nempty": True}}, {"or": [{"id": {"in": bins}}, {"id": bins[0]}]},
    )  # fmt: skip
    for role in (Role({"read": "all"}), Role({"read": "own"}), Role({"read": "open"})):
        door.give(role)
        for filtered in asked:
            for request in (
                Request("GET", "/leads", {"filter": json.dumps(filtered), "count": "exact"}),
                Request("POST", "/leads/search", body={"filter": filtered, "count": "exact"}),
            ):
                answer = door.expect(request, 200)
                empty = answer.json()["items"] == [] and answer.json()["total"] == 0
                door.tally.check(empty, "leak", door.cell(f"{request} -> {answer.text[:200]}"))
        smuggled = Request("POST", "/leads/search", body={"deleted": True})
        door.expect(smuggled, 400, "the bin by a hidden parameter")
        door.expect(Request("GET", "/leads", {"deleted": "true"}), 400)
        for lead in door.world.binned:
            update = Request("PATCH", lead.path, body={"title": "x"}, version=lead.version)
            door.expect(update, 403, "no right to update")
    door.tally.settle(at_least=60)


@pytest.mark.timeout(120)
def test_explanation_is_given_to_those_who_may_know(door: Door) -> None:
    world = door.world
    self_asked = {"entity": "lead", "operation": "read"}
    for role in readers():
        door.give(role)
        for lead in world.leads:
            status = expectations.record_status(door.roles, "read", lead.facts)
            request = Request("GET", "/access/explain", {**self_asked, "id": lead.id})
            answer = door.expect(request, status, str(lead))
            if status == 404:
                absent = door.ask(Request("GET", "/access/explain", {**self_asked, "id": uuid4()}))
                same = problem(absent) == problem(answer)
                door.tally.check(same, "differs from absent", door.cell(f"{request} {answer.text}"))
        mine = world.lead("self")
        about = {**self_asked, "user": world.people["colleague"]}
        expected = expectations.record_status(door.roles, "read", mine.facts)
        for query in ({**about, "id": mine.id}, about):
            status = expected if expected != 200 and "id" in query else 403
            door.expect(Request("GET", "/access/explain", query), status, "about a colleague")
    door.give(Role({"read": "own"}, settings=("roles",)))
    query = {**about, "id": mine.id}
    door.expect(Request("GET", "/access/explain", query), 200, "about a colleague")
    door.tally.settle(at_least=150)


@pytest.mark.timeout(120)
def test_totals_are_hidden_only_when_every_role_says_so(door: Door) -> None:
    world, read = door.world, Role({"read": "all"})
    hiding = world.make_role(read, switches={"lead": {"hide_totals": True}})["code"]
    showing = world.code(read)
    idle = world.code(Role({"add": "own"}))
    path = f"/users/{world.people['self']}"
    for codes, hidden in (
        ([hiding], True), ([hiding, showing], False), ([hiding, idle], True), ([showing], False)
    ):  # fmt: skip
        assert world.administrator.patch(path, {"role_codes": codes}).status_code == 200
        door.moved()
        for counted in ("exact", "estimate"):
            for request in (
                Request("GET", "/leads", {"count": counted}),
                Request("POST", "/leads/search", body={"count": counted}),
                Request("GET", "/leads/bin", {"count": counted}),
            ):
                total = door.expect(request, 200, f"hide_totals {hidden}").json().get("total")
                cell = door.cell(f"hide_totals {hidden}: {request} total {total}")
                door.tally.seen(not hidden, total is not None, cell)
    door.tally.settle(at_least=40)
