"""What the signed-in user sets up for themselves: language, time zone and preferences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection

from chassis.context import Context
from chassis.database.engine import Database
from chassis.errors import Fault, Malformed, NotFound
from chassis.records.commands import once
from chassis.records.effects import Effect
from chassis.records.hooks import Hooks
from chassis.records.rows import find_row
from chassis.records.schema import parse_values, pointer
from services.identity import preferences
from services.identity.models import User

SUBJECT: Final = "profile"
_OF_THE_USER: Final = ("locale", "time_zone")


def update_profile(database: Database, context: Context, hooks: Hooks, values: Any) -> None:
    """Write what the merge patch `values` changes. Language and time zone are the user record's,
    which everybody sees; preferences are seen by nobody else."""
    context.rights.require_own(SUBJECT, "update")
    if not isinstance(values, Mapping):
        raise Malformed("The body must be an object.", code="wrong_type")
    unknown = [
        Fault(pointer(name), "unknown_field", "No such field.")
        for name in values
        if name not in (*_OF_THE_USER, *preferences.DEFAULTS)
    ]
    if unknown:
        raise Malformed("The body cannot be understood.", faults=unknown)
    changed = {name: values[name] for name in _OF_THE_USER if name in values}
    given = parse_values(User.entity, changed, None, creating=False)
    chosen = {name: values[name] for name in preferences.DEFAULTS if name in values}
    preferences.check_preferences(chosen)

    def effect(connection: Connection) -> dict[str, Any]:
        if given:
            hooks.begin(connection, User.entity.name)
            row = find_row(connection, User.entity, context.user_id, lock=True)
            if row is None:
                raise NotFound("There is no such user.")
            hooks.permit(connection, context, User.entity.name, "update", row, given)
            Effect(connection, context, User, hooks).change(row, given)
        if chosen:
            preferences.write_preferences(connection, context.user_id, chosen)
        return {}

    once(database, context, "user.update_profile", dict(values), effect)
