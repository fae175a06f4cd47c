"""Databases with very many rows, made once and kept for the next run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, MetaData, Table, create_engine, text
from sqlalchemy.pool import NullPool

from chassis.database.engine import Database, with_driver
from chassis.database.metadata import chassis_metadata
from chassis.records.entity import Base


def filled_database(
    admin_url: str, name: str, tables: Sequence[Table], fill: Callable[[Connection], None]
) -> Database:
    """The database `name` on the cluster of `admin_url`, made and filled when it is not there."""
    url = f"{admin_url.rpartition('/')[0]}/{name}"
    engine = create_engine(with_driver(admin_url), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        known = connection.execute(
            text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}
        ).first()
        if known is None:
            print(f"filling {name}", file=sys.stderr)
            connection.execute(text(f'CREATE DATABASE "{name}"'))
    if known is None:
        _make(url, tables, fill)
    return Database(url, service="bench", pool_size=2, statement_timeout=60)


def _make(url: str, tables: Sequence[Table], fill: Callable[[Connection], None]) -> None:
    metadata = MetaData(naming_convention=Base.metadata.naming_convention)
    copies = [table.to_metadata(metadata) for table in tables]
    indexes = [index for table in copies for index in list(table.indexes)]
    engine = create_engine(with_driver(url), poolclass=NullPool)
    with engine.begin() as connection:
        # What is sorted for joins and indexes fits into memory, also by the million.
        connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
        connection.execute(text("SET LOCAL work_mem = '512MB'"))
        chassis_metadata.create_all(connection)
        for table in copies:
            # Indexes are built afterwards, in a fraction of the time.
            table.indexes.clear()
            table.create(connection)
        fill(connection)
        for index in indexes:
            index.create(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
