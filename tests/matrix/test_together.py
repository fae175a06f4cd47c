"""Roles together give the maximum, by whichever way they reach the person."""

from __future__ import annotations

from itertools import combinations
from typing import Any
from uuid import uuid4

import pytest

from tests.matrix import expectations
from tests.matrix.door import Door, Request
from tests.matrix.expectations import Facts, Role
from tests.matrix.kinds import LEAD, STAGE
from tests.matrix.test_reading import check_lists, many_record_lists
from tests.matrix.test_writing import check_update, written

SINGLE = (
    Role({"read": "own", "update": "all"}),
    Role({"read": "department"}),
    Role({"read": "open", "update": "own"}),
    Role({"read": "all"}, {STAGE: {"read": "none"}}),
    Role({"read": "own"}, {STAGE: {"read": "all", "update": "subdepartments"}}),
    Role({"update": "all", "add": "all"}),
    Role({"read": "none"}, {STAGE: {"read": "department", "update": "own"}}),
)


@pytest.mark.timeout(300)
def test_two_roles_give_the_maximum_of_both(door: Door, at_length: bool) -> None:
    """Any two at length, else each with the one that follows it."""
    following = zip(SINGLE, (*SINGLE[1:], SINGLE[0]), strict=True)
    for roles in combinations(SINGLE, 2) if at_length else following:
        door.give(*roles)
        read = expectations.list_status(roles)
        for lead in written(door):
            status = expectations.record_status(roles, "read", lead.facts)
            door.expect_record(Request("GET", lead.path), status, lead.id, str(lead))
            check_update(door, lead)
        lists = many_record_lists(door, LEAD)
        check_lists(door, lists[:2], door.world.records[LEAD], read)
    door.tally.settle(at_least=350)


def check_reach(door: Door, role: Role, way: str, assigned: dict[str, Any], reached: bool) -> None:
    """A role given this way reaches the person or not; taken away it reaches nobody."""
    nobody: dict[str, Any] = {"users": [], "groups": [], "departments": []}
    door.give()
    made = door.world.make_role(role, assigned_to={**nobody, **assigned})
    door.note = f"{role} through {way}"
    for holding, now in ((True, reached), (False, False)):
        if not holding:
            path = f"/roles/{made['id']}"
            door.world.administrator.changed(path, {"assigned_to": nobody})
            door.note += ", taken away"
        door.moved()
        roles = (role,) if now else ()
        for lead in written(door)[:6]:
            status = expectations.record_status(roles, "read", lead.facts)
            door.expect_record(Request("GET", lead.path), status, lead.id, str(lead))


@pytest.mark.timeout(300)
def test_role_reaches_through_user_group_project_group_and_department(
    door: Door, at_length: bool
) -> None:
    """Every role by every way at length, else the roles take turns."""
    world, person = door.world, door.world.people["self"]
    groups = {}
    for kind in ("user", "project"):
        for members in ((person,), (world.people["south"],)):
            body = {"name": uuid4().hex, "kind": kind, "member_ids": list(members)}
            groups[kind, person in members] = world.administrator.made("/groups", body)["id"]
    ways = [
        ("user", {"users": [person]}, True),
        ("another user", {"users": [world.people["colleague"]]}, False),
        *((f"{kind} group", {"groups": [group]}, member)
          for (kind, member), group in groups.items()),
        *((f"department {name}", {"departments": [place]}, name in ("North", "Sales"))
          for name, place in world.departments.items()),
    ]  # fmt: skip
    roles = [Role({"read": level}) for level in ("own", "subdepartments", "all")]
    for turn, (way, assigned, reached) in enumerate(ways):
        for role in roles if at_length else [roles[turn % len(roles)]]:
            check_reach(door, role, way, assigned, reached)
    door.tally.settle(at_least=100)


@pytest.mark.timeout(120)
def test_membership_is_as_it_is_now(door: Door) -> None:
    world, person = door.world, door.world.people["self"]
    group = world.administrator.made(
        "/groups", {"name": uuid4().hex, "kind": "project", "member_ids": []}
    )
    role = Role({"read": "department"})
    door.give()
    assigned = {"users": [], "groups": [group["id"]], "departments": []}
    made = world.make_role(role, assigned_to=assigned)
    path = f"/groups/{group['id']}"
    for _ in range(3):
        for members in ([person], []):
            world.administrator.changed(path, {"member_ids": members})
            door.moved()
            door.note = f"member of the group: {bool(members)}"
            for lead in written(door):
                roles = (role,) if members else ()
                status = expectations.record_status(roles, "read", lead.facts)
                door.expect_record(Request("GET", lead.path), status, lead.id, str(lead))
    world.administrator.delete(f"/roles/{made['id']}")
    door.tally.settle(at_least=50)


@pytest.mark.timeout(120)
def test_department_is_the_one_that_people_are_in_now(door: Door) -> None:
    world = door.world
    door.give(Role({"read": "department"}))
    lead = world.make(Facts("south"))
    path = f"/users/{world.people['south']}"
    for place in ("North", "South", "Northwest", "North", "South"):
        world.administrator.changed(path, {"department_ids": [world.departments[place]]})
        door.moved()
        door.note = f"the owner stands in {place}"
        status = 200 if place == "North" else 404
        door.expect_record(Request("GET", lead.path), status, lead.id, str(lead))
        found = door.expect(Request("GET", "/leads", {"q": lead.word, "count": "exact"}), 200)
        door.tally.seen(place == "North", found.json().get("total") == 1, door.cell(found.text))
    door.tally.settle(at_least=10)


@pytest.mark.timeout(120)
def test_role_in_the_bin_gives_nothing_until_it_is_back(door: Door) -> None:
    world, role = door.world, Role({"read": "subdepartments"})
    door.give()
    assigned = {"users": [world.people["self"]], "groups": [], "departments": []}
    path = f"/roles/{world.make_role(role, assigned_to=assigned)['id']}"
    for change, holds in (
        (lambda: world.administrator.delete(path), False),
        (lambda: world.administrator.post(f"{path}/restore"), True),
        (lambda: world.administrator.delete(path), False),
    ):
        answer = change()
        assert answer.status_code in (200, 204), answer.text
        door.moved()
        door.note = f"{role} {'back' if holds else 'in the bin'}"
        for lead in written(door):
            status = expectations.record_status((role,) if holds else (), "read", lead.facts)
            door.expect_record(Request("GET", lead.path), status, lead.id, str(lead))
    door.tally.settle(at_least=30)


@pytest.mark.timeout(120)
def test_tree_of_departments_is_as_it_is_now(door: Door) -> None:
    world = door.world
    below = {"Northwest": ("North", "South"), "South": ("North", "Sales")}
    owners = {"Northwest": "northwest", "South": "south"}
    door.give(Role({"read": "subdepartments"}))
    for name, parents in below.items():
        home = "North" if name == "Northwest" else "Sales"
        for parent in (*parents, home):
            path = f"/departments/{world.departments[name]}"
            world.administrator.changed(path, {"parent_id": world.departments[parent]})
            door.moved()
            door.note = f"{name} lies below {parent}"
            lead = world.record(owners[name])
            status = 200 if parent == "North" else 404
            door.expect_record(Request("GET", lead.path), status, lead.id, str(lead))
            found = door.expect(Request("GET", "/leads", {"q": lead.word, "count": "exact"}), 200)
            door.tally.seen(status == 200, found.json()["total"] == 1, door.cell(found.text))
    door.tally.settle(at_least=18)
