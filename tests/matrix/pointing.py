"""Records of the person that refer to records all around them, one to each."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.matrix.expectations import Facts, Role, absent
from tests.matrix.kinds import COMPANY, CONTACT, DEAL, KINDS, LEAD, Kind
from tests.matrix.test_reading import readers
from tests.matrix.world import Record, World


@dataclass(frozen=True)
class Reference:
    """A field of records of the kind `source` that refers to one or, as `links`, several others.
    `copies` are what is known of those, `named` the field of theirs that is copied as `name`."""

    source: Kind
    field: str
    target: Kind
    copies: tuple[str, ...] = ("name",)
    links: bool = False
    written: bool = True

    @property
    def alias(self) -> str:
        """What stands for the record that is referred to."""
        return self.field.removesuffix("_id")

    def value(self, record_id: str) -> Any:
        """What is written to refer to that record."""
        return [{"id": record_id}] if self.links else record_id

    def ids(self, value: Any) -> list[str]:
        """What a value of the field refers to."""
        if self.links:
            return [each["id"] for each in value]
        return [] if value is None else [value]

    def copied(self, copy: str) -> str:
        """The field of the target that is copied as `copy`."""
        return self.target.title if copy == "name" else copy

    def __str__(self) -> str:
        return f"{self.source}.{self.field}"


TOLD = ("name", "industry")
REFERENCES = (
    Reference(DEAL, "company_id", COMPANY, TOLD),
    Reference(DEAL, "contacts", CONTACT, links=True),
    Reference(DEAL, "lead_id", LEAD),
    Reference(CONTACT, "companies", COMPANY, TOLD, links=True),
    Reference(CONTACT, "lead_id", LEAD),
    Reference(COMPANY, "parent_id", COMPANY, TOLD),
    Reference(COMPANY, "lead_id", LEAD),
    # A lead comes to refer to others by being converted, or by being recognised.
    Reference(LEAD, "contact_id", CONTACT, written=False),
    Reference(LEAD, "company_id", COMPANY, TOLD, written=False),
    Reference(LEAD, "deal_id", DEAL, written=False),
)


@dataclass
class Pointer:
    """A record of the person, and by field what it refers to: nothing, when there is no entry."""

    record: Record
    targets: dict[str, Record]


@dataclass
class Pointing:
    """By kind what refers to others, and all that is referred to."""

    sources: dict[Kind, list[Pointer]]
    targets: dict[Kind, list[Record]]


def make_pointing(world: World) -> Pointing:
    """Everything that refers to every target; the copies of these have arrived everywhere."""
    targets = {kind: [*world.records[kind], world.make(Facts("self", kind=kind))] for kind in KINDS}
    for company in targets[COMPANY]:
        world.set(company, {"industry": f"Trade {company.word}"})
    sources = {kind: list(_sources(world, kind, targets)) for kind in KINDS}
    _await_copies(world, sources, {kind: [] for kind in KINDS})
    deleted = {kind: [targets[kind][-1]] for kind in KINDS}
    for [record] in deleted.values():
        record.version = world.administrator.get(record.path).json()["version"]
        world.discard(record)
        # Nobody reads what is deleted, whatever their level.
        record.facts = absent(record.facts.kind)
    _await_copies(world, sources, deleted)
    return Pointing(sources, targets)


def _sources(world: World, kind: Kind, targets: dict[Kind, list[Record]]) -> Iterator[Pointer]:
    referring = [reference for reference in REFERENCES if reference.source is kind]
    for place in range(max(len(targets[each.target]) for each in referring)):
        chosen = {
            each.field: targets[each.target][place % len(targets[each.target])]
            for each in referring
        }
        written = {
            each.field: each.value(chosen[each.field].id) for each in referring if each.written
        }
        record = world.make(Facts("self", kind=kind), **written)
        yield Pointer(_converted(world, record, chosen) if kind is LEAD else record, chosen)
    yield Pointer(world.make(Facts("self", kind=kind)), {})


def _converted(world: World, lead: Record, chosen: dict[str, Record]) -> Record:
    """The lead, converted into what exists already."""
    body = {field.removesuffix("_id"): {"link": each.id} for field, each in chosen.items()}
    answer = world.administrator.post(f"{lead.path}/convert", body)
    assert answer.status_code in (200, 202), answer.text
    return replace(lead, facts=replace(lead.facts, stage="converted"))


def _await_copies(
    world: World, sources: dict[Kind, list[Pointer]], gone: dict[Kind, list[Record]]
) -> None:
    """Wait until everything that is referred to is known by name, and what is `gone` no more."""
    limit = time.monotonic() + 30
    for reference in REFERENCES:
        pointers = sources[reference.source]
        ids = [each.record.id for each in pointers]
        unnamed = {f"{reference.alias}.name": {"empty": True}}
        body = {"filter": {"and": [{"id": {"in": ids}}, unnamed]}, "limit": 100}
        expected = {
            each.record.id
            for each in pointers
            if (target := each.targets.get(reference.field)) is None
            or target in gone[reference.target]
        }
        while True:
            answer = world.administrator.post(f"{reference.source.path}/search", body)
            if {item["id"] for item in answer.json()["items"]} == expected:
                break
            assert time.monotonic() < limit, f"{reference}: {answer.text[:500]}"
            time.sleep(0.05)


def role_sets(*kinds: Kind) -> list[tuple[Role, ...]]:
    """Roles on all kinds together, such that each of `kinds` is read at every level, and with two
    rules for a stage where there are stages."""
    staged, plain = readers(DEAL), len(readers(CONTACT))
    return [
        (
            role,
            replace(staged[place - 5], kind=LEAD),
            readers(COMPANY)[place % plain],
            readers(CONTACT)[(place + 2) % plain],
        )
        for place, role in enumerate(
            staged if any(kind.stage for kind in kinds) else staged[:plain]
        )
    ]
