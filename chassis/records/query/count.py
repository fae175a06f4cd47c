"""How many rows a list has: counted within what the viewer sees, never guessed by the planner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, exc, false, func, literal, select, text, union

from chassis.access.scope import Branch
from chassis.records.query.operands import Truth
from chassis.records.query.scoping import FactColumns, branch_condition, scope_condition

if TYPE_CHECKING:
    from chassis.context import Context
    from chassis.records.entity import Entity

COUNTED_TO: Final = 10_001
EXACT_SECONDS: Final = 1.0
_QUERY_CANCELED = "57014"


def estimate(
    connection: Connection, entity: Entity, condition: Truth, branches: Sequence[Branch]
) -> dict[str, Any]:
    """`total`, exact up to 10,001; beyond that `total_relation` is `gte`."""
    most = COUNTED_TO + 1
    table, facts = entity.table, FactColumns.of(entity)
    arms = [
        select(table.c.id).where(branch_condition(facts, branch), condition).limit(most).subquery()
        for branch in branches
    ]
    if not arms:
        return {"total": 0, "total_relation": "eq"}
    # An index per arm; one OR over all of them would often read the whole table.
    found = arms[0] if len(arms) == 1 else union(*(select(arm) for arm in arms)).subquery()
    first = select(literal(1)).select_from(found).limit(most).subquery()
    total = connection.execute(select(func.count()).select_from(first)).scalar_one()
    relation = "gte" if total > COUNTED_TO else "eq"
    return {"total": min(total, COUNTED_TO), "total_relation": relation}


def exact(
    connection: Connection,
    context: Context,
    entity: Entity,
    condition: Truth,
    branches: Sequence[Branch],
) -> dict[str, Any]:
    """`total`, or None when counting takes longer than a second. `connection` only reads."""
    scope = scope_condition(FactColumns.of(entity), branches) if branches else false()
    query = select(func.count()).select_from(entity.table).where(scope, condition)
    try:
        with _budget(connection, min(EXACT_SECONDS, context.remaining)):
            total = connection.execute(query).scalar_one()
    except exc.OperationalError as error:
        if getattr(error.orig, "pgcode", None) != _QUERY_CANCELED:
            raise
        return {"total": None}
    return {"total": total, "total_relation": "eq"}


@contextmanager
def _budget(connection: Connection, seconds: float) -> Iterator[None]:
    milliseconds = max(1, int(seconds * 1000))
    connection.execute(text(f"SET statement_timeout = {milliseconds}"))
    try:
        yield
    finally:
        connection.execute(text("RESET statement_timeout"))
