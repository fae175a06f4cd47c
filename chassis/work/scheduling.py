"""Putting work on the table, looking at it, and calling it off."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Connection, case, func, literal, null, select, update
from sqlalchemy.dialects.postgresql import insert

from chassis.context import Actor, Context
from chassis.errors import Conflict, NotFound
from chassis.identifiers import new_id
from chassis.work.tables import DUE_WORK

if TYPE_CHECKING:
    from chassis.access.organisation import Organisation
    from chassis.work.job import Job

_NOW: Final = timedelta(0)
_PATIENCE_SECONDS: Final = 3600.0


def schedule(
    connection: Connection,
    kind: str,
    arguments: dict[str, Any],
    *,
    due_at: datetime | None = None,
    after: timedelta = _NOW,
    key: str | None = None,
    context: Context | None = None,
    total: int | None = None,
) -> UUID:
    """Have `kind` done at `due_at`, or `after` the database's now, if the transaction commits.

    Work that somebody asked for names its `context` and is shown to them as a job. Of work with
    the same `key` only the first is kept until it is finished.
    """
    identifier = new_id()
    values = {
        "id": identifier,
        "kind": kind,
        "key": key,
        "arguments": arguments,
        "due_at": due_at if due_at is not None else func.now() + after,
        "total": total,
        "actor": context and context.actor.as_wire(),
        "root_cause": context and context.root_cause,
        "depth": context.depth if context else 0,
    }
    statement = insert(DUE_WORK).values(values).on_conflict_do_nothing(index_elements=["key"])
    connection.execute(statement)
    return identifier


def job_name(service: str, identifier: UUID) -> str:
    """The id of a job as clients see it; it names the service that answers for it."""
    return f"{service}-{identifier}"


def job_context(job: Job, organisation: Organisation) -> Context:
    """The context in which whoever started `job` acts now."""
    actor = job.actor or {}
    return Context(
        actor=Actor(
            kind=str(actor.get("kind", "service")),
            id=UUID(actor["id"]) if actor.get("id") else None,
            service=str(actor.get("service", "")),
            cause=f"job:{job.id}",
        ),
        organisation=organisation,
        deadline=time.monotonic() + _PATIENCE_SECONDS,
        root_cause=job.root_cause,
        depth=job.depth,
    )


def job(connection: Connection, service: str, name: str, actor: Actor) -> dict[str, Any]:
    """How far a job is; raises NotFound unless `actor` started it."""
    row = connection.execute(select(DUE_WORK).where(*_own(service, name, actor))).one_or_none()
    if row is None:
        raise NotFound("There is no such job.")
    return {
        "id": name,
        "state": row.state,
        "done": row.done,
        "total": row.total,
        "errors_url": row.errors_url,
        "result": row.result,
    }


def cancel(
    connection: Connection, service: str, name: str, actor: Actor, *, binding: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Call a job off: at once while it waits, after its chunk in hand while it runs.

    Conflict for the kinds in `binding`: what they began must be finished.
    """
    kind = select(DUE_WORK.c.kind).where(*_own(service, name, actor))
    if connection.execute(kind).scalar_one_or_none() in binding:
        raise Conflict("What this job began must be finished.", code="job_must_finish")
    waiting = DUE_WORK.c.state == "waiting"
    connection.execute(
        update(DUE_WORK)
        .where(*_own(service, name, actor), DUE_WORK.c.state.in_(("waiting", "running")))
        .values(
            cancel_requested=True,
            state=case((waiting, "cancelled"), else_=DUE_WORK.c.state),
            key=case((waiting, null()), else_=DUE_WORK.c.key),
            finished_at=case((waiting, func.now()), else_=DUE_WORK.c.finished_at),
        )
    )
    return job(connection, service, name, actor)


def _own(service: str, name: str, actor: Actor) -> list[Any]:
    owner, _, identifier = name.partition("-")
    try:
        wanted = UUID(identifier)
    except ValueError as error:
        raise NotFound("There is no such job.") from error
    mine = DUE_WORK.c.actor["id"].astext == str(actor.id)
    return [DUE_WORK.c.id == wanted, mine, literal(owner == service)]
