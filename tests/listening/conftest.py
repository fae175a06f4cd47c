"""What the listeners' tests share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from chassis import wire
from chassis.database.engine import Database
from chassis.database.metadata import chassis_metadata
from chassis.identifiers import new_id
from chassis.listening import tables as tables
from chassis.work import tables as work_tables
from tests.journal.conftest import background, bus, context

__all__ = ["background", "bus", "context", "work_tables"]


@pytest.fixture
def database(make_database: Callable[..., Database]) -> Database:
    database = make_database(chassis_metadata, service="activities")
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE effects (seq serial, record uuid, version integer)"))
    return database


class Source:
    """Says events as another service would: gapless positions, versions per record."""

    def __init__(self) -> None:
        self.position = 0
        self.versions: dict[UUID, int] = {}

    def say(self, record: UUID | None = None, **given: Any) -> dict[str, Any]:
        record = record or new_id()
        self.position += 1
        version = self.versions[record] = self.versions.get(record, 0) + 1
        event = {
            "id": new_id(),
            "entity": "lead",
            "record_id": record,
            "record_version": version,
            "position": self.position,
            "schema": 1,
            "name": "lead.created" if version == 1 else "lead.updated",
            "actor": {"kind": "user", "id": new_id(), "service": "gateway"},
            "root_cause": new_id(),
            "depth": 0,
            "traceparent": None,
            "silent": False,
            "occurred_at": datetime.now(UTC),
            "record": {"title": f"v{version}"},
            "changes": {},
        }
        return wire.loads(wire.dumps(event | given))


@pytest.fixture
def source() -> Source:
    return Source()


def effects(database: Database) -> list[tuple[str, int]]:
    with database.reading() as connection:
        rows = connection.execute(text("SELECT record, version FROM effects ORDER BY seq"))
        return [(str(row.record), row.version) for row in rows]


def in_a_moment(database: Database) -> None:
    """Let every wait be over, as the clock would."""
    with database.transaction() as connection:
        # In this order: work that is seen to be due has its event seen to be due as well.
        connection.execute(text("UPDATE due_work SET due_at = now() WHERE kind LIKE '%retry'"))
        connection.execute(text("UPDATE parked_events SET next_at = now() WHERE next_at > now()"))
