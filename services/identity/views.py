"""Saved views: who sees which, who changes which, and with which one a list begins.

A view tells nobody of a field that is hidden from them. Columns and orders of such fields are left
out; a view that filters or groups by one is not there, because without that it would show other
rows than it is named for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Connection, Text, and_, cast, func, or_, select

from chassis.context import Context
from chassis.database.engine import Database
from chassis.errors import Fault, Forbidden, Invalid, Malformed, NotFound
from chassis.identifiers import new_id
from chassis.records.commands import once
from chassis.records.effects import Effect
from chassis.records.history import history_page
from chassis.records.hooks import Hooks, Row
from chassis.records.rows import find_row
from chassis.records.schema import parse_values, pointer
from chassis.records.trusted import TrustedEffect
from chassis.records.versions import Expected, check_version
from chassis.wire import as_uuid, timestamp
from chassis.work.housekeeping import Kept
from services.identity.models import View
from services.identity.preferences import default_view
from services.identity.view_rules import EVERYONE, PRIVATE, ROLES, SCOPES

FORGOTTEN: Final = (Kept("saved_views", "deleted_at", timedelta(days=30)),)
SUBJECT: Final = "view"
SETTING: Final = "organisation"
_LIMIT: Final = 200
_SHOWN_LIMIT: Final = 1_000
_GIVEN: Final = (
    "name", "scope", "role_codes", "layout", "columns", "filter", "sort", "group", "page_size",
    "default",
)  # fmt: skip
_T: Final = View.entity.table
Reply = dict[str, Any]


def list_views(database: Database, context: Context, entity: str) -> Reply:
    """The views of lists of `entity` that the user sees, and the one to begin with: the user's own
    choice, else that of a role, else that of everyone, else none."""
    _require(context, entity, "read")
    with database.reading() as connection:
        query = select(_T).where(_T.c.deleted_at.is_(None), _seen(context, entity))
        found = [dict(row) for row in connection.execute(query.limit(_SHOWN_LIMIT)).mappings()]
        chosen = default_view(connection, context.user_id, entity)
    rows = sorted(
        (row for row in found if _tells_nothing_hidden(row, context)),
        key=lambda row: (-SCOPES.index(row["scope"]), row["name"].casefold(), row["id"]),
    )
    return {"items": [_shown(row, context) for row in rows], "default": _default(rows, chosen)}


def get_view(database: Database, context: Context, entity: str, view_id: Any) -> Reply:
    """One view; NotFound when it is absent or not for this user."""
    _require(context, entity, "read")
    with database.reading() as connection:
        return _shown(_found(connection, context, entity, view_id), context)


def view_history(
    database: Database, context: Context, entity: str, view_id: Any, **page: Any
) -> Reply:
    """A page of who changed what in a view, newest first; for who may change it, as the past may
    tell of fields that others do not see."""
    _require(context, entity, "read")
    with database.reading() as connection:
        row = _found(connection, context, entity, view_id)
        _refuse_others(row, context)
        return history_page(connection, context, View.entity, row["id"], **page)


def create_view(database: Database, context: Context, entity: str, body: Any) -> Reply:
    """A new view of the user's."""
    _require(context, entity, "add")
    given = _given(body, context, creating=True)
    _permit_sharing({"scope": PRIVATE, "role_codes": [], "default": False}, given, context)

    def effect(connection: Connection) -> Reply:
        mine = and_(_T.c.created_by == context.user_id, _T.c.target == entity)
        query = select(func.count()).select_from(_T).where(mine, _T.c.deleted_at.is_(None))
        if connection.execute(query).scalar_one() >= _LIMIT:
            fault = Fault("", "too_many", f"At most {_LIMIT} views of a list.")
            raise Invalid(fault.detail, code="too_many", faults=[fault])
        writer = Effect(connection, context, View, Hooks())
        row = writer.create(new_id(), {**given, "target": entity})
        _begin_with(connection, context, row)
        return _shown(row, context)

    return once(database, context, "view.create", [entity, body], effect)


def update_view(
    database: Database, context: Context, entity: str, view_id: Any, body: Any, expected: Expected
) -> Reply:
    """The changed view. Whoever may not change it makes one of their own."""
    _require(context, entity, "update")
    given = _given(body, context, creating=False)

    def effect(connection: Connection) -> Reply:
        row = _found(connection, context, entity, view_id, lock=True)
        _refuse_others(row, context)
        _permit_sharing(row, given, context)
        check_version(connection, context, View.entity, row, expected)
        after = Effect(connection, context, View, Hooks()).change(row, given)
        _begin_with(connection, context, after)
        return _shown(after, context)

    return once(database, context, "view.update", [entity, str(view_id), body, expected], effect)


def delete_view(
    database: Database, context: Context, entity: str, view_id: Any, expected: Expected
) -> Reply:
    """Remove a view; it can be brought back for 30 days."""
    _require(context, entity, "delete")

    def effect(connection: Connection) -> Reply:
        row = _found(connection, context, entity, view_id, lock=True)
        _refuse_others(row, context)
        check_version(connection, context, View.entity, row, expected)
        after = _trusted(connection, context).remove(row)
        return {"id": str(after["id"]), "version": after["version"]}

    return once(database, context, "view.delete", [entity, str(view_id), expected], effect)


def restore_view(database: Database, context: Context, entity: str, view_id: Any) -> Reply:
    """The view, back again."""
    _require(context, entity, "delete")

    def effect(connection: Connection) -> Reply:
        row = _found(connection, context, entity, view_id, lock=True, deleted=True)
        _refuse_others(row, context)
        return _shown(_trusted(connection, context).bring_back(row), context)

    return once(database, context, "view.restore", [entity, str(view_id)], effect)


def _require(context: Context, entity: str, operation: str) -> None:
    context.rights.require(entity, "read")
    context.rights.require_own(SUBJECT, operation)


def _given(body: Any, context: Context, *, creating: bool) -> Row:
    for name in body if isinstance(body, Mapping) else ():
        if name not in _GIVEN:
            fault = Fault(pointer(name), "unknown_field", "No such field.")
            raise Malformed("The body cannot be understood.", faults=[fault])
    return parse_values(View.entity, body, context.rights, creating=creating)


def _my_codes(context: Context) -> list[str]:
    return sorted(role.code for role in context.rights.roles)


def _seen(context: Context, entity: str) -> ColumnElement[bool]:
    mine = cast(_my_codes(context), ARRAY(Text))
    return and_(
        _T.c.target == entity,
        or_(
            _T.c.created_by == context.user_id,
            _T.c.scope == EVERYONE,
            and_(_T.c.scope == ROLES, _T.c.role_codes.op("&&")(mine)),
        ),
    )


def _is_seen(row: Mapping[str, Any], context: Context, entity: str) -> bool:
    """The twin of `_seen`, for one row."""
    shared = row["scope"] == EVERYONE or (
        row["scope"] == ROLES and not set(row["role_codes"]).isdisjoint(_my_codes(context))
    )
    return row["target"] == entity and (row["created_by"] == context.user_id or shared)


def _found(
    connection: Connection,
    context: Context,
    entity: str,
    given: Any,
    *,
    lock: bool = False,
    deleted: bool = False,
) -> Row:
    try:
        identifier = as_uuid(given)
    except ValueError:
        raise NotFound("There is no such view.") from None
    row = find_row(connection, View.entity, identifier, lock=lock, deleted=deleted)
    if row is None or not _is_seen(row, context, entity) or not _tells_nothing_hidden(row, context):
        raise NotFound("There is no such view.")
    return row


def _is_editable(row: Mapping[str, Any], context: Context) -> bool:
    mine = row["created_by"] == context.user_id
    return mine or (row["scope"] != PRIVATE and context.rights.may_set(SETTING))


def _refuse_others(row: Mapping[str, Any], context: Context) -> None:
    if not _is_editable(row, context):
        raise Forbidden("This view is somebody else's.", code="record_forbidden")


def _permit_sharing(before: Mapping[str, Any], given: Row, context: Context) -> None:
    """Anybody shares with roles of their own; whoever shares further, or says with what others
    begin, needs the setting."""
    after = {**before, **given}
    shared = ("scope", "role_codes", "default")
    if after["scope"] not in (ROLES, EVERYONE) or all(
        after[name] == before[name] for name in shared
    ):
        return
    own = after["scope"] == ROLES and set(after["role_codes"]) <= set(_my_codes(context))
    if not own or after["default"]:
        context.rights.require_setting(SETTING)


def _begin_with(connection: Connection, context: Context, row: Row) -> None:
    """Of the views that the same people see, only the newest default is one."""
    if not row["default"]:
        return
    others = select(_T).where(
        _T.c.target == row["target"], _T.c.scope == row["scope"], _T.c.default,
        _T.c.id != row["id"], _T.c.deleted_at.is_(None),
    )  # fmt: skip
    if row["scope"] == ROLES:
        others = others.where(_T.c.role_codes.op("&&")(cast(row["role_codes"], ARRAY(Text))))
    found = connection.execute(others.order_by(_T.c.id).with_for_update()).mappings()
    for other in [dict(one) for one in found]:
        _trusted(connection, context).write(other, {"default": False})


def _trusted(connection: Connection, context: Context) -> TrustedEffect:
    return TrustedEffect(connection, context, View, Hooks())


def _default(rows: Sequence[Row], chosen: UUID | None) -> str | None:
    if chosen in {row["id"] for row in rows}:
        return str(chosen)
    for scope in (ROLES, EVERYONE):
        said = [row for row in rows if row["scope"] == scope and row["default"]]
        if said:
            return str(max(said, key=lambda row: (row["updated_at"], row["id"]))["id"])
    return None


def _tells_nothing_hidden(row: Mapping[str, Any], context: Context) -> bool:
    named = [*_filtered(row["filter"]), *([row["group"]] if row["group"] else [])]
    return not any(_is_hidden(name, row["target"], context) for name in named)


def _filtered(tree: Any) -> Iterator[str]:
    """The fields that a filter names."""
    for name, value in tree.items() if isinstance(tree, Mapping) else ():
        if name in ("and", "or"):
            yield from (field for part in value for field in _filtered(part))
        elif name == "not":
            yield from _filtered(value)
        else:
            yield name


def _is_hidden(name: str, entity: str, context: Context) -> bool:
    """Whether a filter, column, order or group is one of a hidden field: `-amount`,
    `month(seen_at)`, or `company.industry` of a hidden `company_id`."""
    plain = name.removeprefix("-").partition("(")[2].rstrip(")") or name.removeprefix("-")
    base = plain.partition(".")[0]
    fields = (base, f"{base}_id", f"{base}_ids") if "." in plain else (base,)
    return any(context.rights.field(entity, field) == "hidden" for field in fields)


def _shown(row: Row, context: Context) -> Reply:
    target = row["target"]
    user = context.organisation.users.get(row["created_by"])
    return {
        "id": str(row["id"]), "type": SUBJECT, "version": row["version"], "entity": target,
        **{name: row[name] for name in _GIVEN},
        "columns": [
            column for column in row["columns"] if not _is_hidden(column["field"], target, context)
        ],
        "sort": [name for name in row["sort"] if not _is_hidden(name, target, context)],
        "owner": {"id": str(row["created_by"]), "name": user.name if user else None},
        "editable": _is_editable(row, context),
        "created_at": timestamp(row["created_at"]), "updated_at": timestamp(row["updated_at"]),
    }  # fmt: skip
