"""Forgetting, once a day, what has been kept long enough."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Final, NamedTuple

from sqlalchemy import text

from chassis.records.commands import KEPT as REPLIES_KEPT
from chassis.work.due import Handler
from chassis.work.job import Job

FORGET: Final = "work.forget"
_CHUNK: Final = 10_000


class Kept(NamedTuple):
    """Rows of `table` are kept until `length` after the time in `column`; no time is for ever."""

    table: str
    column: str
    length: timedelta


EVERYWHERE: Final = (
    Kept("inbox", "taken_at", timedelta(days=30)),
    Kept("due_work", "finished_at", timedelta(days=30)),
    Kept("commands", "created_at", REPLIES_KEPT),
    Kept("quarantine", "kept_at", timedelta(days=90)),
)
"""What every service forgets. A service adds its own in `forgets`."""


def housekeeping(own: Sequence[Kept] = ()) -> dict[str, Handler]:
    """The daily due-work handlers of a service, which forgets `own` tables' rows too."""
    return {FORGET: partial(_forget, (*EVERYWHERE, *own))}


def _forget(everything: Sequence[Kept], job: Job) -> None:
    done = 0
    for kept in everything:
        statement = text(f"""
            DELETE FROM {kept.table} WHERE ctid = ANY(ARRAY(
                SELECT ctid FROM {kept.table} WHERE {kept.column} < now() - :length LIMIT :chunk))
        """)
        count = _CHUNK
        while count == _CHUNK:
            with job.database.transaction() as connection:
                values = {"length": kept.length, "chunk": _CHUNK}
                count = connection.execute(statement, values).rowcount
                done += count
                job.progress(done, connection=connection)
