"""Who changes which lead: update, delete, restore, move and hand over, under every cap by read."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.matrix import expectations
from tests.matrix.door import Door, Request
from tests.matrix.expectations import LEVELS, Facts, Role
from tests.matrix.world import STAGE, Lead

READ = ("all", "own", "none")
OVERRIDES = (
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


def writers() -> list[Role]:
    """Update at every level under several of read; delete at another level than update."""
    return [
        Role({"read": read, "update": level, "delete": LEVELS[place - 3]}, override)
        for read in READ
        for override in OVERRIDES
        for place, level in enumerate(LEVELS)
    ]


def written(door: Door) -> list[Lead]:
    """The leads that are written to."""
    return [lead for lead in door.world.leads if lead.facts in WRITTEN]


def check_update(door: Door, lead: Lead) -> None:
    """An ordinary field is changed exactly when update reaches the lead."""
    text = uuid4().hex
    request = Request("PATCH", lead.path, body={"comments": text}, version=lead.version)
    status = expectations.record_status(door.roles, "update", lead.facts)
    answer = door.expect_record(request, status, lead.id, str(lead))
    if answer.status_code == 200:
        lead.version = answer.json()["version"]
        kept = answer.json().get("comments")
        door.tally.check(kept == text, "not written", door.cell(f"{request} -> {kept}"))


def check_delete(door: Door, lead: Lead) -> None:
    """The lead goes to the bin exactly when delete reaches it; then it is brought back."""
    request = Request("DELETE", lead.path, version=lead.version)
    status = expectations.record_status(door.roles, "delete", lead.facts, success=204)
    answer = door.expect_record(request, status, lead.id, str(lead))
    if answer.status_code == 204:
        door.world.bring_back(lead)


@pytest.mark.timeout(300)
def test_lead_is_changed_and_deleted_exactly_when_a_role_reaches_it(door: Door) -> None:
    for role in writers():
        door.give(role)
        for lead in written(door):
            check_update(door, lead)
            check_delete(door, lead)
        for method, operation in (("PATCH", "update"), ("DELETE", "delete")):
            body = {"comments": "x"} if method == "PATCH" else None
            request = Request(method, f"/leads/{uuid4()}", body=body, version=1)
            door.expect(request, expectations.record_status(door.roles, operation, None), "absent")
    door.tally.settle(at_least=1000)


@pytest.mark.timeout(300)
def test_deleted_lead_is_restored_exactly_when_delete_reaches_it(door: Door) -> None:
    for role in writers()[::2]:
        door.give(role)
        for lead in door.world.binned:
            request = Request("POST", f"{lead.path}/restore")
            status = expectations.record_status(door.roles, "delete", lead.facts)
            answer = door.expect_record(request, status, lead.id, f"deleted {lead}")
            if answer.status_code == 200:
                lead.version = door.world.administrator.get(lead.path).json()["version"]
                door.world.discard(lead)
                door.moved()
    door.tally.settle(at_least=200)


@pytest.mark.timeout(300)
def test_status_is_changed_exactly_when_update_reaches_the_status_left(door: Door) -> None:
    for role in writers()[:12]:
        door.give(role)
        for lead in written(door):
            move = {"status": "qualified"}
            request = Request("PATCH", lead.path, body=move, version=lead.version)
            status = expectations.record_status(door.roles, "update", lead.facts)
            answer = door.expect_record(request, status, lead.id, str(lead))
            if answer.status_code == 200:
                lead.version = answer.json()["version"]
                door.world.set(lead, {"status": lead.facts.status})
                door.moved()
    door.tally.settle(at_least=100)


@pytest.mark.timeout(300)
def test_lead_is_handed_over_only_inside_the_update_level(door: Door) -> None:
    owners = ("colleague", "northwest", "south", "sales", "both")
    for role in writers()[:18]:
        door.give(role)
        for lead in (door.world.lead("self"), door.world.lead("northwest", STAGE)):
            for owner in owners:
                given = {"owner_id": door.world.people[owner]}
                request = Request("PATCH", lead.path, body=given, version=lead.version)
                status = expectations.assign_status(door.roles, lead.facts, owner)
                answer = door.expect_record(request, status, lead.id, f"{lead} to {owner}")
                if answer.status_code == 200:
                    take_back(door, lead, Facts(owner, lead.facts.status), answer.json())
    door.tally.settle(at_least=150)


def take_back(door: Door, lead: Lead, now: Facts, body: dict[str, object]) -> None:
    """After a hand-over the answer shows the lead only where it can still be read."""
    readable = expectations.covers(door.roles, "read", now)
    bare = set(body) == {"id", "version"}
    cell = door.cell(f"{lead} handed to {now.owner} answers {sorted(body)}")
    door.tally.seen(readable, not bare, cell)
    lead.version = int(str(body["version"]))
    door.world.set(lead, {"owner_id": door.world.people[lead.facts.owner]})
    door.moved()
