"""Optimistic locking: a write names the version it was made against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import Connection, func, select

from chassis.context import Context
from chassis.errors import Stale, VersionRequired
from chassis.journal.tables import JOURNAL
from chassis.records.schema import visible_fields

if TYPE_CHECKING:
    from chassis.records.entity import Entity

Expected: TypeAlias = int | Literal["*"] | None


def check_version(
    connection: Connection,
    context: Context,
    entity: Entity,
    row: Mapping[str, Any],
    expected: Expected,
) -> None:
    """Raise VersionRequired or Stale unless `expected` is the row's version ("*" is any).

    Stale tells the current version and which fields changed since, as far as the caller sees them.
    """
    if expected is None and entity.versioned:
        raise VersionRequired("Name the version that you change, in If-Match.")
    if expected is None or expected == "*" or expected == row["version"]:
        return
    key = func.jsonb_object_keys(JOURNAL.c.changes).label("field")
    query = (
        select(key)
        .where(
            JOURNAL.c.entity == entity.name,
            JOURNAL.c.record_id == row["id"],
            JOURNAL.c.record_version > expected,
        )
        .distinct()
    )
    changed = set(connection.execute(query).scalars())
    seen = [name for name in visible_fields(entity, context.rights) if name in changed]
    raise Stale("Somebody changed this record since.", version=row["version"], fields=seen)
