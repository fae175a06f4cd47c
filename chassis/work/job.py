"""A piece of due work in hand: what it was given, how far it is, and the lease it is done under."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from chassis import wire
from chassis.database.engine import Database
from chassis.errors import Conflict

_PROGRESS: Final = text("""
    UPDATE due_work SET done = :done, total = :total, saved = CAST(:saved AS jsonb), attempts = 0,
                        lease_until = clock_timestamp() + :length
    WHERE id = :id AND lease = :lease
    RETURNING cancel_requested
""")


class LeaseLost(Conflict):
    """Another worker has taken the work over; what this one did since is rolled back."""

    default_code = "lease_lost"


class Cancelled(Conflict):
    """Somebody called the job off; its handler ends here."""

    default_code = "job_cancelled"


class Interrupted(Conflict):
    """This process is about to end; the work goes on elsewhere, from the last progress noted."""

    default_code = "job_interrupted"


class Later(Conflict):
    """The work cannot be done now and is to be tried again after `delay`; no failure."""

    default_code = "job_put_off"

    def __init__(self, delay: timedelta) -> None:
        super().__init__("This has to wait.")
        self.delay = delay


@dataclass
class Job:
    """What a handler is given. `done` and `saved` are where an interrupted run had got to."""

    database: Database = field(repr=False)
    lease: UUID
    length: timedelta
    stopping: Callable[[], bool] = field(repr=False)
    id: UUID
    kind: str
    arguments: dict[str, Any] = field(repr=False)
    attempts: int
    done: int
    total: int | None
    saved: Any = field(repr=False)
    actor: dict[str, Any] | None
    root_cause: UUID | None
    depth: int

    def progress(
        self,
        done: int,
        total: int | None = None,
        *,
        saved: Any = None,
        connection: Connection | None = None,
    ) -> None:
        """Note how far the work is and prolong the lease, every 30 s at the latest.

        Given the `connection` of a chunk's transaction, chunk and note are kept or lost together,
        so that no chunk is done twice. `Cancelled`, `Interrupted` and `LeaseLost` come from here:
        let them pass.
        """
        if connection is None:
            with self.database.transaction() as own:
                return self.progress(done, total, saved=saved, connection=own)
        self.done = done
        self.total = self.total if total is None else total
        self.saved = self.saved if saved is None else saved
        cancelled = connection.execute(
            _PROGRESS,
            {
                "done": self.done,
                "total": self.total,
                "saved": wire.dumps(self.saved).decode(),
                "length": self.length,
                "id": self.id,
                "lease": self.lease,
            },
        ).scalar_one_or_none()
        if cancelled is None:
            raise LeaseLost("Another worker has taken this over.")
        if cancelled:
            raise Cancelled("The job was cancelled.")
        if self.stopping():
            raise Interrupted("This worker is about to end.")
        return None
