"""What every service with records does when somebody's records are handed on to others."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from chassis.context import Context
from chassis.errors import Invalid, Malformed
from chassis.records.commands import once
from chassis.records.handing_over import count_owned, hand_over
from chassis.records.reading import identifiers
from chassis.service.changing_many import ChangingMany
from chassis.service.entrypoints import command, query
from contracts.catalogue import SERVICES

SETTING = "users"


class HandingOver(ChangingMany):
    """Only services may ask this, for who holds the setting `users`."""

    @query(callers=SERVICES)
    def owned(self, context: Context, owner: Any, only_open: bool = False) -> dict[str, int]:
        """By entity, how many records `owner` is responsible for; `only_open` those at work."""
        context.rights.require_setting(SETTING)
        wanted = identifiers([owner])[0]
        with self.parts.database.reading() as connection:
            return {
                model.entity.name: count_owned(connection, model, wanted, only_open=bool(only_open))
                for model in self.entities
                if model.entity.responsible
            }

    @command(callers=SERVICES)
    def hand_over(
        self,
        context: Context,
        entity: str,
        owner: Any,
        to: Any,
        after: Any = None,
        only_open: bool = False,
    ) -> dict[str, Any]:
        """Make `to` responsible for the next records of `owner`; how many, what was left and why,
        and where to go on. A repeat with the same key has the same answer."""
        context.rights.require_setting(SETTING)
        model = self.records(entity).model
        if not model.entity.responsible:
            raise Malformed(f"Nobody is responsible for a {entity}.", code="unknown_entity")
        from_, towards = identifiers([owner])[0], identifiers([to])[0]
        user = context.organisation.users.get(towards)
        if user is None or not user.active:
            raise Invalid("This user is not active.", code="inactive_user")
        request = [str(from_), str(towards), after, bool(only_open)]

        def effect(connection: Connection) -> dict[str, Any]:
            hooks = self.records(entity).hooks
            hooks.begin(connection, entity)
            return hand_over(
                connection, context, model, hooks, from_, towards,
                after=after, only_open=bool(only_open),
            )  # fmt: skip

        return once(self.parts.database, context, f"{entity}.hand_over", request, effect)
