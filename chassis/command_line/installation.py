"""What a command works on: the settings, with the embedded database running where they want it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from chassis.settings import Settings, load


@contextmanager
def installation() -> Iterator[Settings]:
    """The settings of this process; the embedded database is started and, if last, stopped."""
    settings = load()
    if not settings.embedded_database:
        yield settings
        return
    from chassis.database.embedded import ensure_db, with_embedded_database

    database = ensure_db(settings.home)
    try:
        yield with_embedded_database(settings, database)
    finally:
        database.release()
