"""A database for samples, shared by a module's tests; each test begins with empty tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import MetaData, text

from chassis.database.engine import Database
from chassis.database.metadata import chassis_metadata
from chassis.records.entity import Base
from chassis.testing.postgres import DatabaseFactory, PostgresServer
from tests.records.query.samples import Sample


@pytest.fixture(scope="module")
def sample_database(postgres: PostgresServer) -> Iterator[Database]:
    """A database with the tables of samples and of the chassis."""
    factory = DatabaseFactory(postgres)
    tables = MetaData(naming_convention=Base.metadata.naming_convention)
    for table in (Sample.__table__, Sample.entity.points):
        table.to_metadata(tables)
    yield factory(tables, chassis_metadata, service="samples")
    factory.close()


@pytest.fixture
def database(sample_database: Database) -> Database:
    """The module's database, emptied."""
    with sample_database.transaction() as connection:
        connection.execute(text("TRUNCATE samples, sample_points, stages, labels"))
    return sample_database
