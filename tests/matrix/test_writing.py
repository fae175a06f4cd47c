"""Who changes which record: update, delete, restore, move, hand over, under every cap by read."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from tests.matrix import expectations
from tests.matrix.door import Door, Request
from tests.matrix.expectations import LEVELS, Facts, Role, absent
from tests.matrix.kinds import CONTACT, DEAL, LEAD, STAGE, Kind, each_owned
from tests.matrix.pairwise import pairwise, with_two
from tests.matrix.world import Record, of_kind

READ = ("all", "own", "none")
OVERRIDES: tuple[dict[str, Any], ...] = (
    {},
    {STAGE: {"read": "all", "update": "all", "delete": "all"}},
    {STAGE: {"update": "none", "delete": "none"}},
)
WRITTEN = (
    *(Facts(owner) for owner in ("self", "colleague", "northwest", "south", "both")),
    *(Facts(owner, STAGE) for owner in ("self", "colleague", "south")),
    Facts("south", open=True),
    Facts("south", observed=True),
)


def writers(kind: Kind = LEAD) -> list[Role]:
    """Update at every level under several of read; delete at another level than update. Every pair
    of these and of rules for stages; contacts and companies, which do the same, share the pairs of
    levels with read."""
    places = range(len(LEVELS))
    combined = pairwise(READ, OVERRIDES, places)
    shared = [(read, {}, place) for place, read in with_two(places, READ)]
    half = len(places)
    plain = shared[:half] if kind is CONTACT else shared[half:]
    return [writer(*each, kind) for each in (combined if kind.stage else plain)]


def writer(read: str, override: dict[str, Any], place: int, kind: Kind) -> Role:
    """Somebody who reads at one level, updates at another and deletes at a third."""
    grants = {"read": read, "update": LEVELS[place], "delete": LEVELS[place - 3]}
    return Role(grants, override, kind=kind)


def written(door: Door, kind: Kind = LEAD) -> list[Record]:
    """The records that are written to; of kinds other than leads, fewer owners stand for all."""
    owners = {facts.owner for facts in WRITTEN} if kind is LEAD else {"self", "colleague", "south"}
    wanted = [facts for facts in of_kind(WRITTEN, kind) if facts.owner in owners]
    return [record for record in door.world.records[kind] if record.facts in wanted]


def check_update(door: Door, record: Record) -> None:
    """An ordinary field is changed exactly when update reaches the record."""
    text = uuid4().hex
    field = record.facts.kind.text
    request = Request("PATCH", record.path, body={field: text}, version=record.version)
    status = expectations.record_status(door.roles, "update", record.facts)
    answer = door.expect_record(request, status, record.id, str(record))
    if answer.status_code == 200:
        record.version = answer.json()["version"]
        kept = answer.json().get(field)
        door.tally.check(kept == text, "not written", door.cell(f"{request} -> {kept}"))


def check_delete(door: Door, record: Record) -> None:
    """The record goes to the bin exactly when delete reaches it; then it is brought back."""
    request = Request("DELETE", record.path, version=record.version)
    status = expectations.record_status(door.roles, "delete", record.facts, success=204)
    answer = door.expect_record(request, status, record.id, str(record))
    if answer.status_code == 204:
        door.world.bring_back(record)


@pytest.mark.timeout(300)
@each_owned
def test_record_is_changed_and_deleted_exactly_when_a_role_reaches_it(
    door: Door, kind: Kind
) -> None:
    check_writers(door, kind, writers(kind))
    door.tally.settle(at_least=300 if kind is LEAD else 60)


@pytest.mark.full
@pytest.mark.timeout(600)
def test_lead_is_changed_and_deleted_by_any_levels_with_any_rule_that_reach_it(door: Door) -> None:
    combined = product(READ, OVERRIDES, range(len(LEVELS)))
    check_writers(door, LEAD, [writer(*each, LEAD) for each in combined])
    door.tally.settle(at_least=1000)


def check_writers(door: Door, kind: Kind, roles: list[Role]) -> None:
    """Every record, and one that is not there, changed and deleted under each of `roles`."""
    for role in roles:
        door.give(role)
        for record in written(door, kind):
            check_update(door, record)
            check_delete(door, record)
        for method, operation in (("PATCH", "update"), ("DELETE", "delete")):
            body = {kind.text: "x"} if method == "PATCH" else None
            request = Request(method, f"{kind.path}/{uuid4()}", body=body, version=1)
            status = expectations.record_status(door.roles, operation, absent(kind))
            door.expect(request, status, "absent")


@pytest.mark.timeout(300)
@each_owned
def test_deleted_record_is_restored_exactly_when_delete_reaches_it(door: Door, kind: Kind) -> None:
    for role in writers(kind)[:: 2 if kind.stage else 1]:
        door.give(role)
        for record in door.world.binned[kind]:
            request = Request("POST", f"{record.path}/restore")
            status = expectations.record_status(door.roles, "delete", record.facts)
            answer = door.expect_record(request, status, record.id, f"deleted {record}")
            if answer.status_code == 200:
                record.version = door.world.administrator.get(record.path).json()["version"]
                door.world.discard(record)
                door.moved()
    door.tally.settle(at_least=80 if kind is LEAD else 40)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", [LEAD, DEAL], ids=str)
def test_stage_is_changed_exactly_when_update_reaches_the_stage_left(
    door: Door, kind: Kind
) -> None:
    stage = str(kind.stage)
    for role in writers(kind)[:12] if kind is LEAD else writers(kind)[::2]:
        door.give(role)
        for record in written(door, kind):
            move = {stage: "qualified"}
            request = Request("PATCH", record.path, body=move, version=record.version)
            status = expectations.record_status(door.roles, "update", record.facts)
            answer = door.expect_record(request, status, record.id, str(record))
            if answer.status_code == 200:
                record.version = answer.json()["version"]
                door.world.set(record, {stage: record.facts.stage})
                door.moved()
    door.tally.settle(at_least=80)


@pytest.mark.timeout(300)
@each_owned
def test_record_is_handed_over_only_inside_the_update_level(door: Door, kind: Kind) -> None:
    owners = ("colleague", "northwest", "south", *(("sales", "both") if kind is LEAD else ()))
    far = door.world.record("northwest", STAGE if kind.stage else "new", kind)
    for role in writers(kind)[:18]:
        door.give(role)
        for record in (door.world.record("self", kind=kind), far):
            for owner in owners:
                given = {"owner_id": door.world.people[owner]}
                request = Request("PATCH", record.path, body=given, version=record.version)
                status = expectations.assign_status(door.roles, record.facts, owner)
                answer = door.expect_record(request, status, record.id, f"{record} to {owner}")
                if answer.status_code == 200:
                    take_back(door, record, owner, answer.json())
    door.tally.settle(at_least=150 if kind is LEAD else 40)


def take_back(door: Door, record: Record, owner: str, body: dict[str, object]) -> None:
    """After a hand-over the answer shows the record only where it can still be read."""
    now = replace(record.facts, owner=owner)
    readable = expectations.covers(door.roles, "read", now)
    bare = set(body) == {"id", "version"}
    cell = door.cell(f"{record} handed to {owner} answers {sorted(body)}")
    door.tally.seen(readable, not bare, cell)
    record.version = int(str(body["version"]))
    door.world.set(record, {"owner_id": door.world.people[record.facts.owner]})
    door.moved()
