"""Conversions that there are: who sees them, asks for them again, takes them back."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from uuid import uuid4

import pytest

from tests.matrix import expectations
from tests.matrix.conversions import (
    BROKEN,
    TARGETS,
    convert,
    converted,
    expect_done,
    fresh_lead,
    pointers,
)
from tests.matrix.door import Door, Request
from tests.matrix.expectations import LEVELS, Facts, Role, conversion_status
from tests.matrix.kinds import CONTACT, DEAL
from tests.matrix.pairwise import with_two
from tests.matrix.test_converting import ADDS, OWN_LEADS
from tests.matrix.test_tokens import token_client
from tests.matrix.world import Record, World

DONE = "converted"
BOTH = {"contact": {"create": {}}, "deal": {"create": {}}}
LEADS = (
    *(Facts(owner) for owner in ("self", "colleague", "south")),
    Facts("south", open=True),
    Facts("south", observed=True),
)
Converted = tuple[Record, str]


@pytest.fixture(scope="module")
def done(world: World) -> list[Converted]:
    """Leads that became a contact and a deal, with their conversions. Somebody has changed the
    contact since, so that nobody can take any of them back."""
    found = []
    for facts in LEADS:
        lead = world.make(facts, last_name="Zweistein")
        conversion = converted(world, lead, **BOTH)
        path = f"{CONTACT.path}/{conversion['contact']['id']}"
        world.administrator.changed(path, {"position": "Owner"})
        found.append((replace(lead, facts=replace(facts, stage=DONE)), conversion["id"]))
    return found


def holders() -> list[tuple[Role, ...]]:
    """Every level of reading leads, with rules for what is converted; others of changing them, and
    of adding what they became."""
    overrides = ({}, {"read": "none"}, {"read": "own", "update": "own"}, {"update": "all"})
    adds = cycle(((), (ADDS["contact"],), (ADDS["contact"], ADDS["deal"])))
    return [
        (
            Role({"read": read, "update": LEVELS[(place * 5 + place // 6) % 6]}, {DONE: override}),
            *next(adds),
        )
        for place, (read, override) in enumerate(with_two(LEVELS, overrides))
    ]


@pytest.mark.timeout(120)
def test_conversion_is_for_those_who_read_or_change_its_lead(
    door: Door, done: list[Converted]
) -> None:
    for roles in holders():
        door.give(*roles)
        for lead, conversion in done:
            check_shown(door, lead, conversion)
            check_repeated(door, lead, conversion)
            check_undone(door, lead, conversion)
    door.tally.settle(at_least=200)


def check_shown(door: Door, lead: Record, conversion: str) -> None:
    """Readers of the lead see the conversion; to others it is absent."""
    status = expectations.record_status(door.roles, "read", lead.facts)
    door.expect_record(Request("GET", f"/conversions/{conversion}"), status, conversion, str(lead))


def check_repeated(door: Door, lead: Record, conversion: str) -> None:
    """Who changes the lead gets its conversion, whatever they ask for, and nothing is written."""
    status = expectations.record_status(door.roles, "update", lead.facts)
    request = convert(lead, company={"create": {}})
    before = door.state.digest()
    answer = door.expect_record(request, status, lead.id, str(lead))
    if answer.status_code == 200:
        same = answer.json()["id"] == conversion and door.state.digest() == before
        door.tally.check(same, "converted twice", door.cell(f"{request} {answer.text}"))


def check_undone(door: Door, lead: Record, conversion: str) -> None:
    """Who changes the lead and may add what was made could take it back, were it untouched."""
    status = expectations.record_status(door.roles, "update", lead.facts)
    if status == 200:
        adds = all(expectations.granted(door.roles, "add", kind) for kind in (CONTACT, DEAL))
        status = 409 if adds else 403
    request = Request("POST", f"/conversions/{conversion}/undo")
    answer = door.expect_record(request, status, conversion, str(lead))
    if status == 409:
        told = {each["type"] for each in answer.json().get("touched", ())}
        door.tally.check(told == {"contact"}, "wrong refusal", door.cell(answer.text))


@pytest.mark.timeout(120)
def test_conversion_is_taken_back_by_whoever_may(door: Door) -> None:
    world = door.world
    for roles, owner in (
        ((OWN_LEADS, ADDS["contact"], ADDS["deal"]), "self"),
        ((Role({"read": "all", "update": "department"}), *ADDS.values()), "colleague"),
        (
            (Role({"read": "own"}, {DONE: {"read": "all", "update": "all"}}), *ADDS.values()),
            "south",
        ),
    ):
        lead = fresh_lead(world, owner)
        conversion = converted(world, lead, **BOTH)
        door.give(*roles)
        undone = expect_done(door, Request("POST", f"/conversions/{conversion['id']}/undo"))
        right = undone.get("state") == "undone"
        door.tally.check(right, "not written", door.cell(f"{lead} {undone}"))
        for target in ("contact", "deal"):
            path = f"{TARGETS[target].path}/{conversion[target]['id']}"
            gone = world.administrator.get(path).status_code == 404
            door.tally.check(gone, "not written", door.cell(f"{path} is still there"))
        kept = world.administrator.get(lead.path).json()
        door.tally.check(kept["status"] == "new", "not written", door.cell(f"{kept}"))
        status = expectations.record_status(door.roles, "read", lead.facts)
        shown = Request("GET", f"/conversions/{conversion['id']}")
        door.expect_record(shown, status, conversion["id"], str(lead))
    door.tally.settle(at_least=18)


@pytest.mark.timeout(120)
def test_conversion_of_a_deleted_lead_is_absent(door: Door) -> None:
    lead = fresh_lead(door.world)
    conversion = converted(door.world, lead, **BOTH)["id"]
    lead.version = door.world.administrator.get(lead.path).json()["version"]
    door.world.discard(lead)
    door.give(Role(dict.fromkeys(("read", "update", "delete"), "all")), *ADDS.values())
    for request in (
        Request("GET", f"/conversions/{conversion}"),
        Request("POST", f"/conversions/{conversion}/undo"),
    ):
        door.expect_record(request, 404, conversion, "of a deleted lead")
    door.expect_record(convert(lead, **BOTH), 404, lead.id, "a deleted lead")
    for path in ("no-uuid", str(uuid4())):
        door.expect(Request("GET", f"/conversions/{path}"), 404)
    door.tally.settle(at_least=8)


@pytest.mark.timeout(120)
def test_token_converts_what_its_scopes_allow(door: Door) -> None:
    own = (
        Role(dict.fromkeys(("read", "update"), "own"), settings=("tokens",)),
        Role({"add": "own", "read": "own"}, kind=CONTACT),
    )
    lead = fresh_lead(door.world)
    seen = fresh_lead(door.world)
    conversion = converted(door.world, seen, **BOTH)["id"]
    for scopes in (
        ("*",), ("lead:*",), ("lead:update",), ("lead:read", "lead:update"), ("*:read",),
        ("lead:read", "lead:update", "contact:add"), ("lead:*", "contact:read"),
        ("contact:*",), ("lead:*", "*:add"), ("lead:*", "deal:add"),
    ):  # fmt: skip
        door.client = None
        door.give(*own)
        door.client = token_client(door, scopes)
        door.roles = expectations.scoped(own, scopes)
        door.note = f"token {list(scopes)}"
        made = Facts("self", kind=CONTACT)
        status = conversion_status(door.roles, lead.facts, [made], [])
        answer = door.expect(
            convert(lead, contact={"create": BROKEN["contact"]}), 422 if status == 200 else status
        )
        update = expectations.record_status(door.roles, "update", lead.facts)
        if update == 200 and status == 403:
            right = pointers(answer) == {"/contact/create"}
            door.tally.check(right, "wrong pointers", door.cell(answer.text))
        read = expectations.record_status(door.roles, "read", replace(seen.facts, stage=DONE))
        door.expect(Request("GET", f"/conversions/{conversion}"), read)
    door.tally.settle(at_least=20)


@pytest.mark.timeout(120)
def test_field_is_taken_over_where_it_is_seen_and_may_be_edited(door: Door) -> None:
    world = door.world
    shared = {"source": "kaleidoscope", "comments": "Sesquipedalian"}
    for target, kind in TARGETS.items():
        for name, value in shared.items():
            for right, refused in (("hidden", 400), ("read", 403), ("edit", 0)):
                # A company takes over the comments where the lead becomes no contact.
                lead = fresh_lead(world, **shared)
                grants = {"add": "own", "read": "own"}
                door.give(OWN_LEADS, Role(grants, fields={name: right}, kind=kind))
                door.note = f"{target}.{name} is {right}"
                if refused:
                    said = convert(lead, **{target: {"create": {name: "said"}}})
                    answer = door.expect(said, refused)
                    where = {f"/{target}/create"}
                    same = pointers(answer) == where
                    door.tally.check(same, "wrong pointers", door.cell(answer.text))
                door.moved()
                done = expect_done(door, convert(lead, **{target: {"create": {}}}))
                path = f"{kind.path}/{done[target]['id']}"
                kept = world.administrator.get(path).json()[name]
                wanted = None if refused else value
                door.tally.check(kept == wanted, "leak", door.cell(f"{name} became {kept}"))
    door.tally.settle(at_least=50)


@pytest.mark.timeout(120)
def test_hidden_field_of_a_lead_is_taken_over_by_nobody(door: Door) -> None:
    world = door.world
    for right, kept in (("hidden", None), ("read", "Sesquipedalian"), ("edit", "Sesquipedalian")):
        lead = fresh_lead(world, comments="Sesquipedalian")
        door.give(
            Role({"read": "own", "update": "own"}, fields={"comments": right}), *ADDS.values()
        )
        done = expect_done(door, convert(lead, **BOTH))
        for target in BOTH:
            path = f"{TARGETS[target].path}/{done[target]['id']}"
            found = world.administrator.get(path).json()["comments"]
            cell = door.cell(f"comments of the lead are {right}: {target} has {found}")
            door.tally.check(found == kept, "leak", cell)
    door.tally.settle(at_least=9)


@pytest.mark.timeout(120)
def test_possible_duplicate_is_named_to_those_who_read_it(door: Door) -> None:
    world = door.world
    pairs = []
    for facts in LEADS:
        email = f"{uuid4().hex}@mailmoor.example"
        known = world.make(replace(facts, kind=CONTACT), emails=[{"value": email}])
        lead = fresh_lead(world, last_name=uuid4().hex, emails=[{"value": email}])
        awaited_repeat(world, lead)
        pairs.append((lead, known))
    for level in LEVELS:
        door.give(OWN_LEADS, Role({"add": "own", "read": level}, kind=CONTACT))
        for lead, known in pairs:
            request = convert(lead, contact={"create": {}}, duplicates="refuse")
            answer = door.expect(request, 409, str(known))
            [told] = answer.json().get("candidates", [{}])
            may = expectations.covers(door.roles, "read", known.facts)
            named = (told.get("id"), told.get("name")) == (known.id, known.title)
            cell = door.cell(f"{known} is told as {told}")
            door.tally.seen(may, named, cell)
            whom = told.get("ask") == known.facts.owner.capitalize()
            door.tally.check(may or (whom and told["id"] is None), "leak", cell)
            door.tally.seen(may, known.id in answer.text or known.word in answer.text, cell)
    hiding = Role({"add": "own", "read": "all"}, fields={"emails": "hidden"}, kind=CONTACT)
    door.give(OWN_LEADS, hiding)
    lead, known = pairs[0]
    done = expect_done(door, convert(lead, contact={"create": {}}, duplicates="refuse"))
    door.tally.check(bool(done), "leak", door.cell("a hidden e-mail was probed for"))
    door.tally.settle(at_least=100)


def awaited_repeat(world: World, lead: Record) -> None:
    """Wait until the lead was recognised by its e-mail."""
    for _ in range(600):
        if world.administrator.get(lead.path).json()["repeat"]:
            return
    raise AssertionError(f"{lead} was not recognised")
