"""The timers of tasks: one at the deadline and one a reminder, telling those who do the task."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from chassis.access.organisation import Organisation
from chassis.context import Actor
from chassis.records.changes import Changes
from chassis.records.facts import facts_of
from chassis.records.hooks import Row
from chassis.records.rows import find_row
from chassis.wire import timestamp
from chassis.work.job import Job
from chassis.work.timers import Timer, drop_timers, set_timers
from services.activities import rules
from services.activities.models import Task
from services.activities.notifying import Notification, notify

if TYPE_CHECKING:
    from chassis.service.record_service import RecordService

RING: Final = "activities.ring"
_NOW: Final = text("SELECT now()")
_TIMED_BY: Final = frozenset({"deadline", "reminders", "done", "cancelled"})


def keep_timers(connection: Connection, verb: str, row: Row, changes: Changes) -> None:
    """Have the timers of the task `row` be those that it has as it stands."""
    if verb == "updated" and _TIMED_BY.isdisjoint(changes):
        return
    # The clock that lets them go off, whatever this machine's says.
    now = connection.execute(_NOW).scalar_one() if row["deadline"] else datetime.min
    timers = _timers(row, now)
    if verb != "created":
        before = changes.get("reminders", [row["reminders"]])[0] or ()
        known = {_key(row["id"], minutes) for minutes in (0, *before, *row["reminders"])}
        drop_timers(connection, known - timers.keys())
    set_timers(connection, RING, timers)


def ring(service: RecordService, job: Job) -> None:
    """Tell those who do the task, unless it was moved, closed or deleted meanwhile."""
    organisation = service.parts.holder.at_least(1)
    minutes, moment = job.arguments["minutes"], job.arguments["moment"]
    with service.parts.database.transaction() as connection:
        # Locked, so that whoever moves or closes the task comes before this or after it.
        row = find_row(connection, Task.entity, UUID(job.arguments["task_id"]), lock=True)
        if row is None or not rules.rings(row, minutes, datetime.fromisoformat(moment)):
            return
        kind = "reminder" if minutes else "task_due"
        data: dict[str, Any] = {"deadline": timestamp(row["deadline"])}
        if minutes:
            data["minutes"] = minutes
        told = [
            Notification(
                f"{_key(row['id'], minutes)} at {moment}", user, kind, "task", row["id"], data=data
            )
            for user in _doers(row, organisation)
        ]
        notify(connection, told)


def _timers(row: Row, now: datetime) -> dict[str, Timer]:
    return {
        _key(row["id"], minutes): Timer(
            moment,
            {"task_id": str(row["id"]), "minutes": minutes, "moment": timestamp(moment)},
        )
        for minutes, moment in rules.timers_of(row, now).items()
    }


def _key(task_id: UUID, minutes: int) -> str:
    return f"task {task_id} {minutes}"


def _doers(row: Row, organisation: Organisation) -> list[UUID]:
    """The responsible and the participants, as far as they may read the task."""
    facts = facts_of(Task.entity, row)
    concerned = dict.fromkeys((row["owner_id"], *row["participant_ids"]))
    return [
        user
        for user in concerned
        if user is not None
        and organisation.rights(Actor("user", user, "activities")).covers("task", "read", facts)
    ]
