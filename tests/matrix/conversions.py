"""Conversions of leads: asked for, awaited, and what came of them."""

from __future__ import annotations

import time
from typing import Any, Final
from uuid import uuid4

from tests.matrix.door import Door, Request
from tests.matrix.expectations import Facts
from tests.matrix.kinds import COMPANY, CONTACT, DEAL, Kind
from tests.matrix.world import Record, World

TARGETS: Final[dict[str, Kind]] = {kind.entity: kind for kind in (CONTACT, COMPANY, DEAL)}
# A value for each target that breaks a rule, so that what may be converted is refused at last.
BROKEN: Final[dict[str, dict[str, Any]]] = {
    "contact": {"emails": [{"value": "nothing"}]},
    "company": {"name": None},
    "deal": {"title": "x" * 300},
}


def convert(lead: Record, **wishes: Any) -> Request:
    """The request that converts the lead."""
    return Request("POST", f"{lead.path}/convert", body=wishes)


def pointers(answer: Any) -> set[str]:
    """Where a refusal points, as far as the targets: `/deal/create`."""
    errors = answer.json().get("errors", ())
    return {"/".join(error["pointer"].split("/")[:3]) for error in errors}


def fresh_lead(world: World, owner: str = "self", **values: Any) -> Record:
    """A new lead with what a contact, a company and a deal take over."""
    given = {"last_name": "Zweistein", "company_name": f"House {uuid4().hex}", **values}
    return world.make(Facts(owner), **given)


def awaited(world: World, answer: Any) -> dict[str, Any]:
    """The conversion that was answered, once it has ended."""
    conversion: dict[str, Any] = answer.json()
    limit = time.monotonic() + 30
    while conversion["state"] in ("running", "undoing"):
        assert time.monotonic() < limit, conversion
        time.sleep(0.05)
        conversion = world.administrator.get(f"/conversions/{conversion['id']}").json()
    return conversion


def converted(world: World, lead: Record, **wishes: Any) -> dict[str, Any]:
    """The lead's conversion by the administrator; the lead knows that it is converted."""
    answer = convert(lead, **wishes).send(world.administrator)
    assert answer.status_code in (200, 202), answer.text
    done = awaited(world, answer)
    assert done["state"] == "done", done
    return done


def expect_done(door: Door, request: Request, about: str = "") -> dict[str, Any]:
    """One cell: the conversion, or its undoing, is done. Empty when it was refused."""
    answer = door.ask(request)
    door.moved()
    cell = door.cell(f"{about}: {request}" if about else request)
    right = answer.status_code in (200, 202)
    door.tally.check(right, "wrong refusal", f"{cell} -> {answer.status_code} {answer.text[:200]}")
    return awaited(door.world, answer) if right else {}


def made(world: World, conversion: dict[str, Any], target: str) -> dict[str, Any]:
    """What became of the target, as the administrator sees it."""
    path = f"{TARGETS[target].path}/{conversion[target]['id']}"
    record: dict[str, Any] = world.administrator.get(path).json()
    return record
