"""What each cell must answer, in plain Python from the documents alone: the test's own oracle.

It never imports `chassis.access`. The person asked about stands in North, which lies below Sales
and above Northwest; South lies beside North.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LEVELS = ("none", "own", "department", "subdepartments", "open", "all")
OPERATIONS = ("read", "add", "update", "delete", "import", "export")
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
    """One role: levels on leads, overrides by status code, field rights, settings."""

    grants: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    settings: Sequence[str] = ()

    def __str__(self) -> str:
        parts = {name: value for name, value in vars(self).items() if value}
        return json.dumps(parts, sort_keys=True)

    def level(self, operation: str, status: str | None) -> str:
        """The role's level: its override for the status when it has one, else its grant."""
        inherited = self.grants.get(operation, "none")
        return self.stages.get(status or "", {}).get(operation, inherited)

    @property
    def reads(self) -> bool:
        """Whether the role reads leads in any status."""
        overrides = [levels.get("read", "none") for levels in self.stages.values()]
        return any(level != "none" for level in (self.grants.get("read", "none"), *overrides))


@dataclass(frozen=True)
class Facts:
    """What decides about a lead: its owner's place, its status, whether open, whether observed."""

    owner: str
    status: str = "new"
    open: bool = False
    observed: bool = False

    def __str__(self) -> str:
        flags = [name for name in ("open", "observed") if getattr(self, name)]
        return " ".join([f"lead of {self.owner} in {self.status}", *flags])


def widest(levels: Iterable[str]) -> str:
    """The highest of `levels`."""
    return max(levels, key=LEVELS.index, default="none")


def level(roles: Sequence[Role], operation: str, status: str | None = None) -> str:
    """The maximum over roles, each having resolved its inheritance; some capped by read."""
    granted = widest(role.level(operation, status) for role in roles)
    if operation not in CAPPED_BY_READ:
        return granted
    read = widest(role.level("read", status) for role in roles)
    return min(granted, read, key=LEVELS.index)


def granted(roles: Sequence[Role], operation: str) -> bool:
    """Whether any role grants the operation in any status."""
    statuses = {None, *(status for role in roles for status in role.stages)}
    return any(level(roles, operation, status) != "none" for status in statuses)


def reaches(at: str, owner: str) -> bool:
    """Whether level `at` reaches rows of an owner who stands at `owner`."""
    return LEVELS.index(at) >= LEVELS.index(NEEDED[owner])


def covers(roles: Sequence[Role], operation: str, facts: Facts) -> bool:
    """Whether the operation reaches the lead."""
    at = level(roles, operation, facts.status)
    if at == "none":
        return False
    if reaches(at, facts.owner) or (at == "open" and facts.open):
        return True
    return operation == "read" and facts.observed


def record_status(
    roles: Sequence[Role], operation: str, facts: Facts | None, success: int = 200
) -> int:
    """The answer to `operation` on a lead; None stands for a lead that does not exist."""
    if not granted(roles, operation):
        return 403
    if facts is None or not covers(roles, "read", facts):
        return 404
    return success if covers(roles, operation, facts) else 403


def create_status(roles: Sequence[Role], owner: str, status: str) -> int:
    """The answer to creating a lead for an owner in a status."""
    at = level(roles, "add", status)
    return 201 if at != "none" and reaches(at, owner) else 403


def assign_status(roles: Sequence[Role], facts: Facts, owner: str) -> int:
    """The answer to giving a lead to another owner, who must lie inside the update level."""
    allowed = record_status(roles, "update", facts)
    if allowed != 200 or reaches(level(roles, "update", facts.status), owner):
        return allowed
    return 403


def field_right(roles: Sequence[Role], name: str) -> str:
    """`hidden`, `read` or `edit`: the most permissive among the roles that grant read."""
    said = [role.fields.get(name, "edit") for role in roles if role.reads]
    return max(said, key=FIELD_RIGHTS.index, default="edit")


def scoped(roles: Sequence[Role], scopes: Sequence[str]) -> list[Role]:
    """The roles as an API token narrows them: operations outside its scopes are gone."""
    kept = {
        operation
        for operation in OPERATIONS
        for scope in scopes
        if scope in ("*", "lead:*", "*:*", f"lead:{operation}", f"*:{operation}")
    }

    def narrowed(levels: Mapping[str, str]) -> dict[str, str]:
        return {operation: at for operation, at in levels.items() if operation in kept}

    def narrowed_stages(role: Role) -> dict[str, Any]:
        return {status: narrowed(levels) for status, levels in role.stages.items()}

    return [Role(narrowed(role.grants), narrowed_stages(role), role.fields) for role in roles]
