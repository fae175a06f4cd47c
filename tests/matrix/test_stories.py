"""Who sees which activity and task, and which of its links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.matrix import expectations
from tests.matrix.door import Door, Request
from tests.matrix.expectations import Role
from tests.matrix.kinds import ACTIVITY, KINDS, TASK, Kind, each_of
from tests.matrix.stories import (
    Stories,
    Story,
    check_links,
    check_stories,
    filtered,
    links,
    readable,
    story_roles,
)
from tests.matrix.test_side_doors import walked
from tests.matrix.world import Record

each_told = each_of(ACTIVITY, TASK)


def every(door: Door, kind: Kind) -> list[Request]:
    """Lists of all that people told, each walked another way."""
    south = {"or": [{kind.title: {"starts": "Matrix"}}, {"owner_id": door.world.people["south"]}]}
    search = {"limit": 500, "count": "exact", "filter": south, "include": "links"}
    return [
        filtered(kind, count="exact"),
        filtered(kind, sort="-created_at", fields=f"{kind.title},links"),
        filtered(kind, sort=f"{kind.title},-number", q="Matrix", count="estimate"),
        Request("POST", f"{kind.path}/search", body=search),
    ]


def check_one(door: Door, story: Story, turn: int) -> None:
    """By its id, its history, a list of its own, and the explanation."""
    path, kind = story.record.path, story.record.facts.kind
    status = story.status(door.roles)
    about = str(story)
    if turn % 2:
        request = Request("GET", path, {"include": "links"})
        answer = door.expect_record(request, status, story.record.id, about)
        if answer.status_code == status == 200:
            check_links(door, story, answer.json()["links"], door.cell(f"{about} in {request}"))
    else:
        request = Request("GET", f"{path}/history")
        answer = door.expect_record(request, status, story.record.id, about)
        if answer.status_code == status == 200:
            check_history(door, story, answer.json()["items"])
    if turn % 5 == 0:
        own = Request("GET", kind.path, {"q": story.record.word, "count": "exact"})
        check_stories(door, own, [story], 403 if status == 403 else 200)
        if story.others and all(each.owner != "nobody" for each in story.others):
            check_explanation(door, story)


def check_history(door: Door, story: Story, items: Sequence[dict[str, Any]]) -> None:
    """What was changed in its links as far as it may be seen, and no entry for anything else."""
    told = [item["changes"]["links"] for item in items if "links" in item["changes"]]
    cell = door.cell(f"{story} has the history {told}")
    wanted = story.changes(door.roles)
    seen = {link["id"] for change in told for side in change for link in side or ()}
    known = {link["id"] for change in wanted for side in change for link in side or ()}
    door.tally.check(told == wanted, "leak" if seen - known else "wrong refusal", cell)
    updates = [item for item in items if item["name"].endswith(".updated")]
    shown = sum(1 for change in wanted if change[0] is not None)
    door.tally.check(len(updates) == shown, "leak", f"{cell} in {len(updates)} updates")


def check_explanation(door: Door, story: Story) -> None:
    """Whoever keeps the roles is told whether the person reads it."""
    name = story.record.facts.kind.entity
    query = {"user": door.world.people["self"], "entity": name, "operation": "read"}
    told = Request("GET", "/access/explain", {**query, "id": story.record.id})
    answer = told.send(door.world.administrator)
    allowed = answer.status_code == 200 and answer.json()["allowed"]
    door.tally.seen(story.read(door.roles), allowed, door.cell(f"{story} explained: {answer.text}"))


def check_by_link(
    door: Door, kind: Kind, stories: Sequence[Story], target: Record, status: int
) -> None:
    """A filter by a record finds what is about it, where it can be read; where it cannot, the
    link is not there."""
    may = expectations.covers(door.roles, "read", target.facts)
    for condition, wanted in (
        (target.id, True), ({"in": [target.id]}, True), ({"ne": target.id}, False)
    ):  # fmt: skip
        request = filtered(kind, {"links": condition}, fields="links")
        answer = door.expect(request, status)
        if answer.status_code != 200:
            return
        found = {item["id"] for item in answer.json()["items"]}
        for story in stories:
            linked = may and target in story.about
            cell = door.cell(f"{story} in {request}")
            expected = story.read(door.roles) and linked is wanted
            door.tally.seen(expected, story.record.id in found, cell)


@pytest.mark.timeout(300)
@each_told
def test_story_is_seen_through_what_it_is_about_or_by_name(
    door: Door, stories: Stories, kind: Kind, at_length: bool
) -> None:
    told = stories.of(kind)
    for turn, roles in enumerate(story_roles(kind)[:: 1 if at_length else 2]):
        door.give(*roles)
        status = expectations.list_status(roles, kind)
        for request in every(door, kind):
            check_stories(door, request, told, status)
        step = 6 if kind is ACTIVITY else 3
        for place in range(turn % step, len(told), step):
            check_one(door, told[place], turn + place // step)
    door.tally.settle(at_least=2500 if kind is ACTIVITY else 1000)


@pytest.mark.timeout(300)
@each_told
def test_filter_by_a_link_finds_what_is_about_readable_records(
    door: Door, stories: Stories, kind: Kind
) -> None:
    told = stories.of(kind)
    linked = [target for target in stories.targets if any(target in each.about for each in told)]
    for turn, roles in enumerate(story_roles(kind)):
        door.give(*roles)
        status = expectations.list_status(roles, kind)
        for target in linked[turn % 25 :: 25]:
            check_by_link(door, kind, told, target, status)
        empty = filtered(kind, {"links": {"empty": True}}, fields="links")
        if status == 200:
            found = {item["id"] for item in door.expect(empty, 200).json()["items"]}
            for story in told:
                expected = story.read(roles) and not readable(roles, story.about)
                seen = story.record.id in found
                door.tally.seen(expected, seen, door.cell(f"{story} in {empty}"))
    door.tally.settle(at_least=2000)


@pytest.mark.timeout(120)
@each_told
def test_pages_of_stories_hold_each_once_and_end(door: Door, stories: Stories, kind: Kind) -> None:
    told = stories.of(kind)
    for roles in story_roles(kind)[::5]:
        door.give(*roles)
        order = "-occurred_at" if kind is ACTIVITY else "deadline"
        for sort in (order, f"-{kind.title}"):
            ids = walked(door, kind, dict(filtered(kind, sort=sort, limit=17).query))
            for story in told:
                count, may = ids.count(story.record.id), story.read(roles)
                wrong = "leak" if count > may else "wrong refusal"
                cell = door.cell(f"{story} on the pages by {sort}")
                door.tally.check(count == int(may), wrong, cell)
    door.tally.settle(at_least=180)


@pytest.mark.timeout(120)
@each_told
def test_name_of_what_a_story_is_about_is_hidden_with_its_field(
    door: Door, stories: Stories, kind: Kind
) -> None:
    for hidden in KINDS:
        door.give(
            Role({"read": "all"}, kind=kind),
            *(Role({"read": "all"}, fields={each.title: "hidden"} if each is hidden else {},
                   kind=each) for each in KINDS),
        )  # fmt: skip
        request = every(door, kind)[-1]
        found = check_stories(door, request, stories.of(kind))
        for item in found.values():
            for link in item["links"]:
                cell = door.cell(f"{link} in {request}")
                may = link["type"] != hidden.entity
                door.tally.seen(may, link["name"] is not None, cell)
    door.tally.settle(at_least=150)


def check_new_links(
    door: Door, kind: Kind, targets: Sequence[Record], sent: Request, field: str
) -> None:
    """What cannot be read cannot be named, in the words for what does not exist; the rest can."""
    errors = door.expect(sent, 422).json().get("errors", ())
    found = {error["pointer"]: (error["code"], error["detail"]) for error in errors}
    door.tally.check(field in found, "wrong refusal", door.cell(f"{sent} {found}"))
    for place, target in enumerate(targets):
        may = expectations.covers(door.roles, "read", target.facts)
        refused = found.get(f"/links/{place}/id")
        cell = door.cell(f"new {kind} about {target}: {refused}")
        door.tally.seen(may, refused is None, cell)
        absent = ("unreadable_reference", f"No such {target.facts.kind}.")
        door.tally.check(refused in (None, absent), "differs from absent", cell)


@pytest.mark.timeout(120)
@each_told
def test_story_is_told_of_what_can_be_read_however_many_records(
    door: Door, stories: Stories, kind: Kind
) -> None:
    """One request names every record there is; another those alone that can be read."""
    broken = {"ends_at": "2001-01-01T00:00:00Z"} if kind is ACTIVITY else {"title": None}
    [field] = [f"/{name}" for name in broken]
    for turn, roles in enumerate(story_roles(kind)[:-2]):
        door.give(Role({"add": "own"}, kind=kind), *roles)
        body = door.world.values(kind, links=links(stories.targets), **broken)
        check_new_links(door, kind, stories.targets, Request("POST", kind.path, body=body), field)
        wanted = links(readable(roles, stories.targets))
        if turn % 2:
            planned = {"starts_at": "2010-01-01T09:00:00Z"} if kind is ACTIVITY else {}
            body = door.world.values(kind, links=wanted, **planned)
            made = door.expect(Request("POST", kind.path, body=body), 201).json()
            door.tally.check(made.get("links") == wanted, "not written", door.cell(made))
            kept = door.world.administrator.get(f"{kind.path}/{made['id']}").json()
            door.tally.check(kept["links"] == wanted, "not written", door.cell(kept))
        door.give(*roles)
        body = door.world.values(kind, links=wanted)
        door.expect(Request("POST", kind.path, body=body), 403, "no right to add")
    door.tally.settle(at_least=1000)
