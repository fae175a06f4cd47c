"""What one actor may do: six levels, resolved inside each role, then the maximum over roles.

Rows: a stage override beats the entity's grant inside a role. Update, delete and export are capped
by read. Entities that a setting governs are readable by every active user (roles: by holders of
the setting) and written with the setting. Token scopes narrow everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from chassis.access.links import covers_linked, linked_entities
from chassis.access.token_scopes import scope_allows
from chassis.errors import Forbidden
from chassis.wire import as_uuid
from contracts.access import FIELD_RIGHTS, SWITCHES, Level
from contracts.catalogue import ENTITIES, field_behind

if TYPE_CHECKING:
    from chassis.access.members import Role
    from chassis.access.organisation import Organisation
    from chassis.context import Actor

READ_NEEDS_SETTING: Final = frozenset({"roles"})
_CAPPED_BY_READ: Final = frozenset({"update", "delete", "export"})


def governing_setting(entity: str) -> str | None:
    """The setting that governs `entity` in place of levels; None for ordinary entities."""
    contract = ENTITIES.get(entity)
    return contract.setting if contract else None


class Rights:
    """What `actor` may do in `organisation`. Answers are remembered: ask as often as you like."""

    def __init__(self, organisation: Organisation, actor: Actor) -> None:
        self.organisation = organisation
        self.user_id = actor.id
        self.scopes = actor.scopes
        self._levels: dict[tuple[str, str, UUID | None], Level] = {}
        self._stage_levels: dict[tuple[str, str], dict[UUID, Level]] = {}
        self._fields: dict[tuple[str, str], str] = {}

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """The roles that reach the actor; none for an inactive, absent or unknown user."""
        user = self.organisation.users.get(self.user_id) if self.user_id else None
        if user is None or not user.active:
            return ()
        return self.organisation.roles_reaching(user.id)

    @cached_property
    def active(self) -> bool:
        """Whether the actor is a user with a working account."""
        user = self.organisation.users.get(self.user_id) if self.user_id else None
        return user is not None and user.active

    @cached_property
    def unlimited(self) -> bool:
        """Whether a role allows everything (token scopes may still narrow it)."""
        return any(role.unlimited for role in self.roles)

    def level(self, entity: str, operation: str, stage_id: UUID | None = None) -> Level:
        """How far `operation` on `entity` reaches for rows in stage `stage_id`."""
        key = (entity, operation, stage_id)
        found = self._levels.get(key)
        if found is None:
            found = self._levels[key] = self._level(entity, operation, stage_id)
        return found

    def stage_levels(self, entity: str, operation: str) -> dict[UUID, Level]:
        """The levels of the stages that any role overrides; the others have `level(...)`."""
        key = (entity, operation)
        found = self._stage_levels.get(key)
        if found is None:
            found = self._stage_levels[key] = {
                stage: self.level(entity, operation, stage)
                for stage in sorted(self._overridden(entity, operation))
            }
        return found

    def anywhere(self, entity: str, operation: str) -> Level:
        """The highest level in any stage; `none` means that no role grants the operation."""
        levels = self.stage_levels(entity, operation).values()
        return max(self.level(entity, operation), *levels, Level.none)

    def require(self, entity: str, operation: str) -> None:
        """Raise Forbidden when no role grants `operation` on `entity` in any stage."""
        if self.anywhere(entity, operation) is Level.none:
            raise Forbidden(
                f"No role of yours allows {operation} on {entity}.", code="operation_not_granted"
            )

    def field(self, entity: str, name: str) -> str:
        """`hidden`, `read` or `edit`: the most permissive of the roles that grant read."""
        key = (entity, name)
        found = self._fields.get(key)
        if found is None:
            found = self._fields[key] = self._field(entity, name)
        return found

    def sees_copy(self, entity: str, copied: str) -> bool:
        """Whether the field of `entity` that others copy as `copied` is visible: under `name` that
        is whatever names a record."""
        return self.field(entity, field_behind(entity, copied)) != "hidden"

    def may_set(self, setting: str) -> bool:
        """Whether the actor holds `setting` (one of `contracts.access.SETTINGS`)."""
        return self._holds(setting) and scope_allows(self.scopes, "setting", setting)

    def require_setting(self, setting: str) -> None:
        """Raise Forbidden when the actor does not hold `setting`."""
        if not self.may_set(setting):
            raise Forbidden(f"This needs the setting {setting}.", code="setting_not_granted")

    def require_own(self, subject: str, operation: str) -> None:
        """Raise Forbidden when the actor's token may not do this with what is their own."""
        if not scope_allows(self.scopes, subject, operation):
            raise Forbidden("This token does not allow it.", code="token_scope")

    def switch(self, entity: str, name: str) -> bool:
        """Whether a switch is on. `hide_totals` takes away: it holds when every role says so."""
        if name not in SWITCHES or not self.roles or self.unlimited:
            return self.unlimited and name != "hide_totals"
        said = [role.switches.get(entity, {}).get(name, False) for role in self._readers(entity)]
        return (all(said) and bool(said)) if name == "hide_totals" else any(said)

    def transition(self, entity: str, pipeline_id: UUID, stage_id: UUID) -> frozenset[UUID] | None:
        """The stages that an `entity` may be moved to from `stage_id`; None means any.

        Roles that let it be changed add up; silence of one of them means any.
        """
        allowed: set[UUID] = set()
        for role in self.roles:
            if not role.allows(entity, "update"):
                continue
            said = role.transitions.get(str(pipeline_id), {}).get(str(stage_id), "any")
            if role.unlimited or said == "any":
                return None
            if said != "none":
                allowed.update(as_uuid(stage) for stage in said)
        return frozenset(allowed)

    def owners(self, level: Level) -> frozenset[UUID] | None:
        """The responsible people whose rows `level` reaches; None means everyone's.

        By the departments people are in now. `open` adds open rows of anyone, by `covers`.
        """
        if level is Level.all:
            return None
        if level is Level.none or self.user_id is None:
            return frozenset()
        return self._owners[level]

    def covers(self, entity: str, operation: str, facts: Mapping[str, Any]) -> bool:
        """Whether `operation` reaches the row of `facts`: the twin of the SQL scope.

        `facts` holds owner_id, stage_id, open and observer_ids, as UUIDs or their text, and where
        links decide, `links`.
        """
        if operation == "read" and linked_entities(entity):
            return covers_linked(self, entity, facts)
        stage = facts.get("stage_id")
        level = self.level(entity, operation, stage and as_uuid(stage))
        if level is Level.none:
            return False
        owners = self.owners(level)
        owner = facts.get("owner_id")
        if owners is None or (owner is not None and as_uuid(owner) in owners):
            return True
        if level is Level.open and facts.get("open"):
            return True
        return operation == "read" and str(self.user_id) in {
            str(observer) for observer in facts.get("observer_ids") or ()
        }

    @cached_property
    def _owners(self) -> dict[Level, frozenset[UUID]]:
        user = self.organisation.users.get(self.user_id) if self.user_id else None
        if user is None:
            return dict.fromkeys(Level, frozenset())
        me = frozenset({user.id})
        below = me | self.organisation.members_below(user.department_ids)
        return {
            Level.own: me,
            Level.department: me | self.organisation.members(user.department_ids),
            Level.subdepartments: below,
            Level.open: below,
        }

    def _holds(self, setting: str) -> bool:
        return self.unlimited or any(setting in role.settings for role in self.roles)

    def _level(self, entity: str, operation: str, stage_id: UUID | None) -> Level:
        if not self.active or not scope_allows(self.scopes, entity, operation):
            return Level.none
        setting = governing_setting(entity)
        if setting is not None:
            free = operation == "read" and setting not in READ_NEEDS_SETTING
            granted = Level.all if free or self._holds(setting) else Level.none
        else:
            granted = self._granted(entity, operation, stage_id)
        if operation in _CAPPED_BY_READ:
            # What the scopes let be read: a token that reads nothing changes nothing either.
            return min(granted, self.level(entity, "read", stage_id))
        return granted

    def _granted(self, entity: str, operation: str, stage_id: UUID | None) -> Level:
        levels = (role.level(entity, operation, stage_id) for role in self.roles)
        return max(levels, default=Level.none)

    def _overridden(self, entity: str, operation: str) -> frozenset[UUID]:
        if governing_setting(entity) is not None:
            return frozenset()
        operations = {operation, "read"} if operation in _CAPPED_BY_READ else {operation}
        return frozenset().union(
            *(role.overridden(entity, one) for role in self.roles for one in operations)
        )

    def _readers(self, entity: str) -> list[Role]:
        free = governing_setting(entity) is not None
        return [role for role in self.roles if free or role.allows(entity, "read")]

    def _field(self, entity: str, name: str) -> str:
        said = [role.fields.get(entity, {}).get(name, "edit") for role in self._readers(entity)
                if not role.unlimited]  # fmt: skip
        if self.unlimited or not said:
            return "edit"
        return max(said, key=FIELD_RIGHTS.index)
