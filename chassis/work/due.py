"""The worker that does what is due: under a lease, so that another takes over when it dies."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, text

from chassis import wire
from chassis.database.engine import Database
from chassis.errors import Refusal, Unavailable
from chassis.identifiers import new_id
from chassis.work.failure import described
from chassis.work.job import Cancelled, Interrupted, Job, Later, LeaseLost
from chassis.work.scheduling import schedule

LEASE: Final = timedelta(seconds=30)
DELAYS: Final = tuple(timedelta(seconds=each) for each in (5, 30, 300, 1_800, 7_200))
POLL_SECONDS: Final = 0.5
_DAY: Final = timedelta(days=1)

_log = logging.getLogger(__name__)

Handler = Callable[[Job], Any]

_LEASE: Final = text("""
    UPDATE due_work SET state = 'running', attempts = attempts + 1, lease = :lease,
                        lease_until = clock_timestamp() + :length
    WHERE id = (
        SELECT id FROM due_work
        WHERE state IN ('waiting', 'running') AND due_at <= clock_timestamp()
          AND (lease_until IS NULL OR lease_until < clock_timestamp())
          AND kind = ANY(:kinds)
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, kind, arguments, attempts, done, total, saved, actor, root_cause, depth
""")
# What nobody asked for leaves no trace when it is done.
_FINISH: Final = text("""
    WITH gone AS (DELETE FROM due_work WHERE id = :id AND lease = :lease AND actor IS NULL)
    UPDATE due_work SET state = 'done', finished_at = now(), lease = NULL, lease_until = NULL,
                        key = NULL, result = CAST(:result AS jsonb), errors_url = :errors_url
    WHERE id = :id AND lease = :lease AND actor IS NOT NULL
""")
_AGAIN: Final = text("""
    UPDATE due_work SET state = 'waiting', due_at = now() + :delay, attempts = :attempts,
                        lease = NULL, lease_until = NULL, failure = :failure
    WHERE id = :id AND lease = :lease
""")
_END: Final = text("""
    UPDATE due_work SET state = :state, finished_at = now(), lease = NULL, lease_until = NULL,
                        key = NULL, failure = :failure
    WHERE id = :id AND lease = :lease
""")


class DueWorker:
    """Does the due work of the kinds in `handlers`; any number may run on one database.

    Jobs (`@job`) share one lane and the service's own short work has another, so that an import
    of an hour delays no retry. A handler that fails is tried again after 5 s, 30 s, 5 min, 30 min
    and 2 h; a refusal other than Unavailable ends it at once. `daily` kinds are done again after a
    day, whatever became of them.
    """

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        *,
        daily: Collection[str] = (),
        lease: timedelta = LEASE,
        delays: tuple[timedelta, ...] = DELAYS,
    ) -> None:
        self._database = database
        self._handlers = dict(handlers)
        self._daily = tuple(daily)
        self._length = lease
        self._delays = delays
        self._stopping = threading.Event()

    def run(self) -> None:
        """Work until `stop`."""
        short = [kind for kind, handler in self._handlers.items() if not hasattr(handler, "job")]
        long = [kind for kind in self._handlers if kind not in short]
        lanes = [threading.Thread(target=self._work, args=(kinds,)) for kinds in (long,) if kinds]
        for lane in lanes:
            lane.start()
        self._work(short)
        for lane in lanes:
            lane.join()

    def stop(self) -> None:
        """End `run` after the work in hand; a long job ends at its next progress, to be resumed."""
        self._stopping.set()

    def do_one(self, kinds: Collection[str] | None = None) -> bool:
        """Do the most overdue work of `kinds`, or of any kind handled; False when none is due."""
        lease = new_id()
        with self._database.transaction() as connection:
            row = connection.execute(
                _LEASE,
                {
                    "lease": lease,
                    "length": self._length,
                    "kinds": list(self._handlers if kinds is None else kinds),
                },
            ).mappings().one_or_none()  # fmt: skip
        if row is None:
            return False
        self._do(Job(self._database, lease, self._length, self._stopping.is_set, **row))
        return True

    def _work(self, kinds: Collection[str]) -> None:
        scheduled = False
        while not self._stopping.is_set():
            try:
                scheduled = scheduled or self._keep_daily()
                busy = self.do_one(kinds)
            except Exception as error:
                # The lease of what was in hand runs out, and it is done again.
                _log.warning("due work stumbled: %s", described(error))
                busy = False
            if not busy:
                self._stopping.wait(POLL_SECONDS)

    def _keep_daily(self) -> bool:
        if self._daily:
            with self._database.transaction() as connection:
                for kind in self._daily:
                    schedule(connection, kind, {}, key=kind)
        return True

    def _do(self, job: Job) -> None:
        try:
            result = self._handlers[job.kind](job)
        except LeaseLost:
            return
        except Interrupted:
            self._settle(job, _AGAIN, delay=timedelta(0), attempts=0, failure=None)
        except Later as wait:
            self._settle(job, _AGAIN, delay=wait.delay, attempts=0, failure=None)
        except Cancelled:
            self._settle(job, _END, state="cancelled", failure=None)
        except Exception as error:
            self._fail(job, error)
        else:
            if job.kind in self._daily:
                again = {"delay": _DAY, "attempts": 0, "failure": None}
                self._settle(job, _AGAIN, **again)
            else:
                self._settle(job, _FINISH, **_outcome(result))

    def _fail(self, job: Job, error: Exception) -> None:
        _log.warning("due work %s (%s) failed: %s", job.kind, job.id, described(error))
        final = isinstance(error, Refusal) and not isinstance(error, Unavailable)
        given_up = final or job.attempts > len(self._delays)
        if given_up and job.kind in self._daily:
            # Nothing else would begin it again.
            self._settle(job, _AGAIN, delay=_DAY, attempts=0, failure=described(error))
            return
        if given_up:
            self._settle(job, _END, state="failed", failure=described(error))
            return
        self._settle(
            job,
            _AGAIN,
            delay=self._delays[job.attempts - 1],
            attempts=job.attempts,
            failure=described(error),
        )

    def _settle(self, job: Job, statement: Any, **values: Any) -> None:
        def settle(connection: Connection) -> None:
            connection.execute(statement, {"id": job.id, "lease": job.lease, **values})

        self._database.run(settle)


def patient(handler: Handler, delay: timedelta = DELAYS[1]) -> Handler:
    """`handler`, done again and again while something that it needs is away: it is never given up
    for that."""

    def waiting(job: Job) -> Any:
        try:
            return handler(job)
        except Unavailable as refusal:
            raise Later(delay) from refusal

    return waiting


def _outcome(result: Any) -> dict[str, Any]:
    values = dict(result) if isinstance(result, dict) else {}
    errors_url = values.pop("errors_url", None)
    return {"errors_url": errors_url, "result": wire.dumps(values or None).decode()}
