"""Sessions and API tokens: opaque secrets, kept as hashes, ended at once everywhere."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from chassis.identifiers import new_id
from chassis.work.housekeeping import Kept

PREFIX: Final = "rap_"
LIFETIME_SECONDS: Final = 7 * 24 * 3600
VIEW_SECONDS: Final = 3600
IDLE_SECONDS: Final = 12 * 3600
_USE_NOTED_EVERY: Final = 60
_KEPT: Final = timedelta(days=30)

FORGOTTEN: Final = (Kept("sessions", "ended_at", _KEPT), Kept("sessions", "expires_at", _KEPT))
"""Sessions are forgotten some time after their end, long after every process heard of it."""

_OPEN: Final = text("""
    INSERT INTO sessions (id, user_id, viewer_id, kind, secret_hash, name, scopes, expires_at,
                          idle_seconds, ip, user_agent)
    VALUES (:id, :user_id, :viewer_id, :kind, :secret_hash, :name, CAST(:scopes AS text[]),
            coalesce(:expires_at, now() + make_interval(secs => :lifetime)), :idle_seconds,
            CAST(:ip AS inet), :user_agent)
    RETURNING id, created_at, expires_at
""")
_ALIVE: Final = """
    s.ended_at IS NULL AND s.expires_at > now()
    AND (s.idle_seconds IS NULL OR s.used_at > now() - make_interval(secs => s.idle_seconds))
"""
_FIND: Final = text(f"""
    SELECT s.id, s.user_id, s.viewer_id, s.kind, s.scopes, s.expires_at,
           s.used_at < now() - make_interval(secs => :noted_every) AS use_unnoted
    FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN users v ON v.id = s.viewer_id
    WHERE s.secret_hash = :secret_hash AND u.active AND u.deleted_at IS NULL AND {_ALIVE}
      AND (s.viewer_id IS NULL OR (v.active AND v.deleted_at IS NULL))
""")
_NOTE_USE: Final = text("UPDATE sessions SET used_at = now() WHERE id = :id")
_END: Final = """
    UPDATE sessions SET ended_at = now(), ended_version = :version
    WHERE ended_at IS NULL AND {condition} RETURNING id
"""
_LIST: Final = text(f"""
    SELECT s.id, s.name, s.scopes, s.created_at, s.used_at, s.expires_at
    FROM sessions s
    WHERE s.user_id = :user_id AND s.kind = 'token' AND {_ALIVE} ORDER BY s.created_at DESC, s.id
""")


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: its secret is in this answer and nowhere else."""

    id: UUID
    secret: str
    created_at: datetime
    expires_at: datetime


def hash_of(secret: str) -> bytes:
    """What is kept of a secret. It is random and long, so one fast hash is enough."""
    return hashlib.sha256(secret.encode()).digest()


def open_session(connection: Connection, user_id: UUID, ip: str | None, agent: str) -> Opened:
    """A fresh session after a sign-in; never one that the caller brought along."""
    return _open(
        connection,
        {
            "user_id": user_id,
            "kind": "session",
            "idle_seconds": IDLE_SECONDS,
            "ip": ip,
            "user_agent": agent[:255],
        },
    )


def open_view(
    connection: Connection, user_id: UUID, viewer_id: UUID, ip: str | None, agent: str
) -> Opened:
    """A session in which `viewer_id` looks at Rapport as the user does."""
    return _open(
        connection,
        {
            "user_id": user_id,
            "viewer_id": viewer_id,
            "kind": "view",
            "lifetime": VIEW_SECONDS,
            "ip": ip,
            "user_agent": agent[:255],
        },
    )


def open_token(
    connection: Connection, user_id: UUID, name: str, scopes: list[str], expires_at: datetime
) -> Opened:
    """A new API token of the user."""
    return _open(
        connection,
        {
            "user_id": user_id,
            "kind": "token",
            "name": name,
            "scopes": scopes,
            "expires_at": expires_at,
        },
    )


def find_session(connection: Connection, secret_hash: bytes) -> dict[str, Any] | None:
    """The living session with this hash; None when there is none or its user may not work."""
    values = {"secret_hash": secret_hash, "noted_every": _USE_NOTED_EVERY}
    found = connection.execute(_FIND, values).mappings().one_or_none()
    return None if found is None else dict(found)


def note_use(connection: Connection, session_id: UUID) -> None:
    """Put off the end of a session that is used."""
    connection.execute(_NOTE_USE, {"id": session_id})


def list_tokens(connection: Connection, user_id: UUID) -> list[dict[str, Any]]:
    """The user's living API tokens, newest first, without anything secret."""
    rows = connection.execute(_LIST, {"user_id": user_id}).mappings()
    return [dict(row) for row in rows]


def end_session(connection: Connection, session_id: UUID, user_id: UUID, version: int) -> bool:
    """End one session of the user; False when it had ended or is not theirs."""
    return bool(_end(connection, version, "id = :id AND user_id = :user_id", id=session_id,
                     user_id=user_id))  # fmt: skip


def end_sessions(
    connection: Connection, user_id: UUID, version: int, *, keep: UUID | None = None
) -> list[UUID]:
    """End every session and token of the user, and those in which they look as others, but for
    `keep`; the ids of those ended."""
    kept = (
        "(user_id = :user_id OR viewer_id = :user_id) AND id IS DISTINCT FROM CAST(:keep AS uuid)"
    )
    return _end(connection, version, kept, user_id=user_id, keep=keep)


def _end(connection: Connection, version: int, condition: str, **values: Any) -> list[UUID]:
    statement = text(_END.format(condition=condition))
    return list(connection.execute(statement, {"version": version, **values}).scalars())


def _open(connection: Connection, values: dict[str, Any]) -> Opened:
    secret = PREFIX + secrets.token_urlsafe(32)
    absent: dict[str, Any] = dict.fromkeys(
        ("viewer_id", "name", "scopes", "expires_at", "idle_seconds", "ip", "user_agent")
    )
    usual = absent | {"lifetime": LIFETIME_SECONDS}
    made = {"id": new_id(), "secret_hash": hash_of(secret)}
    row = connection.execute(_OPEN, usual | values | made).one()
    return Opened(row.id, secret, row.created_at, row.expires_at)
