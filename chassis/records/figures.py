"""Figures of an entity: how many of its records stand where and what they add up to.

The database keeps them itself, with every statement that writes records: a board then costs the
same however many there are. Each session of the database has rows of its own, so that no writer
waits for another; `gather` adds up what sessions have left behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    Numeric,
    String,
    Table,
    Uuid,
    event,
    text,
)

if TYPE_CHECKING:
    from chassis.records.entity import Record

# The session of rows that `gather` has added up; no backend of PostgreSQL has this number.
GATHERED: Final = 0
_FUNCTION: Final = """
    CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO {figures} AS kept (session, {key}, count, total)
        SELECT pg_backend_pid(), {key}, sum(sign), coalesce(sum(sign * {money}), 0)
        FROM ({changed}) AS changed WHERE deleted_at IS NULL
        GROUP BY {key} HAVING sum(sign) <> 0 OR sum(sign * {money}) <> 0
        ON CONFLICT (session, {key}) DO UPDATE
        SET count = kept.count + EXCLUDED.count, total = kept.total + EXCLUDED.total;
        RETURN NULL;
    END
    $$
"""
_TRIGGER: Final = """
    CREATE TRIGGER {name} AFTER {operation} ON {records} REFERENCING {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION {name}()
"""
_ADDED: Final = "SELECT 1 AS sign, {key}, {money}, deleted_at FROM added"
_REMOVED: Final = "SELECT -1 AS sign, {key}, {money}, deleted_at FROM removed"
_OPERATIONS: Final = {
    "INSERT": ("NEW TABLE AS added", _ADDED),
    "UPDATE": ("OLD TABLE AS removed NEW TABLE AS added", f"{_ADDED} UNION ALL {_REMOVED}"),
    "DELETE": ("OLD TABLE AS removed", _REMOVED),
}
# Rows that a writer holds are left for the next day: nobody waits, so nobody waits in a circle.
_GATHER: Final = """
    WITH taken AS (
        DELETE FROM {figures} WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM {figures} FOR UPDATE SKIP LOCKED))
        RETURNING {key}, count, total
    )
    INSERT INTO {figures} (session, {key}, count, total)
    SELECT :gathered, {key}, sum(count), sum(total) FROM taken
    GROUP BY {key} HAVING sum(count) <> 0 OR sum(total) <> 0
"""


@dataclass(frozen=True)
class Figures:
    """Figures by stage, owner, openness and currency of `money`: `count` records, `total` in all.

    The sum over every session tells the truth; one session's row may be negative.
    """

    table: Table
    money: str

    @property
    def key(self) -> tuple[str, ...]:
        """What the figures are apart by."""
        return tuple(c.name for c in self.table.c if c.name not in ("session", "count", "total"))


def keep_figures(model: type[Record], *, stage: str, money: str) -> Figures:
    """Have the database keep figures of the live records of `model`, whose columns `stage` and
    `money` are named; a migration of the service makes the same."""
    records = model.entity.table
    currency = f"{money}_currency"
    table = Table(
        f"{records.name}_figures",
        records.metadata,
        Column("session", Integer, nullable=False),
        Column(stage, Uuid, nullable=False),
        Column("owner_id", Uuid),
        Column("open", Boolean, nullable=False),
        Column(currency, String(3)),
        Column("count", BigInteger, nullable=False),
        Column("total", Numeric, nullable=False),
        info={"module": model.__module__},
        comment=f"How many live {records.name} stand where, and what they add up to, by session.",
    )
    key = ("session", stage, "owner_id", "open", currency)
    Index(
        f"ix_{table.name}_key",
        *(table.c[name] for name in key),
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    table.add_is_dependent_on(records)
    figures = Figures(table, money)
    for statement in _statements(figures, records.name):
        event.listen(table, "after_create", DDL(statement))  # type: ignore[no-untyped-call]
    model.entity.figures = figures
    return figures


def gather(connection: Connection, figures: Figures) -> None:
    """Add up what sessions have kept into one row for each key."""
    statement = _GATHER.format(figures=figures.table.name, key=", ".join(figures.key))
    connection.execute(text(statement), {"gathered": GATHERED})


def _statements(figures: Figures, records: str) -> Iterator[str]:
    name = figures.table.name
    said = {
        "figures": name, "records": records, "money": figures.money, "key": ", ".join(figures.key)
    }  # fmt: skip
    for operation, (tables, changed) in _OPERATIONS.items():
        own = {**said, "name": f"{name}_{operation.lower()}", "operation": operation}
        yield _FUNCTION.format(**own, changed=changed.format(**said))
        yield _TRIGGER.format(**own, tables=tables)
