"""What the signed-in user is told about themselves: roles, places and effective rights."""

from __future__ import annotations

from typing import Any

from chassis.access.explain import reached_through
from chassis.access.members import OrganisationUser
from chassis.access.organisation import Organisation
from chassis.access.rights import Rights
from chassis.context import Context
from contracts.access import OPERATIONS, SETTINGS
from contracts.catalogue import ENTITIES


def own_view(context: Context) -> dict[str, Any]:
    """The signed-in user with their roles, departments, groups and effective grants.

    `grants` are the levels that hold in every stage without an override, `stages` the others;
    token scopes are taken into account.
    """
    rights = context.rights
    user = context.organisation.users[context.user_id]
    roles = sorted(rights.roles, key=lambda role: role.code)
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "active": user.active,
        "locale": user.locale,
        "time_zone": user.time_zone,
        **_places(context.organisation, user),
        "role_codes": [role.code for role in roles],
        "roles": [
            {
                "code": role.code,
                "name": role.name,
                "through": reached_through(context.organisation, user.id, role),
            }
            for role in roles
        ],
        "grants": {entity: _grants(rights, entity) for entity in ENTITIES},
        "stages": {entity: found for entity in ENTITIES if (found := _stages(rights, entity))},
        "settings": [setting for setting in SETTINGS if rights.may_set(setting)],
        "scopes": context.actor.scopes,
        "viewed_by": _viewer(context),
    }


def _viewer(context: Context) -> dict[str, Any] | None:
    """Who looks as this user, if it is not they themselves."""
    viewer = context.organisation.users.get(context.actor.viewed_by or context.user_id)
    if context.actor.viewed_by is None or viewer is None:
        return None
    return {"id": viewer.id, "name": viewer.name}


def _places(organisation: Organisation, user: OrganisationUser) -> dict[str, Any]:
    return {
        "departments": [
            {"id": department.id, "name": department.name}
            for department in organisation.departments.values()
            if department.id in user.department_ids
        ],
        "groups": [
            {"id": group.id, "name": group.name, "kind": group.kind}
            for group in organisation.groups.values()
            if user.id in group.member_ids
        ],
    }


def _grants(rights: Rights, entity: str) -> dict[str, str]:
    return {operation: rights.level(entity, operation).name for operation in OPERATIONS}


def _stages(rights: Rights, entity: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for operation in OPERATIONS:
        for stage, level in rights.stage_levels(entity, operation).items():
            found.setdefault(str(stage), {})[operation] = level.name
    return found
