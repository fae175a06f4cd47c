"""The statements that begin a saga, take it in hand, note its progress and end it.

Whoever takes a saga in hand holds a lease by database time. Every note is made under it, so that
of two who work on one saga the slower one stops.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from chassis.context import Context
from chassis.errors import Conflict
from chassis.identifiers import new_id
from chassis.sagas.definition import DONE, RUNNING, UNDOING, Progress
from chassis.sagas.tables import SAGAS
from chassis.work.scheduling import schedule
from chassis.work.tables import DUE_WORK

LEASE: Final = timedelta(seconds=8)
SOON: Final = timedelta(seconds=1)

_C = SAGAS.c
_COLUMNS: Final = [_C[name] for name in Progress.__dataclass_fields__]


class LeaseLost(Conflict):
    """Somebody else goes on with this saga."""

    default_code = "lease_lost"


def work_kind(kind: str) -> str:
    """The kind of due work that resumes sagas of `kind`."""
    return f"saga.{kind}"


def begin(
    connection: Connection,
    context: Context,
    *,
    kind: str,
    saga_id: UUID,
    subject: UUID,
    facts: Mapping[str, Any],
    plan: Mapping[str, Any],
) -> UUID:
    """A new saga, in hand of the caller, who gets the lease; resumed when the caller is gone."""
    lease = new_id()
    values = {
        "id": saga_id,
        "kind": kind,
        "subject": subject,
        "state": RUNNING,
        "facts": dict(facts),
        "plan": dict(plan),
        "actor": context.actor.id,
        "scopes": None if context.actor.scopes is None else list(context.actor.scopes),
        "depth": context.depth,
        "lease": lease,
        "lease_until": func.clock_timestamp() + LEASE,
    }
    connection.execute(insert(SAGAS).values(values))
    _wake(connection, kind, saga_id, RUNNING)
    return lease


def take_back(connection: Connection, context: Context, progress: Progress) -> UUID:
    """Begin to undo a saga that is done, in the name of `context`; the caller gets the lease."""
    lease = new_id()
    changed = connection.execute(
        update(SAGAS)
        .where(_C.id == progress.id, _C.state == DONE)
        .values(
            state=UNDOING,
            actor=context.actor.id,
            scopes=None if context.actor.scopes is None else list(context.actor.scopes),
            attempts=0,
            finished_at=None,
            lease=lease,
            lease_until=func.clock_timestamp() + LEASE,
        )
    )
    if changed.rowcount == 0:
        raise LeaseLost("This is being undone.")
    _wake(connection, progress.kind, progress.id, UNDOING)
    return lease


def find(connection: Connection, saga_id: UUID) -> Progress | None:
    """The saga as it stands."""
    row = connection.execute(select(*_COLUMNS).where(_C.id == saga_id)).mappings().first()
    return None if row is None else Progress(**row)


def claim(connection: Connection, saga_id: UUID) -> tuple[Progress, UUID] | None:
    """The saga and a lease on it; None when it has ended. LeaseLost while somebody has it."""
    lease = new_id()
    free = or_(_C.lease_until.is_(None), _C.lease_until < func.clock_timestamp())
    row = connection.execute(
        update(SAGAS)
        .where(_C.id == saga_id, _C.state.in_((RUNNING, UNDOING)), free)
        .values(
            lease=lease, lease_until=func.clock_timestamp() + LEASE, attempts=_C.attempts + 1
        )
        .returning(*_COLUMNS)
    ).mappings().first()  # fmt: skip
    if row is not None:
        return Progress(**row), lease
    found = find(connection, saga_id)
    if found is not None and found.under_way:
        raise LeaseLost("Somebody has this saga in hand.")
    return None


def note(connection: Connection, saga_id: UUID, lease: UUID, **values: Any) -> Progress:
    """Write down how far the saga is and prolong the lease."""
    longer = func.clock_timestamp() + LEASE
    return _write(connection, saga_id, lease, {**values, "lease_until": longer})


def end(connection: Connection, saga_id: UUID, lease: UUID, state: str) -> Progress:
    """Close the saga. What it was to do may be personal, and is forgotten."""
    connection.execute(
        delete(DUE_WORK).where(DUE_WORK.c.key.in_(_keys(saga_id)), DUE_WORK.c.state == "waiting")
    )
    closed = {"state": state, "finished_at": func.clock_timestamp(), "plan": {}, "done": {}}
    return _write(connection, saga_id, lease, {**closed, "lease": None, "lease_until": None})


def let_go(connection: Connection, saga_id: UUID, lease: UUID) -> None:
    """Give the lease back and have the saga resumed soon."""
    released = update(SAGAS).where(_C.id == saga_id, _C.lease == lease)
    connection.execute(released.values(lease=None, lease_until=None))
    connection.execute(
        update(DUE_WORK)
        .where(DUE_WORK.c.key.in_(_keys(saga_id)), DUE_WORK.c.state == "waiting")
        .values(due_at=func.now() + SOON)
    )


def _write(
    connection: Connection, saga_id: UUID, lease: UUID, values: Mapping[str, Any]
) -> Progress:
    statement = update(SAGAS).where(_C.id == saga_id, _C.lease == lease).values(values)
    row = connection.execute(statement.returning(*_COLUMNS)).mappings().first()
    if row is None:
        raise LeaseLost("Somebody else goes on with this saga.")
    return Progress(**row)


def _keys(saga_id: UUID) -> tuple[str, ...]:
    return tuple(f"saga:{saga_id}:{phase}" for phase in (RUNNING, UNDOING))


def _wake(connection: Connection, kind: str, saga_id: UUID, phase: str) -> None:
    schedule(
        connection, work_kind(kind), {"saga": str(saga_id)}, after=LEASE,
        key=f"saga:{saga_id}:{phase}",
    )  # fmt: skip
