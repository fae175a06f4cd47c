"""What people do with their own second factor, and what an administrator does for who lost it.

Whoever begins, renews or ends it proves to be at the keyboard: by the password, and by a code once
there is one. A failed proof counts as a failed sign-in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from chassis.access.sealing import Sealer
from chassis.context import Context
from chassis.database.engine import Database
from chassis.errors import Conflict, Fault, Forbidden, Invalid, NotFound, Unauthenticated
from chassis.records.hooks import Hooks
from chassis.records.rows import find_row
from chassis.records.trusted import TrustedEffect
from services.identity import second_factor, sessions, throttle, versions
from services.identity.accounts import counted_address, proven
from services.identity.escalation import exceeds
from services.identity.models import User

_ACCOUNT: Final = text("SELECT email, password_hash FROM users WHERE id = :id")
Reply = dict[str, Any]


def begin(
    database: Database, context: Context, sealer: Sealer, password: Any, ip: str | None
) -> Reply:
    """A secret for the user's app, to be confirmed by its first code."""
    account, counted = _proven(database, context, password, ip)
    with database.transaction() as connection:
        begun = second_factor.begin(connection, sealer, context.user_id, account["email"])
        if not begun:
            raise Conflict("There is a second factor already.", code="second_factor_enabled")
        throttle.forgive(connection, counted)
    return begun


def confirm(
    database: Database, context: Context, sealer: Sealer, otp: Any, ip: str | None
) -> Reply:
    """Put it in force; the recovery codes, told this once. Other sessions of the user end."""
    _require_session(context)
    _, counted = _account(database, context, ip)
    with database.transaction() as connection:
        throttle.count_attempt(connection, counted)

    def effect(connection: Connection) -> list[str] | None:
        versions.lock(connection)
        codes = second_factor.confirm(connection, sealer, context.user_id, str(otp or ""))
        if codes is not None:
            _tell(connection, context, context.user_id, "second_factor_enabled")
            version = versions.raise_version(connection)
            kept = context.actor.session_id
            sessions.end_sessions(connection, context.user_id, version, keep=kept)
        return codes

    return {"recovery_codes": _done(database, counted, effect)}


def renew_codes(
    database: Database, context: Context, sealer: Sealer, password: Any, otp: Any, ip: str | None
) -> Reply:
    """Fresh recovery codes in place of all earlier ones."""
    _, counted = _proven(database, context, password, ip)

    def effect(connection: Connection) -> list[str] | None:
        if not second_factor.proves(connection, sealer, context.user_id, otp):
            return None
        return second_factor.new_codes(connection, context.user_id)

    return {"recovery_codes": _done(database, counted, effect)}


def end(
    database: Database, context: Context, sealer: Sealer, password: Any, otp: Any, ip: str | None
) -> None:
    """Do without it from now on."""
    _, counted = _proven(database, context, password, ip)

    def effect(connection: Connection) -> list[str] | None:
        if not second_factor.proves(connection, sealer, context.user_id, otp):
            return None
        second_factor.remove(connection, context.user_id)
        _tell(connection, context, context.user_id, "second_factor_disabled")
        return []

    _done(database, counted, effect)


def remove_for(database: Database, context: Context, user_id: UUID) -> None:
    """Take it away from somebody who lost app and codes: for holders of the setting `users`, and
    nobody with rights beyond their own."""
    context.rights.require_setting("users")
    if context.organisation.users.get(user_id) is None:
        raise NotFound("There is no such user.")
    if exceeds(context.organisation, user_id, context.rights):
        raise Forbidden("This user holds more rights than you do.", code="account_out_of_reach")
    with database.transaction() as connection:
        if second_factor.remove(connection, user_id):
            _tell(connection, context, user_id, "second_factor_disabled")


def _require_session(context: Context) -> None:
    if context.actor.scopes is not None:
        raise Forbidden("Sign in to do this.", code="token_scope")


def _proven(
    database: Database, context: Context, password: Any, ip: str | None
) -> tuple[Any, list[str]]:
    """The account of the user, whose password it was; the attempt stays counted."""
    _require_session(context)
    account, counted = _account(database, context, ip)
    if not proven(database, counted, str(password or ""), account["password_hash"]):
        fault = Fault("/current_password", "wrong_password", "This is not the current password.")
        raise Invalid(fault.detail, code=fault.code, faults=[fault])
    return account, counted


def _done(
    database: Database, counted: list[str], effect: Callable[[Connection], list[str] | None]
) -> list[str]:
    """What `effect` gives; None of it is a wrong code, and the attempt stays counted as failed."""
    with database.transaction() as connection:
        found = effect(connection)
        if found is not None:
            throttle.forgive(connection, counted)
            return found
    fault = Fault("/otp", "wrong_otp", "This code is wrong, or was used.")
    raise Invalid(fault.detail, code=fault.code, faults=[fault])


def _account(database: Database, context: Context, ip: str | None) -> tuple[Any, list[str]]:
    with database.reading() as connection:
        account = connection.execute(_ACCOUNT, {"id": context.user_id}).mappings().one_or_none()
    if account is None:
        raise Unauthenticated("Sign in again.", code="session_ended")
    return account, throttle.subjects(account["email"], counted_address(ip))


def _tell(connection: Connection, context: Context, user_id: UUID, event: str) -> None:
    row = find_row(connection, User.entity, user_id)
    if row is not None:
        unlinked = replace(context, command_key=None)
        TrustedEffect(connection, unlinked, User, Hooks()).tell(row, event, {})
