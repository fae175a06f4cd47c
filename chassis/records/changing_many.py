"""Changing many records one after another, each in a transaction of its own, as a job.

Each record's write has a key of its own, so that a worker that takes over does nothing twice; and
each has an outcome, so that nobody has to guess what became of which.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import text

from chassis.errors import InternalError, Refusal
from chassis.work.failure import described
from chassis.work.job import Cancelled
from chassis.work.scheduling import job_context

if TYPE_CHECKING:
    from chassis.access.organisation import Organisation
    from chassis.context import Context
    from chassis.records.writing import Records
    from chassis.work.job import Job

KIND: Final = "change_many"
_NOTED_EACH: Final = 20
# For one record, which may ask another service about what it refers to.
_PATIENCE_SECONDS: Final = 10.0
_TRIES: Final = 3
_FAULTS_SHOWN: Final = 5
_FORGET: Final = text("UPDATE due_work SET arguments = arguments - 'changes' WHERE id = :id")

Outcome = dict[str, Any]


def change_many(job: Job, records: Records, organisation: Organisation) -> dict[str, Any]:
    """What became of each record. Safe to run again: what was done answers as it did."""
    outcomes: list[Outcome] = list((job.saved or {}).get("outcomes", ()))
    ids: list[str] = job.arguments["ids"]
    context = _context(job, organisation)
    try:
        for identifier in ids[len(outcomes) :]:
            outcomes.append(_outcome(job, records, context, identifier))
            if len(outcomes) % _NOTED_EACH == 0 or len(outcomes) == len(ids):
                job.progress(len(outcomes), len(ids), saved={"outcomes": outcomes})
    except Cancelled:
        left = ids[len(outcomes) :]
        outcomes += [{"id": identifier, "outcome": "left"} for identifier in left]
    _forget(job)
    counts = {name: sum(each["outcome"] == name for each in outcomes)
              for name in ("done", "refused", "left")}  # fmt: skip
    return {**counts, "outcomes": outcomes}


def _outcome(job: Job, records: Records, context: Context, identifier: str) -> Outcome:
    """One record's; a refusal that may pass is waited for, as often as the worker tries."""
    try:
        reply = _act(job, records, context, identifier)
    except Refusal as refusal:
        if refusal.status >= 500 and job.attempts < _TRIES:
            raise
        return {"id": identifier, "outcome": "refused", **_told(refusal)}
    except Exception as error:
        if job.attempts < _TRIES:
            raise
        records.parts.log.error("defect", method=KIND, places=described(error))
        return {"id": identifier, "outcome": "refused", **_told(InternalError())}
    return {"id": identifier, "outcome": "done", "version": reply["version"]}


def _act(job: Job, records: Records, context: Context, identifier: str) -> Mapping[str, Any]:
    wanted, action = UUID(identifier), job.arguments["action"]
    mine = replace(
        context,
        command_key=f"{KIND}:{job.id}:{identifier}",
        deadline=time.monotonic() + _PATIENCE_SECONDS,
    )
    if action == "update":
        return records.update(mine, wanted, job.arguments["changes"], "*")
    if action == "delete":
        return records.delete(mine, wanted, "*")
    return records.restore(mine, wanted)


def _context(job: Job, organisation: Organisation) -> Context:
    """Whoever asked, with the rights of now, within the scopes of the token of then."""
    context = job_context(job, organisation)
    scopes = job.arguments.get("scopes")
    actor = replace(context.actor, scopes=None if scopes is None else tuple(scopes))
    return replace(context, actor=actor, root_cause=job.id)


def _told(refusal: Refusal) -> dict[str, Any]:
    wire = refusal.as_wire()
    return {
        "status": wire["status"],
        "code": wire["code"],
        "detail": wire["detail"],
        "errors": wire["errors"][:_FAULTS_SHOWN],
    }


def _forget(job: Job) -> None:
    """What was written stands in the records, where it can be erased; it is kept nowhere else."""
    with job.database.transaction() as connection:
        connection.execute(_FORGET, {"id": job.id})
