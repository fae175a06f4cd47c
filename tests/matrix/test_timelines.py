"""Timelines: what was done and noted about a record that may be read, and about nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest

from tests.matrix import expectations
from tests.matrix.door import Door, Request
from tests.matrix.expectations import Facts, Role
from tests.matrix.kinds import ACTIVITY, KINDS, Kind
from tests.matrix.stories import (
    Stories,
    check_stories,
    readable,
    story_roles,
    tell,
    until,
)
from tests.matrix.test_reading import shown
from tests.matrix.world import Record, World


def timeline(record: Record, **query: Any) -> Request:
    """The timeline of the record."""
    return Request("GET", f"{record.path}/timeline", {"limit": 500, **query})


def timeline_status(roles: Sequence[Role], record: Record) -> int:
    """The answer to asking for it: both activities and the record are to be read."""
    if not expectations.granted(roles, "read", ACTIVITY):
        return 403
    return expectations.record_status(roles, "read", record.facts)


def check_timeline(
    door: Door, stories: Stories, target: Record, members: Sequence[Record] = ()
) -> None:
    """All that is about the record, or about what it brings along, once; and nothing else."""
    request, status = timeline(target), timeline_status(door.roles, target)
    answer = door.expect_record(request, status, target.id, str(target))
    if answer.status_code != status or status != 200:
        return
    about = {target.id, *(record.id for record in readable(door.roles, members))}
    every = [*stories.of(ACTIVITY), *stories.noted]
    wanted = [each for each in every if about & {record.id for record in each.about}]
    items = answer.json()["items"]
    found = {item["id"]: item for item in items}
    door.tally.check(len(found) == len(items), "twice", door.cell(f"{len(items)} in {request}"))
    for story in every:
        cell = door.cell(f"{story} in {request}")
        if story in wanted:
            right = found.get(story.record.id, {}).get("links") == story.links(door.roles)
            door.tally.check(right, "wrong refusal", f"{cell} {found.get(story.record.id)}")
    foreign = [each for each in every if each not in wanted and each.record.id in found]
    door.tally.check(not foreign, "leak", door.cell(f"{foreign} in {request}"))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_timeline_shows_what_is_about_a_record_to_its_readers(
    door: Door, stories: Stories, kind: Kind
) -> None:
    targets = [target for target in stories.targets if target.path.startswith(f"{kind.path}/")]
    for turn, roles in enumerate(story_roles(ACTIVITY)):
        door.give(*roles)
        for target in targets[turn % 3 :: 3]:
            check_timeline(door, stories, target)
    door.tally.settle(at_least=100)


@pytest.mark.timeout(300)
def test_timeline_of_a_company_holds_its_readable_contacts_and_deals(
    door: Door, stories: Stories
) -> None:
    for roles in story_roles(ACTIVITY):
        door.give(*roles)
        for company in stories.companies:
            check_timeline(door, stories, company, stories.members[company.id])
    door.tally.settle(at_least=100)


@pytest.mark.timeout(120)
def test_pages_of_a_timeline_hold_each_once_and_belong_to_it(door: Door, stories: Stories) -> None:
    mine, other = stories.companies
    for roles in story_roles(ACTIVITY)[::3]:
        door.give(*roles)
        if timeline_status(roles, mine) != 200:
            continue
        whole = list(shown(door.expect(timeline(mine), 200)))
        ids: list[str] = []
        query: dict[str, Any] = {"limit": 5}
        while query:
            page = door.expect(timeline(mine, **query), 200).json()
            ids += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            full = len(page["items"]) == 5 or cursor is None
            door.tally.check(full, "leak", door.cell(f"a page of {len(page['items'])}, and more"))
            if cursor is not None and len(ids) == 5:
                asked = timeline(other, limit=5, cursor=cursor)
                status = timeline_status(roles, other)
                door.expect(asked, 400 if status == 200 else status, "a cursor of another")
                listed = Request("GET", ACTIVITY.path, {"limit": 5, "cursor": cursor})
                door.expect(listed, 400, "a cursor of a timeline")
            query = {"limit": 5, "cursor": cursor} if cursor else {}
        door.tally.check(ids == whole, "leak", door.cell(f"{ids} page by page, {whole} at once"))
    door.tally.settle(at_least=15)


@pytest.mark.timeout(300)
def test_what_the_system_noted_is_seen_by_readers_of_its_record(
    door: Door, stories: Stories
) -> None:
    made = [f"{kind}.created" for kind in KINDS]
    for turn, roles in enumerate(story_roles(ACTIVITY)):
        door.give(*roles)
        status = expectations.list_status(roles, ACTIVITY)
        ids = [target.id for target in stories.targets]
        noted = {"kind": "system", "subject": {"in": made}, "links": {"in": ids}}
        body = {"filter": noted, "limit": 500, "count": "exact"}
        search = Request("POST", f"{ACTIVITY.path}/search", body=body)
        check_stories(door, search, stories.noted, status)
        for story in stories.noted[turn % 9 :: 9]:
            request = Request("GET", story.record.path)
            door.expect_record(request, story.status(roles), story.record.id, str(story))
    door.tally.settle(at_least=900)


def noted_of(world: World, record: Record) -> list[Any]:
    """What the system noted of changes of the record, as the administrator sees it."""
    condition = f'{{"subject": "{record.facts.kind}.updated"}}'
    items: list[Any] = world.administrator.get(f"{record.path}/timeline", filter=condition).json()[
        "items"
    ]
    return items


@pytest.mark.timeout(120)
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_hidden_field_is_not_named_among_what_was_changed(door: Door, kind: Kind) -> None:
    world, facts = door.world, Facts("self", kind=kind)
    record = world.make(facts)
    world.set(record, {kind.text: uuid4().hex, "tags": ["seen"]})
    tell(world, Facts("south", kind=ACTIVITY), record)
    until(lambda: len(noted_of(world, record)) == 1)
    for hidden in (kind.text, "tags", None):
        door.give(
            Role({"read": "all"}, kind=ACTIVITY),
            Role({"read": "own"}, fields={hidden: "hidden"} if hidden else {}, kind=kind),
        )
        noted = {"filter": json.dumps({"kind": "system", "links": record.id})}
        chosen: tuple[dict[str, str], ...] = ({}, {"fields": "data"}, {"fields": "subject,data"})
        for request in (
            *(timeline(record, **fields) for fields in chosen),
            *(Request("GET", ACTIVITY.path, {**noted, **fields}) for fields in chosen),
        ):
            items = door.expect(request, 200).json()["items"]
            named = {name for item in items for name in item["data"].get("fields", ())}
            for name in (kind.text, "tags"):
                cell = door.cell(f"{name} among {sorted(named)} in {request}")
                door.tally.seen(name != hidden, name in named, cell)
        [item] = noted_of(world, record)
        answer = door.expect(Request("GET", f"{ACTIVITY.path}/{item['id']}"), 200).json()
        for name in (kind.text, "tags"):
            named = set(answer["data"]["fields"])
            door.tally.seen(name != hidden, name in named, door.cell(f"{name} among {named}"))
    door.tally.settle(at_least=36)
