"""Who lets a record refer to which other: to what can be read, all else being absent."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.matrix import expectations
from tests.matrix.door import Door, Request
from tests.matrix.expectations import Role
from tests.matrix.kinds import COMPANY, CONTACT, DEAL, Kind
from tests.matrix.pointing import REFERENCES, Pointing, Reference, role_sets
from tests.matrix.world import Record

# A value that breaks a rule, so that what is asked is answered but never made; and where it says.
BROKEN: dict[Kind, tuple[dict[str, Any], str]] = {
    CONTACT: ({"emails": [{"value": "nothing"}]}, "/emails/0/value"),
    COMPANY: ({"name": None}, "/name"),
    DEAL: ({"title": None}, "/title"),
}
each_source = pytest.mark.parametrize("kind", BROKEN, ids=str)


def written(kind: Kind) -> list[Reference]:
    """The references that people write in records of the kind."""
    return [each for each in REFERENCES if each.source is kind and each.written]


def pointer(reference: Reference, place: int = 0) -> str:
    """Where a refusal points when what is referred to may not be."""
    return f"/{reference.field}/{place}/id" if reference.links else f"/{reference.field}"


def faults(answer: Any) -> dict[str, tuple[str, str]]:
    """What is wrong, by where."""
    errors = answer.json().get("errors", ())
    return {error["pointer"]: (error["code"], error["detail"]) for error in errors}


def check_refused(door: Door, kind: Kind, targets: dict[Reference, Record]) -> None:
    """Of what a new record would refer to, what cannot be read is refused, as absent ones are."""
    broken, where = BROKEN[kind]
    referring = {each.field: each.value(target.id) for each, target in targets.items()}
    body = door.world.values(kind, **{**broken, **referring})
    answer = door.expect(Request("POST", kind.path, body=body), 422)
    found = faults(answer)
    door.tally.check(where in found, "wrong refusal", door.cell(f"{body} {answer.text}"))
    for reference, target in targets.items():
        may = expectations.covers(door.roles, "read", target.facts)
        refused = found.get(pointer(reference))
        cell = door.cell(f"{reference} to {target}: {refused}")
        door.tally.seen(may, refused is None, cell)
        if not may and refused is not None:
            as_absent = ("unreadable_reference", f"No such {reference.target}.")
            door.tally.check(refused == as_absent, "differs from absent", cell)


def check_made(door: Door, kind: Kind, pointing: Pointing) -> None:
    """A record that refers to what can be read is made, and refers to it."""
    readable = {
        reference: next(
            (target for target in pointing.targets[reference.target]
             if expectations.covers(door.roles, "read", target.facts)), None,
        )
        for reference in written(kind)
    }  # fmt: skip
    referring = {each.field: each.value(t.id) for each, t in readable.items() if t is not None}
    request = Request("POST", kind.path, body=door.world.values(kind, **referring))
    answer = door.expect(request, 201)
    if answer.status_code == 201:
        kept = door.world.administrator.get(f"{kind.path}/{answer.json()['id']}").json()
        for reference, target in readable.items():
            wanted = [] if target is None else [target.id]
            right = reference.ids(kept[reference.field]) == wanted
            door.tally.check(right, "not written", door.cell(f"{request} {kept}"))


@pytest.mark.timeout(300)
@each_source
def test_record_refers_only_to_what_can_be_read(door: Door, pointing: Pointing, kind: Kind) -> None:
    references = written(kind)
    for turn, roles in enumerate(role_sets(*(each.target for each in references if kind is DEAL))):
        door.give(Role({"add": "own"}, kind=kind), *roles)
        most = max(len(pointing.targets[each.target]) for each in references)
        for place in range(turn % 2, most, 2):
            chosen = {}
            for reference in references:
                targets = pointing.targets[reference.target]
                chosen[reference] = targets[place % len(targets)]
            check_refused(door, kind, chosen)
        check_made(door, kind, pointing)
    door.tally.settle(at_least=200)


@pytest.mark.timeout(120)
@each_source
def test_absent_record_is_referred_to_by_nobody(door: Door, kind: Kind) -> None:
    broken, _ = BROKEN[kind]
    for level in ("own", "all"):
        kinds = {reference.target for reference in REFERENCES} - {kind}
        door.give(
            Role({"add": "own", "read": level}, kind=kind),
            *(Role({"read": level}, kind=each) for each in kinds),
        )
        for reference in written(kind):
            body = door.world.values(
                kind, **{**broken, reference.field: reference.value(str(uuid4()))}
            )
            answer = door.expect(Request("POST", kind.path, body=body), 422)
            refused = faults(answer).get(pointer(reference))
            as_absent = ("unreadable_reference", f"No such {reference.target}.")
            door.tally.check(refused == as_absent, "leak", door.cell(f"{reference} {answer.text}"))
    door.tally.settle(at_least=8)


@pytest.mark.timeout(120)
@each_source
def test_what_a_record_refers_to_already_stays_whoever_changes_it(
    door: Door, pointing: Pointing, kind: Kind
) -> None:
    """Nothing else can be read: what is there is kept, and nothing is added beside it."""
    door.give(Role({"read": "own", "update": "own"}, kind=kind))
    for source in pointing.sources[kind][:6]:
        version = door.world.administrator.get(source.record.path).json()["version"]
        for reference in (each for each in written(kind) if each.target is not kind):
            target = source.targets[reference.field]
            kept = {reference.field: reference.value(target.id), "comments": str(uuid4())}
            request = Request("PATCH", source.record.path, body=kept, version=version)
            answer = door.expect(request, 200, f"keeps {target}")
            version = answer.json().get("version", version)
            others = pointing.targets[reference.target]
            other = others[(others.index(target) + 1) % len(others)]
            value: Any = other.id
            if reference.links:
                value = [*reference.value(target.id), *reference.value(other.id)]
            body = {reference.field: value}
            request = Request("PATCH", source.record.path, body=body, version=version)
            found = faults(door.expect(request, 422, f"adds {other}"))
            where = pointer(reference, int(reference.links))
            door.tally.check(set(found) == {where}, "leak", door.cell(f"{request} {found}"))
    door.tally.settle(at_least=12)
