"""Who sees which lead: every level, with and without a rule for a status, through every channel."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.matrix import expectations
from tests.matrix.door import Door, Request
from tests.matrix.expectations import LEVELS, Role
from tests.matrix.world import STAGE, Lead

OVERRIDES = (None, "none", "own", "open", "all")
ROLES = [
    Role({"read": level}, {} if override is None else {STAGE: {"read": override}})
    for level in LEVELS
    for override in OVERRIDES
]


def by_title(lead: Lead) -> str:
    """A filter that finds this lead alone."""
    return json.dumps({"title": f"Matrix {lead.word}"})


def one_lead_lists(lead: Lead) -> list[Request]:
    """Requests whose answer is this lead, or nothing."""
    search = {"filter": {"title": {"contains": lead.word}}, "count": "exact"}
    return [
        Request("GET", "/leads", {"filter": by_title(lead), "count": "exact"}),
        Request("GET", "/leads", {"q": lead.word, "count": "exact"}),
        Request("POST", "/leads/search", body=search),
    ]


def many_lead_lists(door: Door, leads: list[Lead]) -> list[Request]:
    """Requests whose answer holds every lead that may be seen, whatever it is asked with."""
    titles = [f"Matrix {lead.word}" for lead in leads]
    wide = {"or": [{"title": {"in": titles}}, {"owner_id": door.world.people["south"]}]}
    either = {"or": [{"status": STAGE}, {"not": {"status": STAGE}}]}
    page = {"limit": 500, "count": "exact"}
    return [
        Request("GET", "/leads", {**page, "filter": json.dumps({"title": {"in": titles}})}),
        Request("GET", "/leads", {**page, "sort": "-created_at"}),
        Request("GET", "/leads", {**page, "sort": "title,-number", "fields": "title"}),
        Request("GET", "/leads", {"limit": 500, "q": "Matrix", "count": "estimate"}),
        Request("POST", "/leads/search", body={**page, "filter": wide}),
        Request("POST", "/leads/search", body={**page, "filter": either, "include": "owner"}),
    ]


def shown(answer: Any) -> dict[str, Any]:
    """The records of a list answer by id; nothing when it was refused."""
    if answer.status_code != 200:
        return {}
    return {item["id"]: item for item in answer.json()["items"]}


def check_lists(door: Door, requests: list[Request], leads: list[Lead], status: int) -> None:
    """Each lead is in each list exactly when it may be read, and `total` counts no other."""
    for request in requests:
        answer = door.expect(request, status)
        if status != 200:
            continue
        found = shown(answer)
        for lead in leads:
            may = expectations.covers(door.roles, "read", lead.facts)
            door.tally.seen(may, lead.id in found, door.cell(f"{lead} in {request}"))
        if answer.status_code == 200:
            total = answer.json().get("total")
            door.tally.check(
                total == len(found), "leak", door.cell(f"{request} total {total} of {len(found)}")
            )


def check_lead(door: Door, lead: Lead, turn: int) -> None:
    """The lead by its id, its history, a list that only it can be in, and the explanation."""
    status = expectations.record_status(door.roles, "read", lead.facts)
    for path in (lead.path, f"{lead.path}/history"):
        door.expect_record(Request("GET", path), status, lead.id, str(lead))
    lists = one_lead_lists(lead)
    check_lists(door, [lists[turn % len(lists)]], [lead], 403 if status == 403 else 200)
    query = {"user": door.world.people["self"], "entity": "lead", "operation": "read"}
    told = Request("GET", "/access/explain", {**query, "id": lead.id})
    answer = told.send(door.world.administrator)
    allowed = answer.status_code == 200 and answer.json()["allowed"]
    may = expectations.covers(door.roles, "read", lead.facts)
    door.tally.seen(may, allowed, door.cell(f"{lead} explained by {told}: {answer.text[:200]}"))


@pytest.mark.timeout(300)
def test_lead_is_seen_exactly_when_a_role_reaches_it(door: Door) -> None:
    for turn, role in enumerate(ROLES):
        door.give(role)
        for place, lead in enumerate(door.world.leads):
            check_lead(door, lead, turn + place)
        read = expectations.granted(door.roles, "read")
        lists = many_lead_lists(door, door.world.leads)
        check_lists(door, lists, door.world.leads, 200 if read else 403)
        absent = f"/leads/{uuid4()}"
        expected = expectations.record_status(door.roles, "read", None)
        door.expect(Request("GET", absent), expected, "absent")
    door.tally.settle(at_least=5000)


@pytest.mark.timeout(300)
def test_recycle_bin_shows_exactly_what_a_role_reaches(door: Door) -> None:
    for role in ROLES:
        door.give(role)
        read = 200 if expectations.granted(door.roles, "read") else 403
        page = {"limit": 500, "count": "exact"}
        check_lists(door, [Request("GET", "/leads/bin", page)], door.world.binned, read)
        listed = door.expect(Request("GET", "/leads", {"q": "Matrix", "limit": 500}), read)
        for lead in door.world.binned:
            door.tally.seen(False, lead.id in shown(listed), door.cell(f"deleted {lead} in list"))
            status = 404 if read == 200 else 403
            door.expect_record(Request("GET", lead.path), status, lead.id, f"deleted {lead}")
    door.tally.settle(at_least=600)
