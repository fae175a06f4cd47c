"""The event feed: of records that may be read now, without what is hidden or may not be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from tests.matrix import expectations
from tests.matrix.door import Door, Request
from tests.matrix.expectations import Facts, Role
from tests.matrix.kinds import DEAL, LEAD, STAGE, Kind, each_owned
from tests.matrix.stories import Stories, Story, readable, story_roles, until
from tests.matrix.test_stories import check_history, each_told
from tests.matrix.world import Record, World

Events = Mapping[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def beginning(world: World) -> str:
    """Where the feed ends before anything below happens."""
    return str(world.administrator.get("/events", after="end").json()["next_cursor"])


def feed(door: Door, kind: Kind, **query: Any) -> Events:
    """The first events of the kind by record, in their order, as the person is told of them."""
    found: dict[str, list[dict[str, Any]]] = {}
    request = Request("GET", "/events", {"entity": kind.entity, **query})
    for item in door.expect(request, 200).json()["items"]:
        found.setdefault(item["record_id"], []).append(item)
    return found


def readers(kind: Kind) -> list[Role]:
    """Every level, with rules for a stage where there are stages."""
    plain = [Role({"read": level}, kind=kind) for level in expectations.LEVELS]
    if kind.stage is None:
        return plain
    return [
        *plain,
        replace(plain[-1], stages={STAGE: {"read": "none"}}),
        replace(plain[1], stages={STAGE: {"read": "all"}}),
    ]


@pytest.mark.timeout(300)
@each_owned
def test_feed_tells_of_records_that_may_be_read(door: Door, kind: Kind) -> None:
    world = door.world
    living, binned = world.records[kind], world.binned[kind]
    for role in readers(kind):
        door.give(role)
        # They were made before anything else, and so are told of first.
        found = feed(door, kind, limit=100)
        for record in (*living, *binned):
            may = expectations.reads(door.roles, record.facts)
            told = [item["name"] for item in found.get(record.id, ())]
            cell = door.cell(f"{record} in the feed: {told}")
            door.tally.seen(may, bool(told), cell)
            if may:
                wanted = [f"{kind}.created", *([f"{kind}.deleted"] if record in binned else [])]
                right = told[:1] == wanted[:1] and set(wanted) <= set(told)
                door.tally.check(right, "wrong refusal", cell)
    door.tally.settle(at_least=80)


@pytest.mark.timeout(300)
@each_told
def test_feed_tells_of_links_to_what_may_be_read(door: Door, stories: Stories, kind: Kind) -> None:
    told = [story for story in stories.of(kind) if story.about]
    for roles in story_roles(kind):
        door.give(*roles)
        found = feed(door, kind, after=stories.beginning, limit=500)
        for story in told:
            events = found.get(story.record.id, [])
            cell = door.cell(f"{story} in the feed {[item['name'] for item in events]}")
            door.tally.seen(story.read(roles), bool(events), cell)
            if story.read(roles) and events:
                check_history(door, story, list(reversed(events)))
                check_records(door, story, events, cell)
    door.tally.settle(at_least=500)


def check_records(door: Door, story: Story, events: Sequence[dict[str, Any]], cell: str) -> None:
    """No record as it was told links to what may not be read."""
    stood = (*story.before, story.about)
    may = {record.id for about in stood for record in readable(door.roles, about)}
    for item in events:
        linked = {link["id"] for link in item["record"].get("links", ())}
        door.tally.check(linked <= may, "leak", f"{cell} {item['name']} told with {linked}")
    last = events[-1]["record"].get("links")
    door.tally.check(last == story.links(door.roles), "wrong refusal", f"{cell} lastly {last}")


def hideable(kind: Kind) -> Iterator[str]:
    """Fields that can be hidden: what was written, what decides, what the platform keeps."""
    yield from (kind.titled, kind.text, "owner_id", "observer_ids", "updated_by")
    if kind.stage:
        yield kind.stage


@pytest.mark.timeout(300)
@each_owned
def test_hidden_field_is_in_no_event_and_its_change_is_none(
    door: Door, beginning: str, kind: Kind
) -> None:
    world = door.world
    record = world.make(Facts("self", kind=kind))
    world.set(record, {kind.text: uuid4().hex})
    world.set(record, {"tags": ["seen"]})
    asked = {"after": beginning, "entity": kind.entity, "limit": 500}
    until(lambda: told_of(world.administrator.get("/events", **asked).json(), record) == 3)
    for name in (*hideable(kind), None):
        door.give(Role({"read": "own"}, fields={name: "hidden"} if name else {}, kind=kind))
        events = feed(door, kind, after=beginning)[record.id]
        history = door.expect(Request("GET", f"{record.path}/history"), 200).json()["items"]
        for items in (events, list(reversed(history))):
            changed = [set(item["changes"]) for item in items if not is_first(item)]
            wanted = [{each} for each in (kind.text, "tags") if each != name]
            cell = door.cell(f"changes without {name}: {changed}")
            door.tally.check(changed == wanted, "leak", cell)
            for item in items:
                named = name in item["changes"] or name in item.get("record", ())
                door.tally.seen(False, named, door.cell(f"{name} in {item['name']}"))
    door.tally.settle(at_least=30)


def told_of(page: Mapping[str, Any], record: Record) -> int:
    """How many events of the page are the record's."""
    return sum(item["record_id"] == record.id for item in page["items"])


def is_first(item: Mapping[str, Any]) -> bool:
    """Whether the entry tells of the making of a record."""
    return str(item["name"]).endswith(".created")


@pytest.mark.timeout(120)
def test_events_that_follow_a_cursor_or_a_name_are_masked_too(door: Door, beginning: str) -> None:
    world = door.world
    records = [world.make(Facts(owner, kind=kind)) for kind in (LEAD, DEAL)
               for owner in ("self", "south")]  # fmt: skip
    told = {"after": beginning, "name": "deal.created", "limit": 500}
    until(lambda: records[-1].id in world.administrator.get("/events", **told).text)
    for roles in ((), *((Role({"read": level}),) for level in ("none", "own", "all"))):
        door.give(*roles)
        for query in ({}, {"name": "lead.created"}, {"entity": "lead"}, {"limit": 1}):
            check_followed(door, records, {"after": beginning, **query})
        end = door.expect(Request("GET", "/events", {"after": "end"}), 200).json()
        door.tally.check(end["items"] == [], "leak", door.cell(f"the end {end}"))
    door.tally.settle(at_least=60)


def check_followed(door: Door, records: Sequence[Record], query: dict[str, Any]) -> None:
    """Page after page the readable records are told of, once, and no others are."""
    told: list[str] = []
    for _ in range(400):
        page = door.ask(Request("GET", "/events", query)).json()
        told += [item["record_id"] for item in page["items"] if item["name"].endswith(".created")]
        if not page["more"]:
            break
        query = {**query, "after": page["next_cursor"]}
    for record in records:
        may = expectations.reads(door.roles, record.facts)
        asked = query.get("entity", query.get("name", "lead.")).partition(".")[0]
        wanted = may and (("entity" not in query and "name" not in query) or
                          record.facts.kind.entity == asked)  # fmt: skip
        cell = door.cell(f"{record} told {told.count(record.id)} times by {query}")
        right = told.count(record.id) == int(wanted)
        door.tally.check(right, "leak" if told.count(record.id) > wanted else "wrong refusal", cell)
