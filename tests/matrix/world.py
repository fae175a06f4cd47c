"""The organisation that every cell is asked in: one person in North, records all around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from tests.matrix.expectations import Facts, Role
from tests.matrix.kinds import ACTIVITY, DEAL, LEAD, OWNED, STAGE, Kind
from tests.system.client import Client
from tests.system.people import PASSWORD
from tests.system.platform import Platform

# Where each owner stands. `self` is the person asked about; `leaver` is no longer active.
PLACES: Mapping[str, tuple[str, ...]] = {
    "self": ("North",),
    "colleague": ("North",),
    "both": ("South", "North"),
    "leaver": ("North",),
    "northwest": ("Northwest",),
    "sales": ("Sales",),
    "south": ("South",),
}
LIVING = (
    *(Facts(owner, stage) for stage in ("new", STAGE)
      for owner in ("self", "colleague", "northwest", "sales", "south")),
    Facts("both"),
    Facts("leaver"),
    Facts("south", open=True),
    Facts("sales", open=True),
    Facts("south", STAGE, open=True),
    Facts("south", observed=True),
    Facts("colleague", observed=True),
    Facts("south", STAGE, observed=True),
)  # fmt: skip
BINNED = (
    *(Facts(owner) for owner in ("self", "colleague", "northwest", "south")),
    Facts("self", STAGE),
    Facts("south", STAGE),
    Facts("south", open=True),
    Facts("south", observed=True),
)
# The deals stand in a pipeline of their own, whose stages are called like the statuses of leads.
PIPELINE = (
    ("new", "process"), (STAGE, "process"), ("qualified", "process"), ("won", "success"),
    ("junk", "failure"),
)  # fmt: skip


def of_kind(every: Iterable[Facts], kind: Kind) -> list[Facts]:
    """`every` as facts of the kind; one without stages has each but once."""
    return [replace(facts, kind=kind) for facts in every if kind.stage or facts.stage == "new"]


@dataclass
class Record:
    """A record as it was made: `word` stands in its title and in no other."""

    facts: Facts
    id: str
    version: int
    word: str

    @property
    def path(self) -> str:
        """Its place in the API."""
        return f"{self.facts.kind.path}/{self.id}"

    @property
    def title(self) -> str:
        """What it is called."""
        return f"Matrix {self.word}"

    def __str__(self) -> str:
        return f"{self.facts} ({self.id})"


@dataclass
class World:
    """The running platform with everybody in it. `user` is the person asked about."""

    platform: Platform
    administrator: Client
    departments: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    stages: dict[Kind, dict[str, str]] = field(default_factory=dict)
    pipeline: str = ""
    records: dict[Kind, list[Record]] = field(default_factory=dict)
    binned: dict[Kind, list[Record]] = field(default_factory=dict)
    emails: dict[str, str] = field(default_factory=dict)
    user: Client = field(init=False)
    _codes: dict[str, str] = field(default_factory=dict)

    def sign_in(self, name: str) -> Client:
        """A session of the person of this name."""
        return self.platform.client(self.emails[name], PASSWORD)

    def give(self, *roles: Role) -> None:
        """From now on the person holds exactly `roles`, given to them directly."""
        self.hold([self.code(role) for role in roles])

    def hold(self, codes: list[str]) -> None:
        """From now on the person holds exactly the roles of these codes."""
        path = f"/users/{self.people['self']}"
        answer = self.administrator.patch(path, {"role_codes": codes})
        assert answer.status_code == 200, answer.text

    def code(self, role: Role) -> str:
        """The code of `role`, which is made when nobody asked for it before."""
        key = str(role)
        if key not in self._codes:
            self._codes[key] = self.make_role(role)["code"]
        return self._codes[key]

    def make_role(self, role: Role, **more: Any) -> dict[str, Any]:
        """A new role that allows what `role` says."""
        return self.administrator.made("/roles", {**self.body(role), **more})

    def body(self, role: Role) -> dict[str, Any]:
        """`role` as the API takes it, with a code of its own."""
        name, ids = role.kind.entity, self.stages.get(role.kind, {})
        stages = {ids[stage]: levels for stage, levels in role.stages.items()}
        return {
            "code": f"matrix_{uuid4().hex[:12]}",
            "name": "Matrix",
            "grants": {name: dict(role.grants)},
            "stages": {name: stages} if stages else {},
            "fields": {name: dict(role.fields)} if role.fields else {},
            "settings": list(role.settings),
        }

    def values(self, kind: Kind, stage: str = "new", /, **more: Any) -> dict[str, Any]:
        """A body that makes a record of the kind in the stage."""
        placed = {kind.stage: stage} if kind.stage else {}
        within = {"pipeline_id": self.pipeline} if kind is DEAL else {}
        demanded = {"kind": "call"} if kind is ACTIVITY else {}
        return {kind.titled: f"Made {uuid4().hex}", **placed, **within, **demanded, **more}

    def make(self, facts: Facts, **values: Any) -> Record:
        """A new record with `facts`, made by the administrator."""
        kind, record = facts.kind, Record(facts, "", 0, f"w{uuid4().hex[:15]}")
        given = {
            kind.titled: record.title,
            "owner_id": self.people[facts.owner],
            "open": facts.open,
            "observer_ids": [self.people["self"]] if facts.observed else [],
        }
        body = self.values(kind, facts.stage, **{**given, **values})
        made = self.administrator.made(kind.path, body)
        record.id, record.version = made["id"], made["version"]
        return record

    def discard(self, record: Record) -> None:
        """Put the record into the recycle bin."""
        answer = self.administrator.delete(record.path, version=record.version)
        assert answer.status_code == 204, answer.text

    def bring_back(self, record: Record) -> None:
        """Take the record out of the recycle bin."""
        answer = self.administrator.post(f"{record.path}/restore")
        assert answer.status_code == 200, answer.text
        record.version = answer.json()["version"]

    def set(self, record: Record, values: Mapping[str, Any]) -> None:
        """Write `values` to the record as the administrator."""
        answer = self.administrator.patch(record.path, values, version=record.version)
        assert answer.status_code == 200, answer.text
        record.version = answer.json()["version"]

    def record(self, owner: str, stage: str = "new", kind: Kind = LEAD) -> Record:
        """The plain record of `owner` in `stage`."""
        plain = Facts(owner, stage, kind=kind)
        return next(record for record in self.records[kind] if record.facts == plain)


def make_world(platform: Platform) -> World:
    """Departments, people and records, and the person asked about signed in."""
    world = World(platform, platform.administrator())
    for name, parent in (
        ("Sales", None), ("North", "Sales"), ("Northwest", "North"), ("South", "Sales")
    ):  # fmt: skip
        made = world.administrator.made(
            "/departments",
            {"name": name, "parent_id": parent and world.departments[parent], "head_id": None},
        )
        world.departments[name] = made["id"]
    for name, places in PLACES.items():
        _add_person(world, name, places)
    _add_stages(world)
    for kind in OWNED:
        world.records[kind] = [world.make(facts) for facts in of_kind(LIVING, kind)]
        world.binned[kind] = [world.make(facts) for facts in of_kind(BINNED, kind)]
        for record in world.binned[kind]:
            world.discard(record)
    # Nobody can be given a record once they have left, so the leaver leaves last.
    path = f"/users/{world.people['leaver']}"
    world.administrator.changed(path, {"active": False})
    world.user = world.sign_in("self")
    return world


def _add_stages(world: World) -> None:
    listed = world.administrator.get("/leads/statuses")
    assert listed.status_code == 200, listed.text
    stages = [{"code": code, "name": code, "kind": kind} for code, kind in PIPELINE]
    body = {"code": "matrix", "name": "Matrix", "stages": stages}
    made = world.administrator.made("/pipelines", body)
    world.pipeline = made["id"]
    for kind, found in ((LEAD, listed.json()["items"]), (DEAL, made["stages"])):
        world.stages[kind] = {stage["code"]: stage["id"] for stage in found}


def _add_person(world: World, name: str, places: Sequence[str]) -> None:
    email = f"{name}.{uuid4().hex[:8]}@example.com"
    made = world.administrator.made(
        "/users",
        {
            "email": email,
            "name": name.capitalize(),
            "password": PASSWORD,
            "department_ids": [world.departments[place] for place in places],
            "role_codes": [],
            "locale": "en",
            "time_zone": "America/Sao_Paulo",
        },
    )
    world.people[name] = made["id"]
    world.emails[name] = email
