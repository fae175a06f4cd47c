"""Activities and tasks about records all around the person, and what each must show."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any
from uuid import uuid4

from tests.matrix import expectations
from tests.matrix.door import Door, Request
from tests.matrix.expectations import LEVELS, Facts, Role, absent
from tests.matrix.kinds import ACTIVITY, COMPANY, CONTACT, DEAL, KINDS, LEAD, STAGE, TASK, Kind
from tests.matrix.pointing import role_sets
from tests.matrix.test_reading import shown
from tests.matrix.world import LIVING, Record, World, of_kind

# So long ago that no other plan is an earlier one: what records show of their next stays the same.
FIRST = "2001-01-01T09:00:00Z"
Links = list[dict[str, str]]


@dataclass
class Story:
    """An activity or a task that is `about` records, in their order, and was about `before`."""

    record: Record
    about: tuple[Record, ...] = ()
    before: tuple[tuple[Record, ...], ...] = ()

    @property
    def others(self) -> list[Facts]:
        """What decides about the records that it is about."""
        return [record.facts for record in self.about]

    def read(self, roles: Sequence[Role]) -> bool:
        """Whether it must be seen."""
        return expectations.reads(roles, self.record.facts, self.others)

    def status(self, roles: Sequence[Role], operation: str = "read", success: int = 200) -> int:
        """The answer to `operation` on it."""
        facts = self.record.facts
        return expectations.record_status(roles, operation, facts, success, self.others)

    def links(self, roles: Sequence[Role]) -> Links:
        """What it must show of what it is about."""
        return links(readable(roles, self.about))

    def changes(self, roles: Sequence[Role]) -> list[list[Links | None]]:
        """What must be told of changes of its links, newest first; a change that nobody may see is
        left out."""
        stood = [None, *(links(readable(roles, each)) for each in (*self.before, self.about))]
        told = [list(change) for change in pairwise(stood)]
        return [change for change in reversed(told) if (change[0] or []) != change[1]]

    def __str__(self) -> str:
        about = ", ".join(str(record.facts) for record in self.about)
        return f"{self.record} about {about or 'nothing'}"


@dataclass
class Stories:
    """All that is told, and the two companies whose contacts and deals are `members`; `beginning`
    is where the event feed ended before."""

    told: dict[Kind, list[Story]]
    noted: list[Story]
    targets: list[Record]
    members: dict[str, list[Record]] = field(default_factory=dict)
    companies: list[Record] = field(default_factory=list)
    beginning: str = ""

    def of(self, kind: Kind) -> list[Story]:
        """What people told, as one list."""
        return self.told[kind]


def links(records: Sequence[Record]) -> Links:
    """The records as links."""
    return [{"type": record.facts.kind.entity, "id": record.id} for record in records]


def readable(roles: Sequence[Role], records: Sequence[Record]) -> list[Record]:
    """Those of the records that can be read."""
    return [record for record in records if expectations.covers(roles, "read", record.facts)]


def story_roles(kind: Kind) -> list[tuple[Role, ...]]:
    """Every level of reading what is told and what it is about; one without the other."""
    sets, levels = role_sets(DEAL), LEVELS[1:]
    both = [
        (Role({"read": levels[place % len(levels)]}, kind=kind), *roles)
        for place, roles in enumerate(sets)
    ]
    return [*both, sets[-1], (Role({"read": "all"}, kind=kind),)]


def tell(world: World, facts: Facts, *about: Record, **values: Any) -> Story:
    """Told by the administrator, who sees it."""
    planned = {"starts_at": FIRST} if facts.kind is ACTIVITY else {}
    return Story(world.make(facts, links=links(about), **{**planned, **values}), about)


def make_stories(world: World) -> Stories:
    """What is told about every record, about several, about none, about deleted ones; everything
    of it has arrived everywhere."""
    beginning = world.administrator.get("/events", after="end").json()["next_cursor"]
    gone = [world.make(Facts("self", kind=kind)) for kind in KINDS]
    targets = [*(record for kind in KINDS for record in world.records[kind]), *gone]
    calls = [tell(world, Facts("south", kind=ACTIVITY), target) for target in targets]
    told = {ACTIVITY: calls, TASK: []}
    for kind, each_told in told.items():
        each_told += [Story(record) for record in world.records[kind]]
        each_told += _about_several(world, kind)
        each_told += _personal(world, kind)
        each_told += [tell(world, Facts("self", kind=kind), each) for each in gone]
        each_told += [_by_the_person(world, kind), _relinked(world, kind)]
    stories = Stories(told, [], targets, beginning=beginning)
    _add_companies(world, stories)
    for record in gone:
        until(lambda record=record: world.administrator.get(record.path).json()["next_activity_at"])
        world.discard(record)
        record.facts = absent(record.facts.kind)
    _await_arrival(world, stories, gone)
    return stories


def _about_several(world: World, kind: Kind) -> Iterator[Story]:
    for about in (
        (world.record("self"), world.record("south", kind=DEAL)),
        (world.record("south"), world.record("self", kind=DEAL)),
        (world.record("south", kind=COMPANY), world.record("northwest", kind=CONTACT)),
        (world.record("colleague", STAGE), world.record("colleague", kind=DEAL)),
        (world.record("self", kind=CONTACT), world.record("sales", kind=COMPANY)),
        (world.record("south", STAGE, DEAL), world.record("sales", STAGE)),
        (world.record("south"), world.record("colleague", kind=CONTACT),
         world.record("northwest", kind=COMPANY), world.record("self", STAGE, DEAL)),
    ):  # fmt: skip
        yield tell(world, Facts("south", kind=kind), *about)


def _personal(world: World, kind: Kind) -> Iterator[Story]:
    """What is the person's, names them, or lies within a level, about what others have."""
    me = [world.people["self"]]
    foreign = [world.record("south", kind=each) for each in KINDS]
    for place, (facts, values) in enumerate((
        (Facts("self"), {}),
        (Facts("south", observed=True), {}),
        (Facts("sales", observed=True), {"observer_ids": [], "participant_ids": me}),
        (Facts("colleague"), {}),
        (Facts("northwest"), {}),
        (Facts("south", open=True), {}),
        (Facts("south"), {"participant_ids": [world.people["colleague"]]}),
    )):  # fmt: skip
        about = (foreign[place % len(foreign)], world.record("self", kind=KINDS[place % 3]))
        yield tell(world, replace(facts, kind=kind), about[0], **values)
        yield tell(world, replace(facts, kind=kind), *about, **values)


def _by_the_person(world: World, kind: Kind) -> Story:
    """Given to somebody out of reach by the person themselves, who sees it for that."""
    lead = world.record("south")
    world.give(Role({"add": "all"}, kind=kind), Role({"read": "all"}, kind=LEAD))
    word = f"w{uuid4().hex[:15]}"
    record = Record(Facts("south", observed=True, kind=kind), "", 0, word)
    more = {"owner_id": world.people["south"], "links": links([lead])}
    body = world.values(kind, **{kind.titled: record.title}, **more)
    made = world.user.made(kind.path, body)
    record.id, record.version = made["id"], made["version"]
    return Story(record, (lead,))


def _relinked(world: World, kind: Kind) -> Story:
    """About the person's lead always; about others for a while."""
    lead, deal = world.record("self"), world.record("south", kind=DEAL)
    contact = world.record("colleague", kind=CONTACT)
    stood = ((lead,), (lead, deal), (lead, contact, deal), (lead, contact))
    story = tell(world, Facts("self", kind=kind), *stood[0])
    for about in stood[1:]:
        world.set(story.record, {"links": links(about)})
    return replace(story, about=stood[-1], before=stood[:-1])


def _add_companies(world: World, stories: Stories) -> None:
    """Two companies with contacts and deals all around, each of which is told of."""
    calls = stories.told[ACTIVITY]
    for owner in ("self", "south"):
        company = world.make(Facts(owner, kind=COMPANY))
        members = [
            world.make(facts, **{
                "companies" if kind is CONTACT else "company_id":
                [{"id": company.id}] if kind is CONTACT else company.id
            })
            for kind in (CONTACT, DEAL)
            for facts in of_kind(LIVING, kind)[:: 1 if kind is CONTACT else 2]
            if facts.owner != "leaver"
        ]  # fmt: skip
        calls += [tell(world, Facts("south", kind=ACTIVITY), each) for each in members]
        # The person's own calls say nothing of whose contact or deal they were about.
        calls += [tell(world, Facts("self", kind=ACTIVITY), each) for each in members[::3]]
        calls.append(tell(world, Facts("south", kind=ACTIVITY), members[0], members[-1], company))
        stories.members[company.id] = members
        stories.companies.append(company)


def _await_arrival(world: World, stories: Stories, gone: Sequence[Record]) -> None:
    """Wait until every service has heard of all of it, and learn what the system noted."""
    get, search = world.administrator.get, world.administrator.post
    for record in gone:
        about = next(each for each in stories.of(ACTIVITY) if each.about == (record,))
        until(lambda path=about.record.path: get(path).json()["links"] == [])
    for kind in KINDS:
        ids = [each.id for each in world.records[kind]]
        late = {"filter": {"and": [{"id": {"in": ids}}, {"next_activity_at": {"empty": True}}]}}
        until(lambda path=f"{kind.path}/search", b=late: search(path, b).json()["items"] == [])
    for company in stories.companies:
        wanted = {each.record.id for each in stories.of(ACTIVITY) for member in each.about
                  if member in stories.members[company.id]}  # fmt: skip
        path = f"{company.path}/timeline"
        until(lambda p=path, w=wanted: w <= shown(get(p, limit=500)).keys())
    stories.noted = until(lambda: _noted(world))


def _noted(world: World) -> list[Story]:
    """What the system noted of the making of each record; nothing until all of it is there.

    Without that of leads which other tests converted: it is about what they became too.
    """
    found = []
    for kind in KINDS:
        known = {record.id: record for record in world.records[kind]}
        made = {"kind": "system", "subject": f"{kind}.created", "links": {"in": list(known)}}
        body = {"filter": made, "limit": 500}
        items = shown(world.administrator.post(f"{ACTIVITY.path}/search", body)).values()
        if len(items) < len(known):
            return []
        for item in items:
            about = [link["id"] for link in item["links"]]
            if known.keys() >= set(about):
                record = Record(Facts("nobody", kind=ACTIVITY), item["id"], item["version"], "")
                found.append(Story(record, tuple(known[each] for each in about)))
    return found


def until(arrived: Callable[[], Any]) -> Any:
    """The first true value of `arrived`."""
    limit = time.monotonic() + 30
    while not (value := arrived()):
        assert time.monotonic() < limit, "it has not arrived"
        time.sleep(0.05)
    return value


def check_stories(
    door: Door, request: Request, stories: Sequence[Story], status: int = 200
) -> dict[str, Any]:
    """Each is in the list exactly when it may be read, with links to what may be read and to
    nothing else, and `total` counts no other. What was shown."""
    answer = door.expect(request, status)
    found = shown(answer)
    if answer.status_code != 200:
        return found
    for story in stories:
        may, item = story.read(door.roles), found.get(story.record.id)
        cell = door.cell(f"{story} in {request}")
        door.tally.seen(may, item is not None, cell)
        if may and item is not None and "links" in item:
            check_links(door, story, item["links"], cell)
    total = answer.json().get("total", len(found))
    door.tally.check(total == len(found), "leak", door.cell(f"{request} total {total}"))
    return found


def check_links(door: Door, story: Story, found: Links, cell: str) -> None:
    """The links that are shown are those to what may be read, in their order."""
    told = [{"type": link["type"], "id": link["id"]} for link in found]
    wanted = story.links(door.roles)
    wrong = "leak" if any(link not in wanted for link in told) else "wrong refusal"
    door.tally.check(told == wanted, wrong, f"{cell} shows {told}")


def filtered(kind: Kind, condition: Any = None, **query: Any) -> Request:
    """A list of the stories of the kind, or of those that satisfy the condition."""
    told = {kind.title: {"starts": "Matrix"}, **(condition or {})}
    return Request("GET", kind.path, {"limit": 500, "filter": json.dumps(told), **query})
