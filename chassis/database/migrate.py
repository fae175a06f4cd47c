"""Brings a service's database up to date: role and database, then both lines of migrations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from chassis.database.branches import branches
from chassis.database.engine import with_driver
from chassis.database.provision import provision
from chassis.settings import SettingError, Settings

# Any number will do, as long as every process that migrates takes the same.
_LOCK = 7_270_141


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection for migrating: no statement timeout; committed on exit."""
    engine = create_engine(with_driver(url), poolclass=NullPool)
    try:
        with engine.begin() as connection:
            yield connection
    except OperationalError as error:
        said = str(error.orig).strip().splitlines()[0]
        raise SettingError(f"Set DATABASE_URL to databases that answer ({said}).") from error
    finally:
        engine.dispose()


def migrate_service(settings: Settings, service: str, say: Callable[[str], None]) -> None:
    """Bring the database of `service` up to date; `say` hears of each migration."""
    url = settings.database_url_for(service)
    if settings.database_admin_url is not None:
        provision(settings.database_admin_url, url)
    with connected(url) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        for branch in branches(service):
            for migration in branch.pending(connection):
                say(f"{service}: {migration}")
            branch.upgrade(connection)


def pending_migrations(settings: Settings, service: str) -> list[str]:
    """The migrations that the database of `service` lacks."""
    with connected(settings.database_url_for(service)) as connection:
        return [name for branch in branches(service) for name in branch.pending(connection)]
