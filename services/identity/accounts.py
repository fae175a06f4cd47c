"""Signing in and out, and what a session's secret stands for."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from chassis.access.sealing import Sealer
from chassis.context import Context
from chassis.database.engine import Database
from chassis.errors import Malformed, Unauthenticated
from chassis.records.field_types.texts import text_faults
from services.identity import second_factor, sessions, throttle, versions
from services.identity.passwords import password_matches
from services.identity.preferences import read_preferences

_EMAIL_LIMIT: Final = 320
_ACCOUNT: Final = text("""
    SELECT id, name, email, locale, time_zone, password_hash FROM users
    WHERE email = :email AND active AND deleted_at IS NULL
""")
_STILL: Final = text("""
    SELECT 1 FROM users
    WHERE id = :id AND active AND deleted_at IS NULL AND password_hash = :password_hash FOR SHARE
""")


def login(
    database: Database,
    sealer: Sealer,
    email: str,
    password: str,
    otp: Any,
    ip: str | None,
    user_agent: str | None,
) -> dict[str, Any]:
    """A fresh session for the right password, and the right code where there is a second factor.

    Unknown users get the same answer as wrong passwords, after the same work, and only who knows
    the password hears of the code; an attempt counts as failed until all of it is right.
    """
    if not isinstance(email, str) or not isinstance(password, str):
        raise Malformed("E-mail and password must be texts.", code="wrong_type")
    email = email.strip().lower()
    counted = throttle.subjects(email, counted_address(ip))
    account = _account(database, email)
    hashed = account["password_hash"] if account else None
    if not proven(database, counted, password, hashed) or account is None:
        raise _wrong()
    with database.transaction() as connection:
        wanted = second_factor.is_wanted(connection, account["id"], otp)
        if wanted:
            throttle.take_back(connection, counted)
    if wanted:
        raise Unauthenticated("A code of your app is needed.", code="otp_required")
    with database.transaction() as connection:
        if connection.execute(_STILL, account).first() is None:
            raise _wrong()
        second_factor.require(connection, sealer, account["id"], otp)
        throttle.forgive(connection, counted)
        opened = sessions.open_session(
            connection, account["id"], counted_address(ip), _printable(user_agent or "")
        )
        currency = read_preferences(connection, account["id"])["currency"]
    user = {name: account[name] for name in ("id", "name", "email", "locale", "time_zone")}
    user["currency"] = currency
    return {"token": opened.secret, "expires_at": opened.expires_at, "user": user}


def proven(database: Database, counted: list[str], password: str, hashed: str | None) -> bool:
    """Whether `password` is the one that was hashed. It counts as a failure until it is forgiven;
    raises TooMany when there were too many of them."""
    with database.transaction() as connection:
        throttle.count_attempt(connection, counted)
    if password_matches(password, hashed):
        return True
    with database.transaction() as connection:
        throttle.refuse_when_blocked(connection, counted)
    return False


def logout(
    database: Database, context: Context, told: Callable[[Connection, Context, UUID], None]
) -> None:
    """End the session (or API token) that the call came with; `told` hears of it in the same
    transaction."""
    session_id = context.actor.session_id
    if session_id is None:
        return
    with database.transaction() as connection:
        version = versions.raise_version(connection)
        if sessions.end_session(connection, session_id, context.user_id, version):
            told(connection, context, session_id)


def session(database: Database, token_hash: str) -> dict[str, Any]:
    """Whose the living session with this secret's SHA-256 (hexadecimal) is; Unauthenticated."""
    try:
        secret_hash = bytes.fromhex(token_hash)
    except (TypeError, ValueError):
        raise Malformed("Not a hash.", code="wrong_type") from None
    with database.reading() as connection:
        found = sessions.find_session(connection, secret_hash)
    if found is None:
        raise Unauthenticated("Sign in again.", code="session_ended")
    if found["use_unnoted"]:
        with database.transaction() as connection:
            sessions.note_use(connection, found["id"])
    return {
        "user_id": found["user_id"],
        "viewer_id": found["viewer_id"],
        "session_id": found["id"],
        "scopes": found["scopes"],
        "expires_at": found["expires_at"],
    }


def counted_address(ip: str | None) -> str | None:
    """The address as PostgreSQL takes it. IPv6 users own a /64, so that is what is counted."""
    try:
        address = ipaddress.ip_address((ip or "").partition("%")[0])
    except ValueError:
        return None
    if address.version == 6:
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)


def _account(database: Database, email: str) -> dict[str, Any] | None:
    if text_faults(email, _EMAIL_LIMIT):
        return None
    with database.reading() as connection:
        found = connection.execute(_ACCOUNT, {"email": email}).mappings().one_or_none()
    return None if found is None else dict(found)


def _printable(value: str) -> str:
    return "".join(character for character in value if character.isprintable())


def _wrong() -> Unauthenticated:
    return Unauthenticated("E-mail or password is wrong.", code="wrong_credentials")
