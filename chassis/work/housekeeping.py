"""Forgetting, once a day, what has been kept long enough."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import text

from chassis.work.due import Handler
from chassis.work.job import Job

FORGET: Final = "work.forget"
_KEPT: Final = timedelta(days=30)
_CHUNK: Final = 10_000

_OLD: Final = {
    "inbox": "taken_at",
    "due_work": "finished_at",
}


def housekeeping() -> dict[str, Handler]:
    """The daily due-work handlers that every service has."""
    return {FORGET: forget}


def forget(job: Job) -> None:
    """Delete what events were taken, and what jobs were finished, more than 30 days ago."""
    done = 0
    for table, column in _OLD.items():
        statement = text(f"""
            DELETE FROM {table} WHERE ctid = ANY(ARRAY(
                SELECT ctid FROM {table} WHERE {column} < now() - :kept LIMIT :chunk))
        """)
        count = _CHUNK
        while count == _CHUNK:
            with job.database.transaction() as connection:
                values = {"kept": _KEPT, "chunk": _CHUNK}
                count = connection.execute(statement, values).rowcount
                done += count
                job.progress(done, connection=connection)
