"""The organisation's version: one row that every change of the organisation locks and raises."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from chassis import wire
from services.identity.settings import DEFAULTS

_BEGIN: Final = text("""
    INSERT INTO organisation_state (id, version, values) VALUES (1, 1, CAST(:values AS jsonb))
    ON CONFLICT (id) DO NOTHING
""")
_LOCK: Final = text("SELECT version FROM organisation_state WHERE id = 1 FOR UPDATE")
_RAISE: Final = text("""
    UPDATE organisation_state SET version = version + 1 WHERE id = 1 RETURNING version
""")
_MARK: Final = text("""
    INSERT INTO organisation_marks (entity, record_id, version)
    SELECT :entity, unnest(CAST(:ids AS uuid[])), :version
    ON CONFLICT (entity, record_id) DO UPDATE SET version = excluded.version
""")


def begin(connection: Connection) -> None:
    """Make the version row when the database is new."""
    connection.execute(_BEGIN, {"values": wire.dumps(DEFAULTS).decode()})


def lock(connection: Connection) -> None:
    """Let no other change of the organisation through until this transaction ends."""
    if connection.execute(_LOCK).first() is None:
        begin(connection)
        connection.execute(_LOCK)


def raise_version(connection: Connection) -> int:
    """The version that this transaction's changes will carry. Locks like `lock`, so that a
    difference never misses a change that was numbered earlier and committed later."""
    lock(connection)
    return int(connection.execute(_RAISE).scalar_one())


def mark(connection: Connection, entity: str, ids: Iterable[UUID], version: int) -> None:
    """Note that these records changed in `version`."""
    values = {"entity": entity, "ids": list(ids), "version": version}
    connection.execute(_MARK, values)
