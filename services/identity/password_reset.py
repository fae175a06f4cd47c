"""A new password by e-mail: a link that works once, for half an hour, and ends all sessions.

What is asked for is the same work for every address, known or not, so that neither answer nor time
tells which one has an account. The secret of a link is made when its mail is sent: nothing that
could be used stands in any table.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from chassis.context import Actor, Context
from chassis.database.engine import Database
from chassis.errors import Conflict, Fault, Invalid, Malformed
from chassis.mail.outgoing import Mail
from chassis.records.effects import Effect
from chassis.records.field_types.texts import text_faults
from chassis.records.hooks import Hooks
from chassis.records.rows import find_row
from chassis.settings import Settings
from chassis.work.job import Job
from chassis.work.scheduling import schedule
from services.identity import throttle
from services.identity.accounts import counted_address
from services.identity.mails import password_mail
from services.identity.models import User
from services.identity.passwords import LONGEST, password_faults
from services.identity.sessions import hash_of

MAIL: Final = "identity.password_mail"
MINUTES: Final = 30
_EMAIL_LIMIT: Final = 320
_ACCOUNT: Final = text("""
    SELECT id, name, email, locale FROM users
    WHERE email = :email AND active AND deleted_at IS NULL
""")
_KEEP: Final = text("""
    INSERT INTO password_resets (user_id, token_hash, expires_at)
    VALUES (:user_id, :token_hash, now() + make_interval(mins => :minutes))
    ON CONFLICT (user_id) DO UPDATE
    SET token_hash = excluded.token_hash, expires_at = excluded.expires_at
""")
_FIND: Final = text("""
    SELECT user_id FROM password_resets WHERE token_hash = :token_hash AND expires_at > now()
""")
_SPEND: Final = text("""
    DELETE FROM password_resets WHERE token_hash = :token_hash AND expires_at > now()
    RETURNING user_id
""")
_FORGET: Final = text("DELETE FROM password_resets WHERE expires_at < now()")


def request_reset(database: Database, settings: Settings, email: Any, ip: str | None) -> None:
    """Have a link mailed to `email` if somebody signs in with it. TooMany for asking too often."""
    if not isinstance(email, str):
        raise Malformed("The e-mail must be a text.", code="wrong_type")
    if settings.smtp_url is None or settings.base_url is None:
        raise Conflict("No mail is sent from here.", code="mail_not_set_up")
    email = email.strip().lower()[:_EMAIL_LIMIT]
    if text_faults(email, _EMAIL_LIMIT):
        return
    counted = [f"reset:{one}" for one in throttle.subjects(email, counted_address(ip))]
    with database.transaction() as connection:
        throttle.count_attempt(connection, counted)
    with database.transaction() as connection:
        arguments = {"email": email, "asked_at": datetime.now(UTC).isoformat()}
        key = f"{MAIL}:{hashlib.sha256(email.encode()).hexdigest()}"
        schedule(connection, MAIL, arguments, key=key)


def send_link(
    database: Database, settings: Settings, send: Callable[[Mail], None], job: Job
) -> None:
    """Mail a link to whom it was asked for. A retry makes a new one, and the one before is void."""
    asked = datetime.fromisoformat(job.arguments["asked_at"])
    if datetime.now(UTC) - asked > timedelta(minutes=MINUTES):
        return
    secret = secrets.token_urlsafe(32)
    with database.transaction() as connection:
        connection.execute(_FORGET)
        values = {"email": job.arguments["email"]}
        account = connection.execute(_ACCOUNT, values).mappings().one_or_none()
        if account is None:
            return
        connection.execute(_KEEP, {
            "user_id": account["id"], "token_hash": hash_of(secret), "minutes": MINUTES,
        })  # fmt: skip
    link = f"{settings.base_url}/reset-password?token={secret}"
    send(password_mail(account["email"], account["name"], account["locale"], link, MINUTES))


def reset_password(
    database: Database, context: Context, hooks: Hooks, token: Any, password: Any
) -> None:
    """Give whoever the link was mailed to the new password; every session of theirs ends."""
    if not isinstance(token, str) or not isinstance(password, str):
        raise Malformed("Token and password must be texts.", code="wrong_type")
    spent = {"token_hash": hash_of(token)}
    with database.reading() as connection:
        user_id = connection.execute(_FIND, spent).scalar()
        row = None if user_id is None else find_row(connection, User.entity, user_id)
    if row is None:
        raise _expired()
    faults = text_faults(password, LONGEST, "/password")
    faults = faults or password_faults(password, "/password", row["email"], row["name"])
    if faults:
        raise Invalid("This password will not do.", code=faults[0].code, faults=faults)

    def effect(connection: Connection) -> None:
        hooks.begin(connection, User.entity.name)
        found: UUID | None = connection.execute(_SPEND, spent).scalar()
        row = None if found is None else find_row(connection, User.entity, found, lock=True)
        if row is None or not row["active"]:
            raise _expired()
        acting = replace(context, actor=Actor("user", row["id"], "identity"), command_key=None)
        values = {"password": password}
        hooks.permit(connection, acting, User.entity.name, "update", row, values)
        Effect(connection, acting, User, hooks).change(row, values)

    database.run(effect)


def _expired() -> Invalid:
    detail = "This link has expired or was used. Ask for another one."
    fault = Fault("/token", "reset_link_expired", detail)
    return Invalid(detail, code=fault.code, faults=[fault])
