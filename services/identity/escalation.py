"""Nobody raises their own rights or hands out more than they hold.

Pure comparison of two organisations: before a change and after it, by the rights of the one who
makes it. Who holds everything may hand out everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chassis.access.members import Role
from chassis.access.organisation import Organisation
from chassis.access.rights import Rights
from contracts.access import FIELD_RIGHTS, OPERATIONS, Level
from contracts.catalogue import ENTITIES

_NOTHING: Final = Role(id=UUID(int=0), code="", name="")
_PIPELINED: Final = frozenset(name for name, entity in ENTITIES.items() if entity.pipelined)
_BY_DEPARTMENT: Final = (Level.department, Level.subdepartments, Level.open)


@dataclass(frozen=True, slots=True)
class Excess:
    """Something that would be handed out beyond what the giver holds: what, and to whom."""

    what: str
    user_id: UUID | None = None


def excesses(before: Organisation, after: Organisation, giver: Rights) -> Iterator[Excess]:
    """What the step from `before` to `after` hands out beyond `giver` (rights as of before)."""
    if giver.unlimited and giver.may_set("roles") and giver.scopes is None:
        return
    for role in after.roles.values():
        old = before.roles.get(role.code)
        if role is not old:
            yield from (Excess(what) for what in role_excess(role, old or _NOTHING, giver))
    for user_id in after.users:
        for role in _newly_reaching(before, after, user_id):
            if user_id == giver.user_id and role.unlimited:
                yield Excess(f"role:{role.code}", user_id)
            for what in role_excess(role, _NOTHING, giver):
                yield Excess(what, user_id)
    yield from _widened_view(before, after, giver)


def exceeds(organisation: Organisation, user_id: UUID, giver: Rights) -> bool:
    """Whether the user holds anything that `giver` lacks: then their account is out of bounds."""
    if giver.unlimited and giver.scopes is None:
        return False
    roles = organisation.roles_reaching(user_id)
    return any(True for role in roles for _ in role_excess(role, _NOTHING, giver))


def role_excess(role: Role, old: Role, giver: Rights) -> Iterator[str]:
    """What `role` allows beyond `old` that `giver` does not hold, as `grants/lead/read`."""
    if role.unlimited:
        if not giver.unlimited or giver.scopes is not None:
            yield f"role:{role.code}"
        return
    for entity in sorted({*role.grants, *role.stages}):
        yield from _levels_beyond(entity, role, old, giver)
        if _touches(role, entity):
            yield from _fields_beyond(entity, role, old, giver)
            yield from _switches_beyond(entity, role, old, giver)
        if entity in _PIPELINED:
            yield from _transitions_beyond(entity, role, old, giver)
    for setting in sorted(role.settings - old.settings):
        if not giver.may_set(setting):
            yield f"settings/{setting}"


def _levels_beyond(entity: str, role: Role, old: Role, giver: Rights) -> Iterator[str]:
    for operation in OPERATIONS:
        stages = (
            role.overridden(entity, operation)
            | old.overridden(entity, operation)
            | giver.stage_levels(entity, operation).keys()
        )
        for stage in (None, *sorted(stages)):
            level = role.level(entity, operation, stage)
            if level <= old.level(entity, operation, stage):
                continue
            if level > giver.level(entity, operation, stage):
                where = f"stages/{entity}/{stage}" if stage else f"grants/{entity}"
                yield f"{where}/{operation}"


def _touches(role: Role, entity: str) -> bool:
    return any(
        role.level(entity, operation, stage) > Level.none
        for operation in OPERATIONS
        for stage in (None, *role.overridden(entity, operation))
    )


def _fields_beyond(entity: str, role: Role, old: Role, giver: Rights) -> Iterator[str]:
    """Silence about a field means `edit`, so fields that the giver's own roles name count too."""
    named = {*role.fields.get(entity, {}), *old.fields.get(entity, {})}
    for held in giver.roles:
        named |= held.fields.get(entity, {}).keys()
    for name in sorted(named):
        right = FIELD_RIGHTS.index(_field(role, entity, name))
        known = FIELD_RIGHTS.index(_field(old, entity, name)) if _touches(old, entity) else -1
        if right > known and right > FIELD_RIGHTS.index(giver.field(entity, name)):
            yield f"fields/{entity}/{name}"


def _field(role: Role, entity: str, name: str) -> str:
    return role.fields.get(entity, {}).get(name, FIELD_RIGHTS[-1])


def _switches_beyond(entity: str, role: Role, old: Role, giver: Rights) -> Iterator[str]:
    new, known = role.switches.get(entity, {}), old.switches.get(entity, {})
    for name in ("automation", "reopen"):
        if new.get(name) and not known.get(name) and not giver.switch(entity, name):
            yield f"switches/{entity}/{name}"
    shows = not new.get("hide_totals") and (known.get("hide_totals") or not _touches(old, entity))
    if shows and giver.switch(entity, "hide_totals"):
        yield f"switches/{entity}/hide_totals"


def _transitions_beyond(entity: str, role: Role, old: Role, giver: Rights) -> Iterator[str]:
    if not role.allows(entity, "update"):
        return
    places: set[tuple[str, str]] = set()
    for one in (role, old, *giver.roles):
        places |= {(pipe, stage) for pipe, stages in one.transitions.items() for stage in stages}
    for pipeline, stage in sorted(places):
        held = giver.transition(entity, UUID(pipeline), UUID(stage))
        if held is None:
            continue
        new = _moves(role.transitions, pipeline, stage)
        changed = old.allows(entity, "update")
        known = _moves(old.transitions, pipeline, stage) if changed else frozenset()
        if known is not None and (new is None or not new <= held | known):
            yield f"transitions/{pipeline}/{stage}"


def _moves(transitions: Mapping[str, Any], pipeline: str, stage: str) -> frozenset[UUID] | None:
    """The stages that may be moved to; None means any, as silence does."""
    said = transitions.get(pipeline, {}).get(stage, "any")
    if said == "any":
        return None
    return frozenset() if said == "none" else frozenset(UUID(str(one)) for one in said)


def _newly_reaching(before: Organisation, after: Organisation, user_id: UUID) -> list[Role]:
    if not after.users[user_id].active:
        return []
    known = before.users.get(user_id)
    held = before.roles_reaching(user_id) if known and known.active else ()
    codes = {role.code for role in held}
    return [role for role in after.roles_reaching(user_id) if role.code not in codes]


def _widened_view(before: Organisation, after: Organisation, giver: Rights) -> Iterator[Excess]:
    """The giver's own departments decide whose rows they see: they may not be widened by them."""
    if giver.user_id is None or giver.user_id not in after.users:
        return
    if not any(_by_department(role) for role in giver.roles):
        return
    gained = _places(after, giver.user_id) - _places(before, giver.user_id)
    if gained & before.departments.keys():
        yield Excess("department_ids", giver.user_id)


def _by_department(role: Role) -> bool:
    if role.unlimited:
        return False
    return any(
        role.level(entity, operation, stage) in _BY_DEPARTMENT
        for entity in {*role.grants, *role.stages}
        for operation in OPERATIONS
        for stage in (None, *role.overridden(entity, operation))
    )


def _places(organisation: Organisation, user_id: UUID) -> frozenset[UUID]:
    """The user's departments and all below them."""
    mine = organisation.users[user_id].department_ids if user_id in organisation.users else ()
    return frozenset(
        place
        for place in organisation.departments
        if not frozenset(organisation.lineage(place)).isdisjoint(mine)
    )
