"""Who converts which lead into what: rights on the lead, on what is made and what is linked."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import pytest

from tests.matrix import expectations
from tests.matrix.conversions import (
    BROKEN,
    TARGETS,
    convert,
    expect_done,
    fresh_lead,
    made,
    pointers,
)
from tests.matrix.door import Door
from tests.matrix.expectations import LEVELS, Facts, Role, absent, conversion_status, heir
from tests.matrix.kinds import CONTACT, DEAL, LEAD
from tests.matrix.pairwise import pairwise
from tests.matrix.pointing import Pointing, role_sets
from tests.matrix.test_writing import OVERRIDES, READ, written
from tests.matrix.world import Record

OWN_LEADS = Role({"read": "own", "update": "own"})
ADDS = {name: Role({"add": "own"}, kind=kind) for name, kind in TARGETS.items()}
MIXES = [mix for size in (1, 2, 3) for mix in combinations(TARGETS, size)]


@pytest.mark.timeout(120)
def test_lead_is_converted_exactly_when_update_reaches_it(door: Door) -> None:
    wishes = {"contact": {"create": BROKEN["contact"]}}
    leads = [each for each in written(door) if each.facts.owner in ("self", "colleague", "south")]
    for read, override, level in pairwise(READ, OVERRIDES, LEVELS):
        door.give(Role({"read": read, "update": level}, override), ADDS["contact"])
        for lead in leads:
            status = expectations.record_status(door.roles, "update", lead.facts, success=422)
            request = convert(lead, **wishes)
            door.expect_record(request, status, lead.id, str(lead))
        nothing = Record(absent(), door.world.people["self"], 1, "")
        status = expectations.record_status(door.roles, "update", nothing.facts)
        door.expect(convert(nothing, **wishes), status, "absent")
    door.tally.settle(at_least=120)


@pytest.mark.timeout(120)
def test_target_is_made_only_by_whoever_may_add_it(door: Door) -> None:
    lead = fresh_lead(door.world)
    for held in ((), *MIXES):
        door.give(OWN_LEADS, *(ADDS[target] for target in held))
        for mix in MIXES:
            wishes = {target: {"create": {}} for target in mix}
            if set(mix) <= set(held):
                done = expect_done(door, convert(lead, **wishes))
                check_made(door, lead, done, mix)
                lead = fresh_lead(door.world)
                door.moved()
                continue
            answer = door.expect(convert(lead, **wishes), 403, f"adds {held}")
            lacking = {f"/{target}/create" for target in mix if target not in held}
            door.tally.check(pointers(answer) == lacking, "wrong pointers", door.cell(answer.text))
    door.tally.settle(at_least=120)


def check_made(door: Door, lead: Record, done: dict[str, Any], mix: tuple[str, ...]) -> None:
    """All of `mix` was made, the person's own, and the lead is closed and knows it."""
    kept = door.world.administrator.get(lead.path).json()
    for target in TARGETS:
        known = kept[f"{target}_id"]
        told = done.get(target)
        right = known == (told and told["id"]) and bool(told) == (target in mix)
        door.tally.check(right, "not written", door.cell(f"{target}: {known} {told}"))
        if told:
            record = made(door.world, done, target)
            right = record["owner_id"] == door.world.people["self"]
            door.tally.check(right, "not written", door.cell(f"{target} {record}"))
    door.tally.check(kept["status"] == "converted", "not written", door.cell(kept["status"]))


@pytest.mark.timeout(300)
def test_target_is_linked_only_by_whoever_reads_it(door: Door, pointing: Pointing) -> None:
    lead = fresh_lead(door.world)
    for linked, broken in ((("contact", "company"), "deal"), (("deal",), "contact")):
        pools = [pointing.targets[TARGETS[target]] for target in linked]
        most = max(len(pool) for pool in pools)
        for turn, roles in enumerate(role_sets(*(TARGETS[target] for target in linked))):
            others = [role for role in roles if role.kind is not LEAD]
            door.give(OWN_LEADS, *others, *ADDS.values())
            for place in range(turn % 2, most, 2):
                chosen = {
                    target: pool[place % len(pool)]
                    for target, pool in zip(linked, pools, strict=True)
                }
                check_link(door, lead, chosen, broken)
    door.tally.settle(at_least=400)


def check_link(door: Door, lead: Record, chosen: dict[str, Record], broken: str) -> None:
    """Links to what cannot be read are refused together with the rule that is broken anyway."""
    facts = [target.facts for target in chosen.values()]
    status = conversion_status(door.roles, lead.facts, [], facts)
    wishes = {target: {"link": record.id} for target, record in chosen.items()}
    request = convert(lead, **wishes, **{broken: {"create": BROKEN[broken]}})
    answer = door.expect(request, 422 if status == 200 else status)
    found = pointers(answer)
    for target, record in chosen.items():
        if status == 403:
            right = expectations.granted(door.roles, "read", TARGETS[target])
        else:
            right = expectations.covers(door.roles, "read", record.facts)
        refused = f"/{target}/link" in found
        door.tally.seen(right, not refused, door.cell(f"{request} links {record}: {answer.text}"))
    if status != 403:
        door.tally.check(
            f"/{broken}/create" in found, "wrong pointers", door.cell(f"{request} {answer.text}")
        )


@pytest.mark.timeout(120)
def test_what_can_be_read_is_linked(door: Door, pointing: Pointing) -> None:
    for roles in role_sets(CONTACT)[1::2]:
        others = [role for role in roles if role.kind is not LEAD]
        door.give(OWN_LEADS, *others)
        wishes = {}
        for target, kind in TARGETS.items():
            readable = [
                each
                for each in pointing.targets[kind]
                if expectations.covers(door.roles, "read", each.facts)
            ]
            if readable:
                wishes[target] = {"link": readable[-1].id}
        lead = fresh_lead(door.world)
        door.moved()
        done = expect_done(door, convert(lead, **wishes))
        told = {target: done[target]["id"] for target in TARGETS if done.get(target)}
        wanted = {target: wish["link"] for target, wish in wishes.items()}
        door.tally.check(told == wanted, "not written", door.cell(f"{told} {wanted}"))
    door.tally.settle(at_least=6)


@pytest.mark.timeout(120)
def test_what_is_made_has_the_owner_of_its_lead_where_add_reaches_them(door: Door) -> None:
    everything = Role({"read": "all", "update": "all"})
    levels = ("own", "department", "all")
    for turn, owner in enumerate(("colleague", "leaver", "northwest", "south")):
        for shift in range(2):
            adds = {
                target: Role({"add": levels[(turn + shift + place) % 3]}, kind=kind)
                for place, (target, kind) in enumerate(TARGETS.items())
            }
            door.give(everything, *adds.values())
            lead = door.world.record(owner) if owner == "leaver" else fresh_lead(door.world, owner)
            door.moved()
            if owner == "leaver" and shift:
                continue
            done = expect_done(door, convert(lead, **{t: {"create": {}} for t in TARGETS}))
            for target, kind in TARGETS.items():
                check_owner(door, done, target, heir(door.roles, lead.facts, kind))
    door.tally.settle(at_least=20)


def check_owner(door: Door, done: dict[str, Any], target: str, wanted: Facts) -> None:
    """What was made belongs to whom it should."""
    owner = made(door.world, done, target)["owner_id"] if done else None
    right = owner == door.world.people[wanted.owner]
    door.tally.check(right, "wrong owner", door.cell(f"{target} of {owner}, not {wanted.owner}"))


@pytest.mark.timeout(120)
def test_rule_for_the_stage_that_a_deal_begins_in_holds_for_what_is_made(door: Door) -> None:
    everything = Role({"read": "all", "update": "all"})
    begins = {"deal": {"create": {"pipeline_id": door.world.pipeline}}}
    for base, rule in product(("none", "own", "all"), repeat=2):
        door.give(everything, Role({"add": base}, {"new": {"add": rule}}, kind=DEAL))
        for owner in ("self", "south"):
            lead = fresh_lead(door.world, owner)
            door.moved()
            wanted = heir(door.roles, lead.facts, DEAL)
            status = conversion_status(door.roles, lead.facts, [wanted], [])
            if status == 200:
                check_owner(door, expect_done(door, convert(lead, **begins)), "deal", wanted)
            else:
                door.expect(convert(lead, **begins), status, f"deal in {wanted.stage}")
    door.tally.settle(at_least=25)


@pytest.mark.timeout(120)
def test_refusals_of_a_conversion_come_in_the_stated_order(door: Door) -> None:
    world = door.world
    foreign, seen = world.record("south"), world.record("colleague")
    lost = fresh_lead(world)
    world.set(lost, {"status": "junk", "reason": "Price"})
    nothing = Record(absent(), world.people["self"], 1, "")
    wrong: dict[str, Any] = {"contact": {"create": []}}
    broken = {"contact": {"create": BROKEN["contact"]}}
    door.give(ADDS["contact"])
    for lead in (foreign, seen, lost, nothing):
        door.expect(convert(lead, **wrong), 403, "nothing granted")
    door.give(Role({"read": "department", "update": "own"}), ADDS["contact"])
    for lead in (foreign, seen, lost, nothing):
        for body in (wrong, {"person": {}}, {"contact": {"link": "x"}}, {"duplicates": 1}):
            door.expect(convert(lead, **body), 400, "before 404, 403 and 409")
    for lead in (foreign, nothing):
        door.expect(convert(lead, **broken), 404, "before 422")
    door.expect(convert(seen, **broken), 403, "before 422")
    door.expect(convert(lost, **broken), 409, "before 422")
    door.expect(convert(lost, deal={"create": {}}), 409, "a closed lead")
    own = fresh_lead(world)
    door.moved()
    missing = {"deal": {"create": {}}, "company": {"link": own.id}}
    door.expect(convert(own, **broken, **missing), 403, "before 422")
    hidden = {"contact": {"create": {"nonsense": 1, **BROKEN["contact"]}}}
    door.expect(convert(own, **hidden), 400, "an unknown field before 422")
    door.expect(convert(own, **broken), 422, "at last")
    door.tally.settle(at_least=28)
