"""The organisation as one process knows it: people, how they are grouped and what roles allow.

It is a value: `apply` gives the next one, so a call keeps seeing the organisation it began with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chassis.access.members import (
    Department,
    Group,
    OrganisationUser,
    Role,
    read_department,
    read_group,
    read_role,
    read_user,
)

if TYPE_CHECKING:
    from chassis.access.rights import Rights
    from chassis.context import Actor

_CACHED_RIGHTS = 10_000


@dataclass(frozen=True, eq=False)
class Organisation:
    """One version of the organisation. Users, departments and groups by id, roles by code."""

    version: int = 0
    users: Mapping[UUID, OrganisationUser] = field(default_factory=dict)
    departments: Mapping[UUID, Department] = field(default_factory=dict)
    groups: Mapping[UUID, Group] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def empty(cls) -> Organisation:
        """The organisation before anything is known: version 0, nobody in it."""
        return cls()

    def apply(self, difference: Mapping[str, Any]) -> Organisation:
        """The organisation after `difference` (what identity's `organisation_changes` gave)."""
        base = Organisation() if difference.get("full") else self
        roles = {role.id: role for role in base.roles.values()}
        merged = _merged(roles, difference.get("roles") or (), read_role)
        settings = difference.get("organisation")
        return Organisation(
            version=difference["version"],
            users=_merged(base.users, difference.get("users") or (), read_user),
            departments=_merged(
                base.departments, difference.get("departments") or (), read_department
            ),
            groups=_merged(base.groups, difference.get("groups") or (), read_group),
            roles={role.code: role for role in merged.values()},
            settings=base.settings if settings is None else dict(settings),
        )

    def user(self, user_id: UUID | None) -> OrganisationUser | None:
        """The user `user_id` with their groups, active or not; None when there is none."""
        user = None if user_id is None else self.users.get(user_id)
        return user and replace(user, group_ids=self.groups_of(user.id))

    def groups_of(self, user_id: UUID) -> frozenset[UUID]:
        """The user and project groups that `user_id` is a member of."""
        return self._groups_by_user.get(user_id, frozenset())

    def zone_of(self, user_id: UUID | None) -> ZoneInfo:
        """The time zone of the user, else the organisation's, else UTC."""
        user = None if user_id is None else self.users.get(user_id)
        for name in (user and user.time_zone, self.settings.get("time_zone")):
            try:
                if name:
                    return ZoneInfo(str(name))
            except (ZoneInfoNotFoundError, ValueError):
                continue
        return ZoneInfo("UTC")

    def rights(self, actor: Actor) -> Rights:
        """What `actor` may do now. Cheap: one object per actor and organisation version."""
        from chassis.access.rights import Rights

        key = (actor.id, actor.scopes)
        found = self._rights.get(key)
        if found is None:
            if len(self._rights) >= _CACHED_RIGHTS:
                self._rights.clear()
            found = self._rights[key] = Rights(self, actor)
        return found

    def lineage(self, department_id: UUID) -> tuple[UUID, ...]:
        """`department_id` and the departments above it, nearest first. Survives a broken tree."""
        line: list[UUID] = []
        current: UUID | None = department_id
        while current is not None and current not in line:
            department = self.departments.get(current)
            if department is None:
                break
            line.append(current)
            current = department.parent_id
        return tuple(line)

    def members(self, department_ids: Iterable[UUID]) -> frozenset[UUID]:
        """Users, active or not, who stand in one of `department_ids` itself."""
        return self._united(self._members, department_ids)

    def members_below(self, department_ids: Iterable[UUID]) -> frozenset[UUID]:
        """Users, active or not, who stand in one of `department_ids` or anywhere below it."""
        return self._united(self._members_below, department_ids)

    def roles_reaching(self, user_id: UUID) -> tuple[Role, ...]:
        """The roles that reach the user: given directly, to a group, or to a department.

        A role given to a department reaches its members and those of all departments below it.
        """
        user = self.users.get(user_id)
        if user is None:
            return ()
        groups = self.groups_of(user_id)
        above = {up for place in user.department_ids for up in self.lineage(place)}
        return tuple(
            role
            for role in self.roles.values()
            if role.code in user.role_codes
            or user_id in role.users
            or not groups.isdisjoint(role.groups)
            or not above.isdisjoint(role.departments)
        )

    @cached_property
    def _rights(self) -> dict[Any, Rights]:
        return {}

    @cached_property
    def _groups_by_user(self) -> dict[UUID, frozenset[UUID]]:
        found: dict[UUID, set[UUID]] = {}
        for group in self.groups.values():
            for member in group.member_ids:
                found.setdefault(member, set()).add(group.id)
        return {member: frozenset(groups) for member, groups in found.items()}

    @cached_property
    def _members(self) -> dict[UUID, frozenset[UUID]]:
        found: dict[UUID, set[UUID]] = {}
        for user in self.users.values():
            for place in user.department_ids:
                found.setdefault(place, set()).add(user.id)
        return {place: frozenset(members) for place, members in found.items()}

    @cached_property
    def _members_below(self) -> dict[UUID, frozenset[UUID]]:
        found: dict[UUID, set[UUID]] = {}
        for place, members in self._members.items():
            for up in self.lineage(place):
                found.setdefault(up, set()).update(members)
        return {place: frozenset(members) for place, members in found.items()}

    @staticmethod
    def _united(
        index: Mapping[UUID, frozenset[UUID]], department_ids: Iterable[UUID]
    ) -> frozenset[UUID]:
        return frozenset().union(*(index.get(place, frozenset()) for place in department_ids))


def _merged(known: Mapping[UUID, Any], rows: Iterable[Mapping[str, Any]], read: Any) -> Any:
    merged = dict(known)
    for row in rows:
        if row.get("deleted"):
            merged.pop(read(row).id, None)
        else:
            item = read(row)
            merged[item.id] = item
    return merged
