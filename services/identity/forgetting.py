"""What identity forgets of users and roles that are gone for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, text

from chassis.context import Context
from services.identity import versions
from services.identity.direct_roles import give_directly

_OF_USERS: Final = tuple(
    text(f"DELETE FROM {table} WHERE user_id = ANY(CAST(:ids AS uuid[]))")
    for table in ("sessions", "preferences", "second_factors", "recovery_codes", "password_resets")
)
_FROM_THE_BIN: Final = text("""
    UPDATE users SET role_codes = array_remove(role_codes, :code)
    WHERE deleted_at IS NOT NULL AND role_codes @> ARRAY[CAST(:code AS text)]
""")


def forget(
    connection: Connection, context: Context, entity: str, rows: Sequence[dict[str, Any]]
) -> None:
    """Remove what users had of their own, and take roles from whoever was given them directly: a
    new role of the same code must not be theirs."""
    if entity == "user":
        for statement in _OF_USERS:
            connection.execute(statement, {"ids": [row["id"] for row in rows]})
    if entity != "role":
        return
    users = set()
    for row in rows:
        users |= give_directly(connection, context, row["code"], set())
        connection.execute(_FROM_THE_BIN, {"code": row["code"]})
    if users:
        versions.mark(connection, "user", users, versions.raise_version(connection))
