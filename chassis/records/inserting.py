"""Inserting any number of rows in one statement, whose text does not depend on how many."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, TextClause, text

from chassis import wire


def insert_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Add `rows`, all with the same columns, to `table`. PostgreSQL reads them out of one JSON."""
    if rows:
        statement = _statement(table, tuple(rows[0]))
        connection.execute(statement, {"rows": wire.dumps(rows).decode()})


@lru_cache(maxsize=200)
def _statement(table: Table, columns: tuple[str, ...]) -> TextClause:
    names = ", ".join(f'"{column}"' for column in columns)
    return text(
        f'INSERT INTO "{table.name}" ({names}) SELECT {names} '
        f'FROM jsonb_populate_recordset(NULL::"{table.name}", CAST(:rows AS jsonb))'
    )
