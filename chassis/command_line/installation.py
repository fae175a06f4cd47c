"""What a command works on: the settings, with the embedded database running where they want it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chassis.settings import SettingError, Settings, load


@contextmanager
def installation() -> Iterator[Settings]:
    """The settings of this process; the embedded database is started and, if last, stopped."""
    settings = load()
    if not settings.embedded_database:
        yield settings
        return
    from chassis.database.embedded import ensure_db, with_embedded_database

    _require_folder(settings.home)
    database = ensure_db(settings.home)
    try:
        yield with_embedded_database(settings, database)
    finally:
        database.release()


def _require_folder(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / ".writable").touch()
        (home / ".writable").unlink(missing_ok=True)
    except OSError as error:
        raise SettingError(
            f"Set RAPPORT_HOME to a folder that may be written: {home} is not ({error.strerror})."
        ) from error
