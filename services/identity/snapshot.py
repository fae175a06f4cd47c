"""The organisation as differences between versions: what every process keeps its copy by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from chassis.access.organisation import Organisation

# The gateway trusts a session for 15 minutes after it was checked, so a full answer must name all
# that ended within that time.
_STATE: Final = text("""
    SELECT version, values, values_changed_in, extract(epoch FROM clock_timestamp()) AS now
    FROM organisation_state WHERE id = 1
""")
_ENDED: Final = text("SELECT id FROM sessions WHERE ended_version > :since")
_ENDED_LATELY: Final = text("""
    SELECT id FROM sessions WHERE ended_version > 0 AND ended_at > now() - interval '1 hour'
""")
_COLUMNS: Final = {
    "user": ("users", "name, email, active, locale, time_zone, department_ids, role_codes"),
    "department": ("departments", "name, parent_id, head_id"),
    "group": ("groups", "name, kind, member_ids"),
    "role": (
        "roles",
        "code, name, grants, stages, fields, settings, switches, transitions, assigned_to",
    ),
}
_FULL: Final = "SELECT id, false AS deleted, {columns} FROM {table} WHERE deleted_at IS NULL"
_CHANGED: Final = """
    SELECT m.record_id AS id, r.id IS NULL OR r.deleted_at IS NOT NULL AS deleted, {columns}
    FROM organisation_marks m LEFT JOIN {table} r ON r.id = m.record_id
    WHERE m.version > :since AND m.entity = '{entity}'
"""


def changes(connection: Connection, since: int) -> dict[str, Any]:
    """What changed after version `since`; everything when `since` is 0 or not of this history.

    `version` is read first: what is committed meanwhile is told again the next time.
    """
    state = connection.execute(_STATE).mappings().one_or_none()
    if state is None:
        return {"version": 0, "full": True, **_nothing()}
    current = state["version"]
    if since == current:
        return {"version": current, "full": False, "now": float(state["now"]), **_nothing()}
    full = not 0 < since < current
    ended = connection.execute(_ENDED_LATELY if full else _ENDED, {"since": since}).scalars()
    return {
        "version": current,
        "full": full,
        "now": float(state["now"]),
        "users": _rows(connection, "user", since, full),
        "departments": _rows(connection, "department", since, full),
        "groups": _rows(connection, "group", since, full),
        "roles": _rows(connection, "role", since, full),
        "organisation": _settings(dict(state), since, full),
        "ended_sessions": list(ended),
    }


def current_organisation(connection: Connection, known: Organisation) -> Organisation:
    """The organisation as this transaction sees it, its own changes included, from `known`."""
    return known.apply(changes(connection, known.version))


def changed_rows(
    organisation: Organisation, connection: Connection, ids: Mapping[str, Iterable[UUID]]
) -> Organisation:
    """`organisation` with the rows of `ids` (by entity) as this transaction left them."""
    difference: dict[str, Any] = {"version": organisation.version + 1}
    for entity, wanted in ids.items():
        table, columns = _COLUMNS[entity]
        statement = text(
            f"SELECT id, deleted_at IS NOT NULL AS deleted, {columns} FROM {table} "
            "WHERE id = ANY(CAST(:ids AS uuid[]))"
        )
        rows = connection.execute(statement, {"ids": list(wanted)}).mappings()
        difference[table] = [dict(row) for row in rows]
    return organisation.apply(difference)


def _rows(connection: Connection, entity: str, since: int, full: bool) -> list[dict[str, Any]]:
    table, columns = _COLUMNS[entity]
    form = _FULL if full else _CHANGED
    statement = text(form.format(table=table, columns=columns, entity=entity))
    rows = connection.execute(statement, {} if full else {"since": since}).mappings()
    return [dict(row) for row in rows]


def _settings(state: Mapping[str, Any], since: int, full: bool) -> dict[str, Any] | None:
    if not full and state["values_changed_in"] <= since:
        return None
    return {**state["values"]}


def _nothing() -> dict[str, Any]:
    empty: dict[str, Any] = {
        name: [] for name in ("users", "departments", "groups", "roles", "ended_sessions")
    }
    return {**empty, "organisation": None}
