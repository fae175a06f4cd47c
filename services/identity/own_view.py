"""What the signed-in user is told about themselves: roles, places and effective rights."""

from __future__ import annotations

from typing import Any

from chassis.access.explain import reached_through
from chassis.access.rights import Rights
from chassis.context import Context
from contracts.access import OPERATIONS, SETTINGS
from contracts.catalogue import ENTITIES


def own_view(context: Context) -> dict[str, Any]:
    """The signed-in user with their roles, departments, groups and effective grants.

    `grants` are the levels that hold in every stage without an override, `stages` the others;
    token scopes are taken into account.
    """
    organisation, rights = context.organisation, context.rights
    user = organisation.users[context.user_id]
    named = organisation.departments
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "active": user.active,
        "locale": user.locale,
        "time_zone": user.time_zone,
        "departments": [
            {"id": place, "name": named[place].name}
            for place in sorted(user.department_ids)
            if place in named
        ],
        "groups": [
            {
                "id": one,
                "name": organisation.groups[one].name,
                "kind": organisation.groups[one].kind,
            }
            for one in sorted(organisation.groups_of(user.id))
        ],
        "role_codes": sorted(role.code for role in rights.roles),
        "roles": [
            {
                "code": role.code,
                "name": role.name,
                "through": reached_through(organisation, user.id, role),
            }
            for role in sorted(rights.roles, key=lambda role: role.code)
        ],
        "grants": {entity: _grants(rights, entity) for entity in ENTITIES},
        "stages": {entity: found for entity in ENTITIES if (found := _stages(rights, entity))},
        "settings": [setting for setting in SETTINGS if rights.may_set(setting)],
        "scopes": context.actor.scopes,
    }


def _grants(rights: Rights, entity: str) -> dict[str, str]:
    return {operation: rights.level(entity, operation).name for operation in OPERATIONS}


def _stages(rights: Rights, entity: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for operation in OPERATIONS:
        for stage, level in rights.stage_levels(entity, operation).items():
            found.setdefault(str(stage), {})[operation] = level.name
    return found
