"""Notifications: one's own, whatever one may do; and of a record what may be read of it now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.matrix.door import Door, Request
from tests.matrix.expectations import Facts, Role, reads
from tests.matrix.kinds import ACTIVITY, KINDS, OWNED, TASK
from tests.matrix.pointing import role_sets
from tests.matrix.stories import links, until
from tests.matrix.world import Record, World
from tests.system.client import Client

PATH = "/notifications"
EVERYTHING = dict.fromkeys(("read", "add", "update", "delete", "export"), "all")


@dataclass
class Told:
    """What the person and a colleague were told. `records` are what the person was given and has
    no more; `about` what one of them is about."""

    records: list[Record]
    about: dict[str, tuple[Record, ...]]
    mine: dict[str, str] = field(default_factory=dict)
    theirs: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def colleague(world: World) -> Client:
    """The colleague's own session."""
    return world.sign_in("colleague")


@pytest.fixture(scope="module")
def told(world: World, colleague: Client) -> Told:
    """Records of every kind were given to both of them; some then to others."""
    # Whatever they were told before is read: only what follows is counted.
    answer = world.user.post(f"{PATH}/read", {"until": datetime.now(UTC).isoformat()})
    assert answer.status_code == 200, answer.text
    records, about = [], {}
    for kind in OWNED:
        linked = (world.record("south"),) if kind in (ACTIVITY, TASK) else ()
        for owner in ("self", "colleague", "northwest", "south"):
            first = Facts("self" if owner != "colleague" else owner, kind=kind)
            values = {"links": links(linked), "starts_at": None} if kind is ACTIVITY else {}
            record = world.make(first, **values)
            world.set(record, {"owner_id": world.people["colleague"]})
            world.set(record, {"owner_id": world.people[owner]})
            record.facts = Facts(owner, kind=kind)
            records.append(record)
            about[record.id] = linked if kind is ACTIVITY else ()
    found = Told(records, about)
    given = [record for record in records if record.facts.owner != "colleague"]
    world.give(*(Role({"read": "all"}, kind=kind) for kind in OWNED))
    until(lambda: len(named(world.user, records)) == len(given))
    found.mine = named(world.user, records)
    with_roles(world, "colleague", [Role({"read": "all"}, kind=kind) for kind in OWNED])
    until(lambda: len(named(colleague, records)) == len(records))
    found.theirs = list(named(colleague, records))
    with_roles(world, "colleague", [])
    return found


def with_roles(world: World, name: str, roles: Sequence[Role]) -> None:
    """From now on the person of this name holds exactly `roles`."""
    path, codes = f"/users/{world.people[name]}", [world.code(role) for role in roles]
    assert world.administrator.patch(path, {"role_codes": codes}).status_code == 200


def named(client: Client, records: Sequence[Record]) -> dict[str, str]:
    """By id what somebody was told last of each of the records, and of which it is."""
    known = {record.id for record in records}
    answer = client.get(PATH, limit=500)
    assert answer.status_code == 200, answer.text
    items = [item for item in answer.json()["items"] if item["record"]["id"] in known]
    last = {item["record"]["id"]: item["id"] for item in items}
    return {identifier: record for record, identifier in last.items()}


def holdings() -> Iterator[tuple[Role, ...]]:
    """Nothing, everything, and ways of reading."""
    yield ()
    settings = ("users", "roles", "organisation", "audit")
    yield tuple(Role(EVERYTHING, settings=settings, kind=kind) for kind in OWNED)
    levels = ("own", "department", "subdepartments", "all", "open")
    for place, roles in enumerate(role_sets(KINDS[0])[::3]):
        told = (Role({"read": levels[place]}, kind=kind) for kind in (ACTIVITY, TASK))
        yield (*told, *roles)
    for kind in OWNED:
        hiding = {kind.title: "hidden"}
        yield (Role({"read": "all"}, fields=hiding, kind=kind),)


def check_shown(door: Door, told: Told, items: Sequence[dict[str, Any]]) -> None:
    """Of a record that may be read id and name, of another its kind alone."""
    records = {record.id: record for record in told.records}
    by_id = {item["id"]: item for item in items}
    for identifier, record_id in told.mine.items():
        record, item = records[record_id], by_id.get(identifier)
        cell = door.cell(f"told of {record}: {item}")
        door.tally.seen(True, item is not None, cell)
        if item is None:
            continue
        kind = record.facts.kind
        others = [each.facts for each in told.about[record_id]]
        may = reads(door.roles, record.facts, others)
        hidden = any(role.fields for role in door.roles if role.kind is kind)
        wanted = {
            "type": kind.entity,
            "id": record.id if may else None,
            "name": record.title if may and not hidden else None,
        }
        door.tally.check(item["record"] == wanted, "leak" if not may else "wrong refusal", cell)
    foreign = [each for each in told.theirs if each in by_id]
    door.tally.check(not foreign, "leak", door.cell(f"{foreign} of the colleague"))


@pytest.mark.timeout(300)
def test_notifications_are_ones_own_whatever_the_role(
    door: Door, told: Told, colleague: Client
) -> None:
    mine = list(told.mine)
    for turn, roles in enumerate(holdings()):
        door.give(*roles)
        page = door.expect(Request("GET", PATH, {"limit": 500}), 200).json()
        check_shown(door, told, page["items"])
        unread = [item for item in page["items"] if item["read_at"] is None]
        door.tally.check(page["unread"] == len(unread), "leak", door.cell(page["unread"]))
        only = door.expect(Request("GET", PATH, {"limit": 500, "unread": "true"}), 200).json()
        same = [item["id"] for item in only["items"]] == [item["id"] for item in unread]
        door.tally.check(same, "leak", door.cell("unread ones"))
        for read in (True, False):
            for identifier in told.theirs[turn % 4 :: 4]:
                request = Request("PATCH", f"{PATH}/{identifier}", body={"read": read})
                door.expect_record(request, 404, identifier, "of the colleague")
            one = mine[turn % len(mine)]
            request = Request("PATCH", f"{PATH}/{one}", body={"read": read})
            answer = door.expect(request, 200)
            door.tally.check(
                (answer.json()["read_at"] is not None) is read, "not written", door.cell(request)
            )
    check_unread(door, told, colleague)
    door.tally.settle(at_least=500)


def check_unread(door: Door, told: Told, colleague: Client) -> None:
    """What the colleague was told is still unread."""
    items = colleague.get(PATH, limit=500, unread="true").json()["items"]
    unread = {item["id"] for item in items}
    for identifier in told.theirs:
        cell = door.cell(f"{identifier} of the colleague")
        door.tally.check(identifier in unread, "read by another", cell)


@pytest.mark.timeout(120)
def test_marking_all_marks_ones_own(door: Door, told: Told, colleague: Client) -> None:
    for roles in list(holdings())[:3]:
        door.give(*roles)
        until_now = {"until": datetime.now(UTC).isoformat()}
        answer = door.expect(Request("POST", f"{PATH}/read", body=until_now), 200).json()
        door.tally.check(answer == {"unread": 0}, "not written", door.cell(answer))
        for identifier in told.mine:
            request = Request("PATCH", f"{PATH}/{identifier}", body={"read": False})
            door.expect(request, 200)
        check_unread(door, told, colleague)
    door.tally.settle(at_least=40)


@pytest.mark.timeout(120)
def test_administrator_sees_and_marks_nobody_elses(door: Door, told: Told) -> None:
    door.client = door.world.administrator
    ids = {item["id"] for item in door.expect(Request("GET", PATH), 200).json()["items"]}
    for identifier in (*told.mine, *told.theirs):
        door.tally.seen(False, identifier in ids, door.cell(f"{identifier} of another"))
        request = Request("PATCH", f"{PATH}/{identifier}", body={"read": True})
        door.expect_record(request, 404, identifier, "of another")
    request = Request("PATCH", f"{PATH}/{uuid4()}", body={"read": True})
    door.expect(request, 404, "absent")
    door.tally.settle(at_least=60)
