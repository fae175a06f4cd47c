"""API tokens: narrower than their maker, expiring, shown once."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from chassis.access.token_scopes import EVERYTHING, scope_within
from chassis.context import Context
from chassis.database.engine import Database
from chassis.errors import Conflict, Fault, Forbidden, Invalid, Malformed, NotFound, Unauthenticated
from chassis.records.commands import Command
from chassis.records.field_types.texts import line_faults
from chassis.records.field_types.times import as_moment
from chassis.wire import as_uuid
from contracts.access import OPERATIONS, OWN, SETTINGS
from contracts.catalogue import ENTITIES
from services.identity import sessions, versions
from services.identity.default_roles import SOLD

_LIFETIME: Final = timedelta(days=365)
_LONGEST: Final = timedelta(days=3660)
_SCOPE: Final = re.compile(r"([a-z_]+|\*):([a-z]+|\*)")
_SCOPES_LIMIT: Final = 100
_NAME_LIMIT: Final = 255
# Whoever changes a user locks the row and then ends the user's sessions: what is made before that
# is ended with them, and what would be made after it finds its own session ended.
_HOLD_USER: Final = text("""
    SELECT 1 FROM users WHERE id = :id AND active AND deleted_at IS NULL FOR SHARE
""")
# By the clock that ends sessions too, whatever this machine's says.
_NOW: Final = text("SELECT now()")
_MADE_WITH: Final = text("SELECT expires_at FROM sessions WHERE id = :id AND ended_at IS NULL")


def create_token(
    database: Database, context: Context, name: str, scopes: list[str], expires_at: str | None
) -> dict[str, Any]:
    """A new token of the signed-in user, with the secret that is told this once.

    A token makes tokens only when it may (`setting:tokens`), and none that outlives it. A repeat
    with its key is a Conflict that names the token: what it was told then is kept nowhere.
    """
    actor = context.actor
    if actor.scopes is not None and not _may_make(actor.scopes):
        raise Forbidden("This token makes no tokens.", code="token_scope")
    given = _checked(name, scopes)
    beyond = [
        Fault(f"/scopes/{index}", "beyond_own_rights")
        for index, scope in enumerate(given)
        if not scope_within(scope, actor.scopes)
    ]
    if beyond:
        raise Forbidden("A token cannot do more than its maker.", code="beyond_own_rights",
                        faults=beyond)  # fmt: skip
    command = Command(context, "token.create", [name, scopes, expires_at])
    with database.transaction() as connection:
        earlier = command.claim(connection)
        if earlier is not None:
            raise Conflict("This token was made before.", code="token_made", id=earlier["id"])
        now = connection.execute(_NOW).scalar_one()
        end = _end(_living(connection, context), context, expires_at, now)
        opened = sessions.open_token(connection, context.user_id, name.strip(), given, end)
        command.answer(connection, {"id": str(opened.id)})
    return {
        "id": opened.id,
        "token": opened.secret,
        "name": name.strip(),
        "scopes": given,
        "created_at": opened.created_at,
        "expires_at": opened.expires_at,
    }


def own_tokens(database: Database, context: Context) -> dict[str, Any]:
    """The signed-in user's living tokens."""
    with database.reading() as connection:
        return {"items": sessions.list_tokens(connection, context.user_id)}


def delete_token(database: Database, context: Context, token_id: Any) -> None:
    """End a token: one's own, or with the setting `tokens` anybody's."""
    identifier = _identifier(token_id)
    with database.transaction() as connection:
        version = versions.raise_version(connection)
        owner = connection.execute(
            text("SELECT user_id FROM sessions WHERE id = :id AND kind = 'token'"),
            {"id": identifier},
        ).scalar()
        allowed = owner == context.user_id or context.rights.may_set("tokens")
        if owner is None or not allowed:
            raise NotFound("There is no such token.")
        if not sessions.end_session(connection, identifier, owner, version):
            raise NotFound("There is no such token.")


def _may_make(scopes: tuple[str, ...]) -> bool:
    return EVERYTHING in scopes or "setting:tokens" in scopes


def _checked(name: Any, scopes: Any) -> list[str]:
    if not isinstance(name, str):
        raise _wrong_type("/name", "Must be a text.")
    if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        raise _wrong_type("/scopes", "Must be a list of texts.")
    faults = line_faults(name, _NAME_LIMIT, "/name")
    if not name.strip():
        faults.append(Fault("/name", "required", "A value is needed."))
    if not 0 < len(scopes) <= _SCOPES_LIMIT:
        faults.append(Fault("/scopes", "required", f"Between 1 and {_SCOPES_LIMIT} scopes."))
    faults += [
        Fault(f"/scopes/{index}", "unknown_scope", "Such as lead:read, *:read or *.")
        for index, scope in enumerate(scopes)
        if not _is_scope(scope)
    ]
    if faults:
        raise Invalid("The token breaks a rule.", faults=faults)
    return list(dict.fromkeys(scopes))


def _is_scope(scope: str) -> bool:
    if scope == EVERYTHING:
        return True
    found = _SCOPE.fullmatch(scope)
    if found is None:
        return False
    subject, operation = found.groups()
    if subject == "setting":
        return operation in (*SETTINGS, "*")
    return subject in ("*", *ENTITIES, *SOLD, *OWN) and operation in (*OPERATIONS, "*")


def _living(connection: Connection, context: Context) -> datetime | None:
    """When the session that the call came with ends; Unauthenticated when it has."""
    held = connection.execute(_HOLD_USER, {"id": context.user_id}).first()
    session_id = context.actor.session_id
    if held is not None and session_id is None:
        return None
    end: datetime | None = connection.execute(_MADE_WITH, {"id": session_id}).scalar()
    if held is None or end is None:
        raise Unauthenticated("Sign in again.", code="session_ended")
    return end


def _end(made_with: datetime | None, context: Context, expires_at: Any, now: datetime) -> datetime:
    end = now + _LIFETIME if expires_at is None else _moment(expires_at)
    if not now < end <= now + _LONGEST:
        fault = Fault("/expires_at", "out_of_range", "In the future, within ten years.")
        raise Invalid("The token breaks a rule.", faults=[fault])
    if context.actor.scopes is not None and made_with is not None:
        end = min(end, made_with)
    return end


def _moment(value: Any) -> datetime:
    try:
        return as_moment(value)
    except Malformed:
        raise _wrong_type("/expires_at", "Must be an RFC 3339 time with its zone.") from None


def _identifier(value: Any) -> UUID:
    try:
        return as_uuid(value)
    except ValueError:
        raise NotFound("There is no such token.") from None


def _wrong_type(pointer: str, detail: str) -> Malformed:
    return Malformed(detail, code="wrong_type", faults=[Fault(pointer, "wrong_type", detail)])
