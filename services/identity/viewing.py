"""Looking at Rapport as somebody else does: administrators may, for an hour, changing nothing.

Each look is told in the history of whom it was: who began it, why, and when it ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from chassis.context import Actor, Context
from chassis.database.engine import Database
from chassis.errors import Fault, Forbidden, Invalid, Malformed, NotFound
from chassis.records.field_types.texts import line_faults
from chassis.records.hooks import Hooks
from chassis.records.rows import find_row
from chassis.records.trusted import TrustedEffect
from chassis.wire import timestamp
from chassis.work.job import Job
from chassis.work.scheduling import job_context, schedule
from chassis.work.timers import drop_timers
from services.identity import sessions, versions
from services.identity.accounts import counted_address
from services.identity.models import User

END: Final = "identity.end_view"
BEGUN, ENDED = "view_begun", "view_ended"
_REASON_LIMIT: Final = 255
_ENDED_AT: Final = text("SELECT coalesce(ended_at, expires_at) FROM sessions WHERE id = :id")


def begin_view(
    database: Database,
    context: Context,
    user_id: UUID,
    reason: Any,
    ip: str | None,
    user_agent: str | None,
) -> dict[str, Any]:
    """A session that sees what the user sees; its token is told this once."""
    if context.actor.scopes is not None or not context.rights.unlimited:
        raise Forbidden("Only administrators look as others do.", code="administrator_required")
    user = context.organisation.users.get(user_id)
    if user is None:
        raise NotFound("There is no such user.")
    if not user.active:
        raise Invalid("This user is not active.", code="inactive_user")
    said = _checked(reason)
    with database.transaction() as connection:
        agent = "".join(character for character in user_agent or "" if character.isprintable())
        viewer = context.user_id
        opened = sessions.open_view(connection, user_id, viewer, counted_address(ip), agent)
        _tell(connection, context, user_id, BEGUN, {"session_id": opened.id, "reason": said})
        arguments = {"session_id": str(opened.id), "user_id": str(user_id)}
        schedule(
            connection, END, arguments | {"viewer_id": str(viewer)}, due_at=opened.expires_at,
            key=_key(opened.id),
        )  # fmt: skip
    return {
        "token": opened.secret,
        "expires_at": opened.expires_at,
        "user": {"id": user.id, "name": user.name, "email": user.email},
    }


def note_end(connection: Connection, context: Context, session_id: UUID) -> None:
    """Tell that the look ended which the call came with, if it was one."""
    viewer = context.actor.viewed_by
    if viewer is None:
        return
    drop_timers(connection, [_key(session_id)])
    _end(connection, context, context.user_id, viewer, session_id)


def end_view(database: Database, job: Job, organisation: Any) -> None:
    """Tell that a look ended which nobody signed out of: by its time, or with its administrator."""
    given = {name: UUID(value) for name, value in job.arguments.items()}
    context = job_context(job, organisation)
    with database.transaction() as connection:
        version = versions.raise_version(connection)
        sessions.end_session(connection, given["session_id"], given["user_id"], version)
        _end(connection, context, given["user_id"], given["viewer_id"], given["session_id"])


def _end(
    connection: Connection, context: Context, user_id: UUID, viewer: UUID, session_id: UUID
) -> None:
    ended = connection.execute(_ENDED_AT, {"id": session_id}).scalar()
    told = {"session_id": session_id, "ended_at": ended and timestamp(ended)}
    acting = replace(context, actor=Actor("user", viewer, "identity"))
    _tell(connection, acting, user_id, ENDED, told)


def _tell(
    connection: Connection, context: Context, user_id: UUID, event: str, extra: Mapping[str, Any]
) -> None:
    row = find_row(connection, User.entity, user_id, deleted=None)
    if row is not None:
        told = {name: str(value) for name, value in extra.items() if value is not None}
        TrustedEffect(connection, context, User, Hooks()).tell(row, event, told)


def _checked(reason: Any) -> str | None:
    if reason is None:
        return None
    if not isinstance(reason, str):
        fault = Fault("/reason", "wrong_type", "Must be a text.")
        raise Malformed(fault.detail, code=fault.code, faults=[fault])
    faults = line_faults(reason.strip(), _REASON_LIMIT, "/reason")
    if faults:
        raise Invalid("A rule is broken.", code=faults[0].code, faults=faults)
    return reason.strip() or None


def _key(session_id: UUID) -> str:
    return f"{END}:{session_id}"
