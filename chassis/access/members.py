"""The parts of an organisation: user, department, group and role, read from their wire form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from uuid import UUID

from chassis.wire import as_uuid
from contracts.access import Level

ADMINISTRATOR: Final = "administrator"

Grants: TypeAlias = Mapping[str, Mapping[str, Level]]
StageGrants: TypeAlias = Mapping[str, Mapping[UUID, Mapping[str, Level]]]


@dataclass(frozen=True, slots=True)
class OrganisationUser:
    """A person with an account. One who is not active keeps their place but has no rights."""

    id: UUID
    name: str
    email: str
    active: bool
    locale: str | None
    time_zone: str | None
    department_ids: frozenset[UUID]
    role_codes: frozenset[str]
    group_ids: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Department:
    """A node of the organisation's tree. Being its head grants nothing by itself."""

    id: UUID
    name: str
    parent_id: UUID | None
    head_id: UUID | None


@dataclass(frozen=True, slots=True)
class Group:
    """People across departments; `kind` is `user` or `project`."""

    id: UUID
    name: str
    kind: str
    member_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Role:
    """What a role allows, and whom it was given to. `administrator` allows everything."""

    id: UUID
    code: str
    name: Any
    grants: Grants = field(default_factory=dict)
    stages: StageGrants = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    settings: frozenset[str] = frozenset()
    switches: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    transitions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    users: frozenset[UUID] = frozenset()
    groups: frozenset[UUID] = frozenset()
    departments: frozenset[UUID] = frozenset()

    @property
    def unlimited(self) -> bool:
        """Whether the role allows everything, whatever its grants say."""
        return self.code == ADMINISTRATOR

    def level(self, entity: str, operation: str, stage_id: UUID | None = None) -> Level:
        """The role's own level: its stage override when it has one, else the entity's grant."""
        if self.unlimited:
            return Level.all
        if stage_id is not None:
            override = self.stages.get(entity, {}).get(stage_id, {}).get(operation)
            if override is not None:
                return override
        return self.grants.get(entity, {}).get(operation, Level.none)

    def overridden(self, entity: str, operation: str) -> frozenset[UUID]:
        """The stages where the role says something of its own for `operation`."""
        if self.unlimited:
            return frozenset()
        stages = self.stages.get(entity, {})
        return frozenset(stage for stage, levels in stages.items() if operation in levels)

    def allows(self, entity: str, operation: str) -> bool:
        """Whether the role grants `operation` on `entity` in any stage."""
        stages = self.overridden(entity, operation)
        levels = [self.level(entity, operation, stage) for stage in (None, *stages)]
        return max(levels) > Level.none


def read_user(row: Mapping[str, Any]) -> OrganisationUser:
    """The user that a difference's row describes."""
    return OrganisationUser(
        id=as_uuid(row["id"]),
        name=row.get("name") or "",
        email=row.get("email") or "",
        active=row.get("active", True),
        locale=row.get("locale"),
        time_zone=row.get("time_zone"),
        department_ids=_ids(row.get("department_ids")),
        role_codes=frozenset(row.get("role_codes") or ()),
    )


def read_department(row: Mapping[str, Any]) -> Department:
    """The department that a difference's row describes."""
    parent, head = row.get("parent_id"), row.get("head_id")
    return Department(
        id=as_uuid(row["id"]),
        name=row.get("name") or "",
        parent_id=parent and as_uuid(parent),
        head_id=head and as_uuid(head),
    )


def read_group(row: Mapping[str, Any]) -> Group:
    """The group that a difference's row describes."""
    return Group(
        id=as_uuid(row["id"]),
        name=row.get("name") or "",
        kind=row.get("kind") or "user",
        member_ids=_ids(row.get("member_ids")),
    )


def read_role(row: Mapping[str, Any]) -> Role:
    """The role that a difference's row describes."""
    assigned = row.get("assigned_to") or {}
    return Role(
        id=as_uuid(row["id"]),
        code=row.get("code") or "",
        name=row.get("name") or "",
        grants={entity: _levels(levels) for entity, levels in (row.get("grants") or {}).items()},
        stages={
            entity: {as_uuid(stage): _levels(levels) for stage, levels in stages.items()}
            for entity, stages in (row.get("stages") or {}).items()
        },
        fields=row.get("fields") or {},
        settings=frozenset(row.get("settings") or ()),
        switches=row.get("switches") or {},
        transitions=row.get("transitions") or {},
        users=_ids(assigned.get("users")),
        groups=_ids(assigned.get("groups")),
        departments=_ids(assigned.get("departments")),
    )


def _ids(values: Iterable[Any] | None) -> frozenset[UUID]:
    return frozenset(as_uuid(value) for value in values or ())


def _levels(levels: Mapping[str, Any]) -> dict[str, Level]:
    """Operations with their levels. An unknown name grants nothing: it may come from the future."""
    known = {level.name: level for level in Level}
    return {operation: known.get(str(name), Level.none) for operation, name in levels.items()}
