"""Who creates records for whom, in which stage; and that import and export have no door yet."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from tests.matrix import expectations
from tests.matrix.door import Door, Request
from tests.matrix.expectations import LEVELS, NEEDED, Facts, Role
from tests.matrix.kinds import KINDS, LEAD, STAGE, Kind, each_owned
from tests.matrix.pairwise import with_two

OVERRIDES: tuple[dict[str, Any], ...] = ({}, {STAGE: {"add": "all"}}, {STAGE: {"add": "none"}})


def adders(kind: Kind) -> list[Role]:
    """Every level of adding with two of what may stand beside it."""
    return [adder(*pair, kind) for pair in with_two(LEVELS, beside(kind))]


def beside(kind: Kind) -> list[tuple[str, dict[str, Any]]]:
    """Reading everything, with rules for a stage where there are stages, and reading nothing."""
    overrides = OVERRIDES if kind.stage else OVERRIDES[:1]
    return [*(("all", override) for override in overrides), ("none", {})]


def adder(level: str, other: tuple[str, dict[str, Any]], kind: Kind) -> Role:
    """Who adds at `level`, with one of what is `beside`."""
    read, override = other
    return Role({"add": level, "read": read}, override, kind=kind)


def check_create(door: Door, facts: Facts, *, named: bool = True) -> None:
    """A record is made for the owner (not `named`: whoever asks) exactly when add reaches them."""
    kind, owner = facts.kind, door.world.people[facts.owner]
    given = {"owner_id": owner} if named else {}
    request = Request("POST", kind.path, body=door.world.values(kind, facts.stage, **given))
    expected = expectations.create_status(door.roles, facts)
    answer = door.expect(request, expected, f"for {facts.owner if named else None}")
    if answer.status_code == 201:
        kept = door.world.administrator.get(f"{kind.path}/{answer.json()['id']}").json()
        right = kept["owner_id"] == owner and kept.get(kind.stage or "") == (
            facts.stage if kind.stage else None
        )
        door.tally.check(right, "not written", door.cell(f"{request} -> {kept}"))


@pytest.mark.timeout(300)
@each_owned
def test_record_is_created_only_for_people_inside_the_add_level(door: Door, kind: Kind) -> None:
    check_adders(door, kind, adders(kind))
    door.tally.settle(at_least=200 if kind is LEAD else 80)


@pytest.mark.full
@pytest.mark.timeout(600)
def test_lead_is_created_only_inside_the_add_level_whatever_stands_beside_it(door: Door) -> None:
    check_adders(door, LEAD, [adder(*pair, LEAD) for pair in product(LEVELS, beside(LEAD))])
    door.tally.settle(at_least=300)


def check_adders(door: Door, kind: Kind, roles: list[Role]) -> None:
    """A record for oneself and for each of the others, in each stage, under each of `roles`."""
    owners = [owner for owner in NEEDED if owner != "leaver"]
    for role in roles:
        door.give(role)
        for stage in ("new", STAGE) if kind.stage else ("new",):
            mine = Facts("self", stage, kind=kind)
            check_create(door, mine, named=False)
            for owner in owners:
                check_create(door, replace(mine, owner=owner))


def test_import_and_export_have_no_door_yet(door: Door) -> None:
    for kind in KINDS:
        for operation, method in (("import", "POST"), ("export", "GET")):
            for level in LEVELS if kind is LEAD else ("all",):
                door.give(Role({"read": "all", "add": "all", operation: level}, kind=kind))
                answer = door.ask(Request(method, f"{kind.path}/{operation}"))
                right = answer.status_code in (400, 404, 405)
                cell = door.cell(f"{method} {kind.path}/{operation} -> {answer.status_code}")
                door.tally.check(right, "leak", cell)
    paths = door.world.administrator.http.get("/api/v1/openapi.json").json()["paths"]
    for operation in ("import", "export"):
        named = [path for path in paths if path.endswith(f"/{operation}")]
        door.tally.check(not named, "leak", f"{named} is in the OpenAPI document")
    door.tally.settle(at_least=20)
