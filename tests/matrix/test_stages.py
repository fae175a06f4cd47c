"""Stages of deals: rules for one hold by its id, moves and reopening are matters of roles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from tests.matrix import expectations
from tests.matrix.door import Door, Request
from tests.matrix.expectations import Facts, Role
from tests.matrix.kinds import DEAL, STAGE
from tests.matrix.world import Record

BOARD = f"{DEAL.path}/board"
OPERATIONS = ("read", "update", "add")
WORKED = Role(dict.fromkeys(("read", "update"), "own"), kind=DEAL)


def ruled() -> Iterator[Role]:
    """A level everywhere, and a rule for the first stage of the world's own pipeline."""
    for base, rule in product(("none", "own", "all"), repeat=2):
        override = {"new": dict.fromkeys(OPERATIONS, rule)}
        yield Role(dict.fromkeys(OPERATIONS, base), override, kind=DEAL)


def check_shown(door: Door, pipeline: str, deals: list[Record], titles: str) -> None:
    """The deals are in the list and on the board of their pipeline when they may be read."""
    status = expectations.list_status(door.roles, DEAL)
    listed = door.expect(Request("GET", DEAL.path, {"filter": titles}), status)
    found = {item["id"] for item in listed.json().get("items", ())}
    query = {"pipeline": pipeline, "stage": "new", "filter": titles}
    shown = door.expect(Request("GET", BOARD, query), status)
    [column] = shown.json().get("columns", [{"items": [], "count": 0}])
    cards = {card["id"] for card in column["items"]}
    door.tally.check(column["count"] == len(cards), "leak", door.cell(query))
    for deal in deals:
        may = expectations.covers(door.roles, "read", deal.facts)
        door.tally.seen(may, deal.id in found, door.cell(f"{deal} in the list"))
        door.tally.seen(may, deal.id in cards, door.cell(f"{deal} on the board"))


def check_touched(door: Door, deal: Record, within: dict[str, Any]) -> None:
    """The deal is read and changed, and one like it made, as far as the roles reach."""
    read = expectations.record_status(door.roles, "read", deal.facts)
    door.expect_record(Request("GET", deal.path), read, deal.id, str(deal))
    body = {"comments": str(door.tally.cells)}
    update = expectations.record_status(door.roles, "update", deal.facts)
    request = Request("PATCH", deal.path, body=body, version=deal.version)
    answer = door.expect_record(request, update, deal.id, str(deal))
    if answer.status_code == 200:
        deal.version = answer.json()["version"]
    owner = {"owner_id": door.world.people[deal.facts.owner]}
    create = Request("POST", DEAL.path, body=door.world.values(DEAL, **within, **owner))
    door.expect(create, expectations.create_status(door.roles, deal.facts), f"like {deal}")


@pytest.mark.timeout(120)
def test_rule_for_a_stage_holds_in_its_own_pipeline_only(door: Door) -> None:
    world, owners = door.world, ("self", "south")
    [sales, *_] = world.administrator.get("/pipelines").json()["items"]
    elsewhere = {"pipeline_id": sales["id"], "stage": "new"}
    here = [world.record(owner, kind=DEAL) for owner in owners]
    # To the oracle the stage of the same code in the other pipeline is another stage.
    there = [world.make(Facts(owner, "sales", kind=DEAL), **elsewhere) for owner in owners]
    titles = json.dumps({"title": {"in": [deal.title for deal in (*here, *there)]}})
    for role in ruled():
        door.give(role)
        for pipeline, deals in ((world.pipeline, here), (sales["id"], there)):
            within = elsewhere if deals is there else {}
            check_shown(door, pipeline, deals, titles)
            for deal in deals:
                check_touched(door, deal, within)
    door.tally.settle(at_least=200)


@pytest.mark.timeout(120)
def test_deal_leaves_a_stage_for_those_that_any_role_names(door: Door) -> None:
    world = door.world
    stages = world.stages[DEAL]
    deal = world.make(Facts("self", kind=DEAL))
    silent, blocked, listed = (
        world.make_role(WORKED, transitions=moves)["code"]
        for moves in (
            {},
            {world.pipeline: {stages["new"]: "none"}},
            {world.pipeline: {stages["new"]: [stages[STAGE], stages["won"]]}},
        )
    )
    # What lets no deal be changed frees no move either.
    beside = [
        world.code(Role({"read": "all", "add": "all"}, kind=DEAL)),
        world.code(Role({"read": "all", "update": "all"})),
    ]
    for codes, allowed in (
        ([silent], {STAGE, "qualified", "won"}),
        ([blocked], set()),
        ([listed], {STAGE, "won"}),
        ([blocked, listed], {STAGE, "won"}),
        ([blocked, silent], {STAGE, "qualified", "won"}),
        ([blocked, *beside], set()),
        ([listed, *beside], {STAGE, "won"}),
    ):
        world.hold(codes)
        door.moved()
        for stage in (STAGE, "qualified", "won"):
            door.note = f"may go to {sorted(allowed)}"
            request = Request("PATCH", deal.path, body={"stage": stage}, version=deal.version)
            answer = door.expect(request, 200 if stage in allowed else 422)
            if answer.status_code == 200:
                deal.version = answer.json()["version"]
                world.set(deal, {"stage": "new"})
                door.moved()
    door.tally.settle(at_least=21)


@pytest.mark.timeout(120)
def test_closed_deal_is_reopened_by_holders_of_that_right(door: Door) -> None:
    world = door.world
    won, lost = world.make(Facts("self", "won", kind=DEAL)), world.make(Facts("self", kind=DEAL))
    world.set(lost, {"stage": "junk", "reason": "Price"})
    holder = world.make_role(WORKED, switches={"deal": {"reopen": True}})["code"]
    plain, idle = world.code(WORKED), world.code(Role({"read": "all"}, kind=DEAL))
    for codes, may in (([plain], False), ([plain, idle], False), ([holder, plain], True)):
        world.hold(codes)
        door.moved()
        door.note = f"reopens: {may}"
        for deal, place in ((won, {"stage": "won"}), (lost, {"stage": "junk", "reason": "Price"})):
            for stage in ("new", "qualified"):
                request = Request("PATCH", deal.path, body={"stage": stage}, version=deal.version)
                answer = door.expect(request, 200 if may else 422)
                if answer.status_code == 200:
                    deal.version = answer.json()["version"]
                    world.set(deal, place)
                    door.moved()
    door.tally.settle(at_least=12)
