"""The organisation that every cell is asked in: one person in North, leads all around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.matrix.expectations import Facts, Role
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
STAGE = "in_progress"
LEADS = (
    *(Facts(owner, status) for status in ("new", STAGE)
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


@dataclass
class Lead:
    """A lead as it was made: `word` stands in its title and in no other."""

    facts: Facts
    id: str
    version: int
    word: str

    @property
    def path(self) -> str:
        """Its place in the API."""
        return f"/leads/{self.id}"

    def __str__(self) -> str:
        return f"{self.facts} ({self.id})"


@dataclass
class World:
    """The running platform with everybody in it. `user` is the person asked about."""

    platform: Platform
    administrator: Client
    departments: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    leads: list[Lead] = field(default_factory=list)
    binned: list[Lead] = field(default_factory=list)
    email: str = ""
    user: Client = field(init=False)
    _codes: dict[str, str] = field(default_factory=dict)

    def give(self, *roles: Role) -> None:
        """From now on the person holds exactly `roles`, given to them directly."""
        codes = [self.code(role) for role in roles]
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
        stages = {self.statuses[status]: levels for status, levels in role.stages.items()}
        return {
            "code": f"matrix_{uuid4().hex[:12]}",
            "name": "Matrix",
            "grants": {"lead": dict(role.grants)},
            "stages": {"lead": stages} if stages else {},
            "fields": {"lead": dict(role.fields)} if role.fields else {},
            "settings": list(role.settings),
        }

    def make_lead(self, facts: Facts, **values: Any) -> Lead:
        """A new lead with `facts`, made by the administrator."""
        word = f"w{uuid4().hex[:15]}"
        made = self.administrator.made(
            "/leads",
            {
                "title": f"Matrix {word}",
                "owner_id": self.people[facts.owner],
                "status": facts.status,
                "open": facts.open,
                "observer_ids": [self.people["self"]] if facts.observed else [],
                **values,
            },
        )
        return Lead(facts, made["id"], made["version"], word)

    def discard(self, lead: Lead) -> None:
        """Put the lead into the recycle bin."""
        answer = self.administrator.delete(lead.path, version=lead.version)
        assert answer.status_code == 204, answer.text

    def bring_back(self, lead: Lead) -> None:
        """Take the lead out of the recycle bin."""
        answer = self.administrator.post(f"{lead.path}/restore")
        assert answer.status_code == 200, answer.text
        lead.version = answer.json()["version"]

    def set(self, lead: Lead, values: Mapping[str, Any]) -> None:
        """Write `values` to the lead as the administrator."""
        answer = self.administrator.patch(lead.path, values, version=lead.version)
        assert answer.status_code == 200, answer.text
        lead.version = answer.json()["version"]

    def lead(self, owner: str, status: str = "new") -> Lead:
        """The plain lead of `owner` in `status`."""
        return next(lead for lead in self.leads if lead.facts == Facts(owner, status))


def make_world(platform: Platform) -> World:
    """Departments, people and leads, and the person asked about signed in."""
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
    listed = world.administrator.get("/leads/statuses")
    assert listed.status_code == 200, listed.text
    world.statuses = {status["code"]: status["id"] for status in listed.json()["items"]}
    world.leads = [world.make_lead(facts) for facts in LEADS]
    world.binned = [world.make_lead(facts) for facts in BINNED]
    for lead in world.binned:
        world.discard(lead)
    # Nobody can be given a lead once they have left, so the leaver leaves last.
    path = f"/users/{world.people['leaver']}"
    world.administrator.changed(path, {"active": False})
    world.user = platform.client(world.email, PASSWORD)
    return world


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
    if name == "self":
        world.email = email
