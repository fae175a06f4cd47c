"""Election: who holds the advisory lock leads, for as long as the connection behind it lives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, text

from chassis.database.engine import make_engine

_LOCK: Final = 0x5241_5050_4F52_5401
_STATEMENT_SECONDS: Final = 30.0

_TRY: Final = text("SELECT pg_try_advisory_lock(:lock)")


@contextmanager
def candidate(url: str, name: str) -> Iterator[Connection]:
    """A connection of its own, in autocommit, with which to stand for election.

    All that a leader does goes through this connection: when it is lost, so is the lock, and
    nothing that a former leader still tries can be committed.
    """
    engine = make_engine(url, name=name, pool_size=1, statement_timeout=_STATEMENT_SECONDS)
    try:
        with engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")
    finally:
        engine.dispose()


def is_elected(connection: Connection) -> bool:
    """True when the lock is free and `connection` now holds it, until the connection ends."""
    return bool(connection.execute(_TRY, {"lock": _LOCK}).scalar_one())
