"""Who sees which record: every level, with and without a rule for a stage, by every channel."""

from __future__ import annotations

import json
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from tests.matrix import expectations
from tests.matrix.door import Door, Request
from tests.matrix.expectations import LEVELS, Role, absent
from tests.matrix.kinds import LEAD, STAGE, Kind, each_owned
from tests.matrix.pairwise import with_two
from tests.matrix.world import Record

OVERRIDES = (None, "none", "own", "open", "all")


def readers(kind: Kind) -> list[Role]:
    """Every level, where there are stages with two rules for a stage."""
    if kind.stage is None:
        return [Role({"read": level}, kind=kind) for level in LEVELS]
    return [reader(*pair, kind) for pair in with_two(LEVELS, OVERRIDES)]


def reader(level: str, override: str | None, kind: Kind) -> Role:
    """Who reads at `level`, but at that of `override` what stands in one stage."""
    stages = {} if override is None else {STAGE: {"read": override}}
    return Role({"read": level}, stages, kind=kind)


def by_title(record: Record) -> str:
    """A filter that finds this record alone."""
    return json.dumps({record.facts.kind.title: record.title})


def one_record_lists(record: Record) -> list[Request]:
    """Requests whose answer is this record, or nothing."""
    kind = record.facts.kind
    search = {"filter": {kind.title: {"contains": record.word}}, "count": "exact"}
    return [
        Request("GET", kind.path, {"filter": by_title(record), "count": "exact"}),
        Request("GET", kind.path, {"q": record.word, "count": "exact"}),
        Request("POST", f"{kind.path}/search", body=search),
    ]


def many_record_lists(door: Door, kind: Kind) -> list[Request]:
    """Requests whose answer holds every record that may be seen, whatever it is asked with."""
    titles = {kind.title: {"in": [record.title for record in door.world.records[kind]]}}
    wide = {"or": [titles, {"owner_id": door.world.people["south"]}]}
    standing = {kind.stage or kind.title: STAGE}
    either = {"or": [standing, {"not": standing}]}
    page = {"limit": 500, "count": "exact"}
    search = f"{kind.path}/search"
    return [
        Request("GET", kind.path, {**page, "filter": json.dumps(titles)}),
        Request("GET", kind.path, {**page, "sort": "-created_at"}),
        Request("GET", kind.path, {**page, "sort": f"{kind.title},-number", "fields": kind.title}),
        Request("GET", kind.path, {"limit": 500, "q": "Matrix", "count": "estimate"}),
        Request("POST", search, body={**page, "filter": wide}),
        Request("POST", search, body={**page, "filter": either, "include": "owner"}),
    ]


def shown(answer: Any) -> dict[str, Any]:
    """The records of a list answer by id; nothing when it was refused."""
    if answer.status_code != 200:
        return {}
    return {item["id"]: item for item in answer.json()["items"]}


def check_lists(door: Door, requests: list[Request], records: list[Record], status: int) -> None:
    """Each record is in each list exactly when it may be read, and `total` counts no other."""
    for request in requests:
        answer = door.expect(request, status)
        if status != 200:
            continue
        found = shown(answer)
        for record in records:
            may = expectations.covers(door.roles, "read", record.facts)
            door.tally.seen(may, record.id in found, door.cell(f"{record} in {request}"))
        if answer.status_code == 200:
            total = answer.json().get("total")
            door.tally.check(
                total == len(found), "leak", door.cell(f"{request} total {total} of {len(found)}")
            )


def check_record(door: Door, record: Record, turn: int) -> None:
    """The record by its id, what hangs under it, a list that only it can be in, and the
    explanation."""
    kind = record.facts.kind
    status = expectations.record_status(door.roles, "read", record.facts)
    history = ["/history"] if kind is LEAD or turn % 2 else []
    stays = ["/stages"] if kind.stage and turn % 3 == 0 else []
    for path in ("", *history, *stays):
        request = Request("GET", record.path + path)
        door.expect_record(request, status, record.id, str(record))
    lists = one_record_lists(record)
    check_lists(door, [lists[turn % len(lists)]], [record], 403 if status == 403 else 200)
    if history:
        check_explained(door, record)


def check_explained(door: Door, record: Record) -> None:
    """Whoever keeps the roles is told what they come to."""
    name = record.facts.kind.entity
    query = {"user": door.world.people["self"], "entity": name, "operation": "read"}
    told = Request("GET", "/access/explain", {**query, "id": record.id})
    answer = told.send(door.world.administrator)
    allowed = answer.status_code == 200 and answer.json()["allowed"]
    may = expectations.covers(door.roles, "read", record.facts)
    door.tally.seen(may, allowed, door.cell(f"{record} explained by {told}: {answer.text[:200]}"))


@pytest.mark.timeout(300)
@each_owned
def test_record_is_seen_exactly_when_a_role_reaches_it(
    door: Door, kind: Kind, at_length: bool
) -> None:
    """Of other kinds than leads the short run asks each level with one rule for a stage."""
    roles = readers(kind)
    check_readers(door, kind, roles if at_length or kind is LEAD else roles[: len(LEVELS)])
    door.tally.settle(at_least=2000 if kind is LEAD else 600)


@pytest.mark.full
@pytest.mark.timeout(600)
def test_lead_is_seen_exactly_when_any_level_with_any_rule_reaches_it(door: Door) -> None:
    check_readers(door, LEAD, [reader(*pair, LEAD) for pair in product(LEVELS, OVERRIDES)])
    door.tally.settle(at_least=5000)


def check_readers(door: Door, kind: Kind, roles: list[Role]) -> None:
    """Every record, and one that is not there, by every channel under each of `roles`."""
    records = door.world.records[kind]
    for turn, role in enumerate(roles):
        door.give(role)
        for place, record in enumerate(records):
            check_record(door, record, turn + place)
        status = expectations.list_status(door.roles, kind)
        check_lists(door, many_record_lists(door, kind), records, status)
        expected = expectations.record_status(door.roles, "read", absent(kind))
        door.expect(Request("GET", f"{kind.path}/{uuid4()}"), expected, "absent")


@pytest.mark.timeout(300)
@each_owned
def test_recycle_bin_shows_exactly_what_a_role_reaches(door: Door, kind: Kind) -> None:
    binned = door.world.binned[kind]
    for role in readers(kind):
        door.give(role)
        read = expectations.list_status(door.roles, kind)
        page = {"limit": 500, "count": "exact"}
        check_lists(door, [Request("GET", f"{kind.path}/bin", page)], binned, read)
        listed = door.expect(Request("GET", kind.path, {"q": "Matrix", "limit": 500}), read)
        for record in binned:
            listed_too = record.id in shown(listed)
            door.tally.seen(False, listed_too, door.cell(f"deleted {record} in list"))
            status = 404 if read == 200 else 403
            door.expect_record(Request("GET", record.path), status, record.id, f"deleted {record}")
    door.tally.settle(at_least=240 if kind is LEAD else 140)
