"""What each cell must answer, in plain Python from the documents alone: the test's own oracle.

It never imports `chassis.access`. The person asked about stands in North, which lies below Sales
and above Northwest; South lies beside North.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tests.matrix.kinds import LEAD, TASK, Kind

LEVELS = ("none", "own", "department", "subdepartments", "open", "all")
CAPPED_BY_READ = ("update", "delete", "export")
FIELD_RIGHTS = ("hidden", "read", "edit")

# The lowest level that reaches rows of an owner, by where the owner stands.
NEEDED = {
    "self": "own",
    "colleague": "department",
    "both": "department",
    "leaver": "department",
    "northwest": "subdepartments",
    "sales": "all",
    "south": "all",
}


@dataclass(frozen=True)
class Role:
    """One role: levels on records of a kind, overrides by stage code, field rights, settings."""

    grants: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    settings: Sequence[str] = ()
    kind: Kind = LEAD

    def __str__(self) -> str:
        return self._text

    @cached_property
    def _text(self) -> str:
        said = ("grants", "stages", "fields", "settings")
        parts = {name: value for name in said if (value := getattr(self, name))}
        return f"{self.kind} {json.dumps(parts, sort_keys=True)}"

    def level(self, operation: str, stage: str | None) -> str:
        """The role's level: its override for the stage when it has one, else its grant."""
        inherited = self.grants.get(operation, "none")
        return self.stages.get(stage or "", {}).get(operation, inherited)

    @property
    def reads(self) -> bool:
        """Whether the role reads records of its kind in any stage."""
        overrides = [levels.get("read", "none") for levels in self.stages.values()]
        return any(level != "none" for level in (self.grants.get("read", "none"), *overrides))


@dataclass(frozen=True)
class Facts:
    """What decides about a record: its owner's place, its stage where records of its kind have
    one, whether it is open, whether observed."""

    owner: str
    stage: str = "new"
    open: bool = False
    observed: bool = False
    kind: Kind = LEAD

    def __str__(self) -> str:
        flags = [name for name in ("open", "observed") if getattr(self, name)]
        return " ".join([f"{self.kind} of {self.owner} in {self.stage}", *flags])


def absent(kind: Kind = LEAD) -> Facts:
    """A record that does not exist: whatever a role's level, it does not reach this far."""
    return Facts("nobody", kind=kind)


def held(roles: Iterable[Role], kind: Kind) -> list[Role]:
    """Those of `roles` that speak of records of the kind."""
    return [role for role in roles if role.kind is kind]


def widest(levels: Iterable[str]) -> str:
    """The highest of `levels`."""
    return max(levels, key=LEVELS.index, default="none")


def level(
    roles: Sequence[Role], operation: str, stage: str | None = None, kind: Kind = LEAD
) -> str:
    """The maximum over roles, each having resolved its inheritance; some capped by read."""
    speaking = held(roles, kind)
    granted = widest(role.level(operation, stage) for role in speaking)
    if operation not in CAPPED_BY_READ:
        return granted
    read = widest(role.level("read", stage) for role in speaking)
    return min(granted, read, key=LEVELS.index)


def granted(roles: Sequence[Role], operation: str, kind: Kind = LEAD) -> bool:
    """Whether any role grants the operation in any stage."""
    stages = {None, *(stage for role in held(roles, kind) for stage in role.stages)}
    return any(level(roles, operation, stage, kind) != "none" for stage in stages)


def reaches(at: str, owner: str) -> bool:
    """Whether level `at` reaches rows of an owner who stands at `owner`."""
    return owner in NEEDED and LEVELS.index(at) >= LEVELS.index(NEEDED[owner])


def covers(roles: Sequence[Role], operation: str, facts: Facts) -> bool:
    """Whether the operation reaches the record."""
    at = level(roles, operation, facts.stage, facts.kind)
    if at == "none":
        return False
    if reaches(at, facts.owner) or (at == "open" and facts.open):
        return True
    return operation == "read" and facts.observed


def reads(roles: Sequence[Role], facts: Facts, about: Sequence[Facts] = ()) -> bool:
    """Whether the record can be read. What is about others is so by whom it concerns by name and
    through any of these others, however far the level reaches; a task names people alone."""
    if facts.kind is TASK or not about:
        return covers(roles, "read", facts)
    if level(roles, "read", kind=facts.kind) == "none":
        return False
    concerned = facts.owner == "self" or facts.observed
    return concerned or any(covers(roles, "read", other) for other in about)


def list_status(roles: Sequence[Role], kind: Kind = LEAD) -> int:
    """The answer to asking for a list of records of the kind, however few are in it."""
    return 200 if granted(roles, "read", kind) else 403


def record_status(
    roles: Sequence[Role],
    operation: str,
    facts: Facts,
    success: int = 200,
    about: Sequence[Facts] = (),
) -> int:
    """The answer to `operation` on a record."""
    if not granted(roles, operation, facts.kind):
        return 403
    if not reads(roles, facts, about):
        return 404
    return success if operation == "read" or covers(roles, operation, facts) else 403


def create_status(roles: Sequence[Role], facts: Facts) -> int:
    """The answer to creating a record that would have these facts."""
    at = level(roles, "add", facts.stage, facts.kind)
    return 201 if at != "none" and reaches(at, facts.owner) else 403


def assign_status(roles: Sequence[Role], facts: Facts, owner: str) -> int:
    """The answer to giving a record to another owner, who must lie inside the update level."""
    allowed = record_status(roles, "update", facts)
    if allowed != 200 or reaches(level(roles, "update", facts.stage, facts.kind), owner):
        return allowed
    return 403


def heir(roles: Sequence[Role], lead: Facts, kind: Kind, stage: str = "new") -> Facts:
    """What a lead becomes: its owner's, where they are active and add reaches them, else one's own.

    Leavers are not active.
    """
    reached = reaches(level(roles, "add", stage, kind), lead.owner) and lead.owner != "leaver"
    return Facts(lead.owner if reached else "self", stage, kind=kind)


def conversion_status(
    roles: Sequence[Role], lead: Facts, made: Iterable[Facts], linked: Iterable[Facts]
) -> int:
    """The answer to converting a lead into what is made and what exists already."""
    linked = list(linked)
    allowed = record_status(roles, "update", lead)
    if allowed != 200:
        return allowed
    if any(create_status(roles, facts) == 403 for facts in made):
        return 403
    if not all(granted(roles, "read", facts.kind) for facts in linked):
        return 403
    return 200 if all(covers(roles, "read", facts) for facts in linked) else 422


def field_right(roles: Sequence[Role], name: str, kind: Kind = LEAD) -> str:
    """`hidden`, `read` or `edit`: the most permissive among the roles that grant read."""
    said = [role.fields.get(name, "edit") for role in held(roles, kind) if role.reads]
    return max(said, key=FIELD_RIGHTS.index, default="edit")


def scoped(roles: Sequence[Role], scopes: Sequence[str]) -> list[Role]:
    """The roles as an API token narrows them: operations outside its scopes are gone."""

    def narrowed(kind: Kind, levels: Mapping[str, str]) -> dict[str, str]:
        return {operation: at for operation, at in levels.items() if in_scope(kind, operation)}

    def in_scope(kind: Kind, operation: str) -> bool:
        names = ("*", "*:*", f"{kind}:*", f"*:{operation}", f"{kind}:{operation}")
        return not set(names).isdisjoint(scopes)

    return [
        Role(
            narrowed(role.kind, role.grants),
            {stage: narrowed(role.kind, levels) for stage, levels in role.stages.items()},
            role.fields,
            kind=role.kind,
        )
        for role in roles
    ]
