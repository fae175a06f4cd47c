"""Databases of a chosen size, filled by a few statements and kept for the next run."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, MetaData, Table, create_engine, text
from sqlalchemy.pool import NullPool

from chassis.database.engine import Database, with_driver
from chassis.database.metadata import chassis_metadata
from chassis.records.entity import Base


@dataclass(frozen=True)
class Filling:
    """What a database holds: `insert` fills `tables` with a number of rows."""

    name: str
    tables: Sequence[Table]
    insert: Callable[[Connection, int], None]

    def filled(self, admin_url: str, rows: int) -> Database:
        """A database of about `rows` rows on the cluster of `admin_url`, made when missing."""
        name = f"bench_{self.name}_{rows}"
        url = f"{admin_url.rpartition('/')[0]}/{name}"
        engine = create_engine(
            with_driver(admin_url), poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            known = connection.execute(
                text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}
            ).first()
            if known is None:
                print(f"filling {rows:,} {self.name}", file=sys.stderr)
                connection.execute(text(f'CREATE DATABASE "{name}"'))
        if known is None:
            self._fill(url, rows)
        return Database(url, service="bench", pool_size=2, statement_timeout=60)

    def _fill(self, url: str, rows: int) -> None:
        metadata = MetaData(naming_convention=Base.metadata.naming_convention)
        tables = [table.to_metadata(metadata) for table in self.tables]
        indexes = [index for table in tables for index in list(table.indexes)]
        engine = create_engine(with_driver(url), poolclass=NullPool)
        with engine.begin() as connection:
            chassis_metadata.create_all(connection)
            for table in tables:
                # Indexes are built afterwards, in a fraction of the time.
                table.indexes.clear()
                table.create(connection)
            self.insert(connection, rows)
            for index in indexes:
                index.create(connection)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
