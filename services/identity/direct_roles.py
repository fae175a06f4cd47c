"""Roles given to users directly. They stand at the users only; roles show them and take them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from chassis.context import Context
from chassis.journal.writing import record_events
from chassis.records.changes import changes_between, new_event
from chassis.records.rows import find_row, update_row
from services.identity.models import User

_HOLDERS: Final = text("""
    SELECT code, u.id FROM users u, unnest(u.role_codes) AS code
    WHERE u.deleted_at IS NULL AND u.role_codes && CAST(:codes AS text[]) ORDER BY u.name, u.id
""")
_TAKE: Final = text("""
    UPDATE roles SET assigned_to = assigned_to - 'users' WHERE id = :id
""")


def take_users(connection: Connection, role: Mapping[str, Any]) -> set[UUID] | None:
    """The users that the written `role` names, which leave its row; None when it names none."""
    named = role["assigned_to"].get("users")
    if named is None:
        return None
    connection.execute(_TAKE, {"id": role["id"]})
    return {UUID(str(one)) for one in named}


def give_directly(
    connection: Connection, context: Context, code: str, wanted: set[UUID]
) -> set[UUID]:
    """Make `wanted` exactly the users who hold role `code` directly; those whose roles changed.

    Each change is the user's own and is journaled as theirs. Unknown users are left out.
    """
    held = set(holders(connection, [code])[code])
    return {
        user_id
        for user_id in sorted(held ^ wanted)
        if _set(connection, context, code, user_id, held=user_id in wanted)
    }


def holders(connection: Connection, codes: Sequence[str]) -> dict[str, list[UUID]]:
    """The users who hold each of `codes` directly, by name."""
    found: dict[str, list[UUID]] = {code: [] for code in codes}
    for code, user_id in connection.execute(_HOLDERS, {"codes": list(codes)}):
        if code in found:
            found[code].append(user_id)
    return found


def with_holders(
    connection: Connection, records: Iterable[dict[str, Any]], codes: Mapping[str, str]
) -> None:
    """Show in the `assigned_to` of role `records` the users too; `codes` are the roles' by id."""
    shown = [record for record in records if "assigned_to" in record]
    if not shown:
        return
    found = holders(connection, list(codes.values()))
    for record in shown:
        given = record["assigned_to"]
        record["assigned_to"] = {
            "users": [str(one) for one in found.get(codes.get(record["id"], ""), ())],
            "groups": given.get("groups", []),
            "departments": given.get("departments", []),
        }


def _set(connection: Connection, context: Context, code: str, user_id: UUID, *, held: bool) -> bool:
    row = find_row(connection, User.entity, user_id, lock=True)
    if row is None:
        return False
    others = [one for one in row["role_codes"] if one != code]
    columns = {
        "role_codes": [*others, code] if held else others,
        "version": row["version"] + 1,
        "updated_at": datetime.now(UTC),
        "updated_by": context.actor.id,
    }
    after = row | columns
    update_row(connection, User.entity, user_id, columns)
    changes = changes_between(User.entity, row, after)
    record_events(connection, context, [new_event(User.entity, "updated", after, changes)])
    return True
