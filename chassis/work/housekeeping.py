"""Forgetting, once a day, what has been kept long enough."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import text

from chassis.work.due import Handler
from chassis.work.job import Job

FORGET: Final = "work.forget"
_CHUNK: Final = 10_000

_OLD: Final = {
    "inbox": ("taken_at", timedelta(days=30)),
    "due_work": ("finished_at", timedelta(days=30)),
    "commands": ("created_at", timedelta(days=7)),
}


def housekeeping() -> dict[str, Handler]:
    """The daily due-work handlers that every service has."""
    return {FORGET: forget}


def forget(job: Job) -> None:
    """Delete what events were taken and jobs finished 30 days ago, and replies a week old."""
    done = 0
    for table, (column, kept) in _OLD.items():
        statement = text(f"""
            DELETE FROM {table} WHERE ctid = ANY(ARRAY(
                SELECT ctid FROM {table} WHERE {column} < now() - :kept LIMIT :chunk))
        """)
        count = _CHUNK
        while count == _CHUNK:
            with job.database.transaction() as connection:
                values = {"kept": kept, "chunk": _CHUNK}
                count = connection.execute(statement, values).rowcount
                done += count
                job.progress(done, connection=connection)
