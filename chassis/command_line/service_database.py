"""The database of one service, for a command that works on it directly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from chassis.database.engine import Database
from chassis.settings import Settings

_STATEMENT_SECONDS = 60.0


@contextmanager
def service_database(settings: Settings, service: str) -> Iterator[Database]:
    """The database of `service`, closed at the end; its statements may take a minute each."""
    database = Database(
        settings.database_url_for(service),
        service=service,
        pool_size=2,
        statement_timeout=_STATEMENT_SECONDS,
    )
    try:
        yield database
    finally:
        database.close()
