"""Why an actor may or may not do something: the deciding role and rule, and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from chassis.access.links import is_personal, linked_entities
from chassis.access.rights import governing_setting
from chassis.access.sentences import sentence
from chassis.context import Actor
from chassis.wire import as_uuid
from contracts.access import Level

if TYPE_CHECKING:
    from chassis.access.members import OrganisationUser, Role
    from chassis.access.organisation import Organisation
    from chassis.access.rights import Rights


def explain(
    organisation: Organisation,
    user_id: UUID,
    entity: str,
    operation: str,
    facts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Whether `user_id` may do `operation` on `entity`, and which role and rule decide it.

    With `facts` (owner_id, stage_id, open, observer_ids) the answer is about that row, without
    them about the entity as a whole. `roles` lists what each role gives and how it reaches the
    user; `because` is a stable code for the outcome; `sentence` says it in each language.
    """
    rights = organisation.rights(Actor("user", user_id, "identity"))
    stage = as_uuid(facts["stage_id"]) if facts and facts.get("stage_id") else None
    level = _effective(rights, entity, operation, stage, facts)
    roles = [_contribution(organisation, user_id, role, entity, operation, stage, facts)
             for role in rights.roles]  # fmt: skip
    roles.sort(key=lambda one: (-Level[one["level"]], one["role"]))
    because = _because(rights, entity, operation, level, facts)
    found: dict[str, Any] = {
        "user_id": user_id,
        "entity": entity,
        "operation": operation,
        "stage_id": stage,
        "allowed": because not in _REFUSALS,
        "level": level.name,
        "because": because,
        "capped_by_read": _capped(rights, roles, level),
        "setting": governing_setting(entity),
        "decided_by": _decisive(roles, level),
        "roles": roles,
    }
    found["sentence"] = sentence(found, _name(organisation.users.get(user_id)))
    return found


_REFUSALS = frozenset({"unknown_user", "inactive_user", "not_granted", "not_covered"})


def _effective(
    rights: Rights, entity: str, operation: str, stage: UUID | None, facts: Any
) -> Level:
    if facts is None:
        return rights.anywhere(entity, operation)
    return rights.level(entity, operation, stage)


def _contribution(
    organisation: Organisation,
    user_id: UUID,
    role: Role,
    entity: str,
    operation: str,
    stage: UUID | None,
    facts: Any,
) -> dict[str, Any]:
    """What `role` gives by itself, by which rule, and every way in which it reaches the user."""
    level, rule = _own_level(role, entity, operation, stage)
    if facts is None and rule in ("grant", "silence"):
        stages = role.overridden(entity, operation)
        best = max((role.level(entity, operation, one) for one in stages), default=Level.none)
        level, rule = (best, "stage") if best > level else (level, rule)
    return {
        "role": role.code,
        "name": role.name,
        "level": level.name,
        "rule": rule,
        "through": reached_through(organisation, user_id, role),
    }


def _own_level(role: Role, entity: str, operation: str, stage: UUID | None) -> tuple[Level, str]:
    if role.unlimited:
        return Level.all, "administrator"
    setting = governing_setting(entity)
    if setting is not None:
        return (Level.all, "setting") if setting in role.settings else (Level.none, "silence")
    level = role.level(entity, operation, stage)
    if stage is not None and stage in role.overridden(entity, operation):
        return level, "stage"
    return level, "grant" if operation in role.grants.get(entity, {}) else "silence"


def reached_through(organisation: Organisation, user_id: UUID, role: Role) -> list[dict[str, Any]]:
    """How `role` reaches the user: directly, through groups, through departments at or above."""
    user = organisation.users[user_id]
    ways: list[dict[str, Any]] = []
    if role.code in user.role_codes or user_id in role.users:
        ways.append({"kind": "user", "id": user.id, "name": user.name})
    for group_id in sorted(organisation.groups_of(user_id) & role.groups):
        group = organisation.groups[group_id]
        ways.append({"kind": f"{group.kind}_group", "id": group.id, "name": group.name})
    above = {up for place in user.department_ids for up in organisation.lineage(place)}
    for department_id in sorted(above & role.departments):
        department = organisation.departments[department_id]
        ways.append({"kind": "department", "id": department.id, "name": department.name})
    return ways


def _because(
    rights: Rights, entity: str, operation: str, level: Level, facts: Mapping[str, Any] | None
) -> str:
    if not rights.active:
        known = rights.user_id in rights.organisation.users
        return "inactive_user" if known else "unknown_user"
    if level is Level.none:
        return "not_granted"
    if facts is None:
        return "granted"
    if operation == "read" and linked_entities(entity) and not is_personal(rights, facts):
        if not rights.covers(entity, operation, facts):
            return "not_covered"
        if facts.get("links"):
            return "link"
    if level is Level.all:
        return "everyone"
    return _covering(rights, entity, operation, level, facts)


def _covering(
    rights: Rights, entity: str, operation: str, level: Level, facts: Mapping[str, Any]
) -> str:
    """The narrowest reason for which the row is covered, or `not_covered`."""
    owner = as_uuid(facts["owner_id"]) if facts.get("owner_id") else None
    for narrower in (Level.own, Level.department, Level.subdepartments):
        owners = rights.owners(narrower) or frozenset()
        if narrower <= level and owner in owners:
            return narrower.name
    if not rights.covers(entity, operation, facts):
        return "not_covered"
    return "open" if level is Level.open and facts.get("open") else "observer"


def _capped(rights: Rights, roles: list[dict[str, Any]], level: Level) -> bool:
    granted = max((Level[one["level"]] for one in roles), default=Level.none)
    return rights.active and granted > level


def _decisive(roles: list[dict[str, Any]], level: Level) -> dict[str, Any] | None:
    """The role that gave the level (the widest one, when read caps it); None when none gave any."""
    if level is Level.none:
        return None
    enough = [one for one in roles if Level[one["level"]] >= level]
    return enough[0] if enough else None


def _name(user: OrganisationUser | None) -> str:
    return (user.name or user.email) if user else "?"
