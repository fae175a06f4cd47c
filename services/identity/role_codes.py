"""The codes of roles by their ids, also of records that were asked for without their code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from chassis.wire import as_uuid
from services.identity.models import Role


def codes_of(connection: Connection, records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The code of each role among `records`, by id."""
    table = Role.entity.table
    query = select(table.c.id, table.c.code).where(
        table.c.id.in_([as_uuid(record["id"]) for record in records])
    )
    return {str(row.id): row.code for row in connection.execute(query)}
