"""The first things in an empty organisation: its version, the default roles, an administrator."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from chassis.access.members import ADMINISTRATOR
from chassis.context import Context
from chassis.database.engine import Database
from chassis.identifiers import new_id
from chassis.records.effects import Effect
from chassis.records.entity import Record
from chassis.records.hooks import Hooks
from services.identity import versions
from services.identity.default_roles import default_roles
from services.identity.models import Role, User


def make(
    connection: Connection,
    context: Context,
    hooks: Hooks,
    model: type[Record],
    values: dict[str, Any],
) -> UUID:
    """A new record of `model` in the caller's transaction; its id."""
    row = Effect(connection, context, model, hooks).create(new_id(), values)
    found: UUID = row["id"]
    return found


def ensure_first_administrator(
    database: Database, context: Context, hooks: Hooks, email: str, password: str
) -> bool:
    """Make the default roles when there is no role, and an administrator when there is no user.

    Whether an administrator was made. Safe to call at every start, by several processes at once.
    """
    with database.transaction() as connection:
        versions.lock(connection)
        if not _any(connection, "roles"):
            for values in default_roles():
                make(connection, context, hooks, Role, values)
        if _any(connection, "users"):
            return False
        values = {
            "email": email,
            "name": email.partition("@")[0],
            "password": password,
            "role_codes": [ADMINISTRATOR],
        }
        make(connection, context, hooks, User, values)
        return True


def _any(connection: Connection, table: str) -> bool:
    return bool(connection.execute(text(f"SELECT EXISTS (SELECT 1 FROM {table})")).scalar())
