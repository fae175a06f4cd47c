"""Who changes, completes, calls off, links, hands over and deletes which activity and task."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from tests.matrix import expectations
from tests.matrix.door import Door, Request
from tests.matrix.expectations import LEVELS, Facts, Role
from tests.matrix.kinds import ACTIVITY, COMPANY, CONTACT, DEAL, LEAD, TASK, Kind
from tests.matrix.pairwise import with_two
from tests.matrix.pointing import role_sets
from tests.matrix.stories import Stories, Story, check_links, links, tell
from tests.matrix.test_stories import each_told
from tests.matrix.world import World

READ = ("all", "own", "none")
WHEN = {ACTIVITY: "starts_at", TASK: "deadline"}


def writers(kind: Kind) -> list[tuple[Role, ...]]:
    """Update at every level under two of read, delete at another, and every way of reading what is
    told of."""
    levels = with_two(range(len(LEVELS)), READ)
    sets = role_sets(DEAL)
    return [
        (Role({"read": read, "update": LEVELS[place], "delete": LEVELS[place - 3]}, kind=kind),
         *sets[turn % len(sets)])
        for turn, (place, read) in enumerate(levels)
    ]  # fmt: skip


def written(world: World, kind: Kind) -> list[Story]:
    """Those of everybody about what the person reads and about what they do not."""
    lead, foreign = world.record("self"), world.record("south")
    deal, contact = world.record("south", kind=DEAL), world.record("northwest", kind=CONTACT)
    company = world.record("sales", kind=COMPANY)
    return [
        later(world, replace(facts, kind=kind), *about)
        for facts, about in (
            (Facts("self"), (foreign,)),
            (Facts("self"), (lead, deal)),
            (Facts("colleague"), (lead, foreign)),
            (Facts("colleague", observed=True), (company,)),
            (Facts("northwest"), (contact,)),
            (Facts("south"), (lead, company)),
            (Facts("south", open=True), (lead,)),
            (Facts("south"), (deal, contact)),
            (Facts("south", observed=True), ()),
        )
    ]


def later(world: World, facts: Facts, *about: Any) -> Story:
    """One that was planned after the first that is told of each record, so that records show the
    same as what is next whatever becomes of this."""
    return tell(world, facts, *about, **{WHEN[facts.kind]: "2010-01-01T09:00:00Z"})


@pytest.fixture(scope="module")
def done(world: World, stories: Stories) -> None:
    """Something was done later than whatever the cells do: what is last stays the same too."""
    about = {record.id: record for story in written(world, ACTIVITY) for record in story.about}
    tell(world, Facts("south", kind=ACTIVITY), *about.values(), starts_at=None, done=True)


def changes(story: Story, turn: int) -> Iterator[tuple[dict[str, Any], bool]]:
    """What is changed in this turn, and whether that cannot be taken back."""
    kind = story.record.facts.kind
    moved = {WHEN[kind]: f"2010-02-{turn % 28 + 1:02}T09:00:00Z"}
    final = kind is ACTIVITY
    ticked = {"checklist": [{"text": f"Tick {turn}", "done": True}]}
    every: list[tuple[dict[str, Any], bool]] = [
        (moved, False),
        ({"done": True}, final),
        ({"cancelled": True}, final),
        ({kind.text: uuid4().hex} if final else ticked, False),
    ]
    yield every[0]
    yield every[1 + turn % 3]


def check_change(door: Door, story: Story, body: dict[str, Any], *, final: bool) -> None:
    """It is changed exactly when update reaches it, and shows no more links than before."""
    record, world = story.record, door.world
    request = Request("PATCH", record.path, body=body, version=record.version)
    status = story.status(door.roles, "update")
    answer = door.expect_record(request, status, record.id, str(story))
    if answer.status_code != 200:
        return
    record.version = answer.json()["version"]
    if status == 200:
        check_links(door, story, answer.json()["links"], door.cell(f"{story} after {body}"))
    if final:
        again = later(world, record.facts, *story.about)
        # Whoever may not know it is told the same of what is closed as of what is not.
        late = Request("PATCH", record.path, body={"subject": "x"}, version=record.version)
        door.expect(late, 409 if status == 200 else status, f"closed {story}")
        story.record = again.record
        door.moved()
    elif "done" in body or "cancelled" in body:
        world.set(record, {"done": False, "cancelled": False})
        door.moved()


def check_delete(door: Door, story: Story) -> None:
    """It goes to the bin exactly when delete reaches it, and comes back in the same way."""
    record, world = story.record, door.world
    request = Request("DELETE", record.path, version=record.version)
    status = story.status(door.roles, "delete", success=204)
    answer = door.expect_record(request, status, record.id, str(story))
    if answer.status_code != 204:
        world.discard(record)
        door.moved()
    back = Request("POST", f"{record.path}/restore")
    status = story.status(door.roles, "delete")
    answer = door.expect_record(back, status, record.id, f"deleted {story}")
    if answer.status_code == 200:
        record.version = answer.json()["version"]
        check_links(door, story, answer.json()["links"], door.cell(f"restored {story}"))
    else:
        world.bring_back(record)
        door.moved()


@pytest.mark.timeout(300)
@each_told
@pytest.mark.usefixtures("done")
def test_story_is_changed_exactly_when_its_level_reaches_it(
    door: Door, kind: Kind, at_length: bool
) -> None:
    told = written(door.world, kind)
    every = writers(kind)
    for turn, roles in enumerate(every if at_length else every[::2]):
        door.give(*roles)
        for place, story in enumerate(told):
            for body, final in changes(story, turn + place):
                check_change(door, story, body, final=final)
            if (turn + place) % 2:
                check_delete(door, story)
    door.tally.settle(at_least=180)


@pytest.mark.timeout(120)
@each_told
@pytest.mark.usefixtures("done")
def test_unseen_links_outlive_an_edit_and_seen_ones_go(door: Door, kind: Kind) -> None:
    """What was readable through a link alone is out of sight without it."""
    world = door.world
    lead, foreign = world.record("self"), world.record("south", kind=DEAL)
    contact = world.record("self", kind=CONTACT)
    own = (Role({"read": "own"}, kind=LEAD), Role({"read": "own"}, kind=CONTACT))
    levels = {"read": "department", "update": "department"}
    for owner in ("self", "colleague"):
        door.give(Role(levels, kind=kind), Role({"read": "own"}, kind=DEAL), *own)
        story = later(world, Facts(owner, kind=kind), lead, foreign)
        door.moved()
        for about, named in (((contact, foreign), (contact,)), ((foreign,), ())):
            request = Request(
                "PATCH", story.record.path, body={"links": links(named)},
                version=story.record.version,
            )  # fmt: skip
            answer = door.expect(request, 200, str(story))
            story = replace(story, about=about)
            story.record.version = answer.json()["version"]
            readable = story.read(door.roles)
            bare = set(answer.json()) == {"id", "version"}
            door.tally.seen(readable, not bare, door.cell(f"{story} answers {answer.text}"))
            kept = world.administrator.get(story.record.path).json()["links"]
            ids = {link["id"] for link in kept}
            right = ids == {record.id for record in about}
            door.tally.check(right, "not written", door.cell(f"{story} {kept}"))
            request = Request("GET", story.record.path)
            door.expect_record(request, story.status(door.roles), story.record.id, str(story))
            check_named(door, story, (foreign.id, str(uuid4())))
    door.tally.settle(at_least=20)


def check_named(door: Door, story: Story, ids: Sequence[str]) -> None:
    """Naming what is linked and not seen is answered as naming what does not exist."""
    refusals = []
    for each in ids:
        body = {"links": [{"type": "deal", "id": each}]}
        request = Request("PATCH", story.record.path, body=body, version=story.record.version)
        status = story.status(door.roles, "update")
        refusals.append(door.expect(request, 422 if status == 200 else status, str(story)))
    [linked, absent] = [answer.json().get("errors") for answer in refusals]
    door.tally.check(linked == absent, "differs from absent", door.cell(f"{linked} {absent}"))


@pytest.mark.timeout(120)
@each_told
@pytest.mark.usefixtures("done")
def test_story_is_handed_over_only_inside_the_update_level(door: Door, kind: Kind) -> None:
    told = written(door.world, kind)
    for roles in writers(kind)[1::2]:
        door.give(*roles)
        for story in (told[1], told[5]):
            for owner in ("colleague", "south"):
                check_handed_over(door, story, owner)
    door.tally.settle(at_least=24)


def check_handed_over(door: Door, story: Story, owner: str) -> None:
    """Both it and its new owner must lie within update; the answer shows it while it is seen."""
    record, world = story.record, door.world
    given = {"owner_id": world.people[owner]}
    request = Request("PATCH", record.path, body=given, version=record.version)
    status = story.status(door.roles, "update")
    at = expectations.level(door.roles, "update", kind=record.facts.kind)
    # Who has it already is no new owner.
    if status == 200 and owner != record.facts.owner and not expectations.reaches(at, owner):
        status = 403
    answer = door.expect_record(request, status, record.id, f"{story} to {owner}")
    if answer.status_code == 200:
        record.version = answer.json()["version"]
        now = expectations.reads(door.roles, replace(record.facts, owner=owner), story.others)
        bare = set(answer.json()) == {"id", "version"}
        door.tally.seen(now, not bare, door.cell(f"{story} to {owner}: {answer.text[:200]}"))
        world.set(record, {"owner_id": world.people[record.facts.owner]})
        door.moved()
