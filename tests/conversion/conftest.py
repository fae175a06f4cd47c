"""A world of three services on one bus, with databases of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from chassis.access.keys import ensure_keys
from chassis.command_line.services import load_service
from chassis.database.branches import declare_tables
from chassis.database.engine import with_driver
from chassis.database.metadata import chassis_metadata
from chassis.identifiers import new_id
from chassis.records.entity import Base
from chassis.service.assembly import Assembly
from chassis.settings import load
from chassis.testing.postgres import PostgresServer
from contracts.catalogue import SPEAKERS
from tests.conversion.world import SERVICES, World


@pytest.fixture(scope="module")
def stage(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Databases and keys, with nothing running yet."""
    home: Path = tmp_path_factory.mktemp("conversion")
    prefix = f"conversion_{new_id().hex[-8:]}"
    for service in SERVICES:
        tables = declare_tables(service)
        postgres.administer(f"CREATE DATABASE {prefix}_{service}")
        engine = create_engine(with_driver(postgres.url(f"{prefix}_{service}")), poolclass=NullPool)
        with engine.begin() as connection:
            for extension in ("pg_trgm", "unaccent", "btree_gin", "citext"):
                connection.exec_driver_sql(f"CREATE EXTENSION IF NOT EXISTS {extension}")
            chassis_metadata.create_all(connection)
            Base.metadata.create_all(connection, tables=tables)
    ensure_keys(home / "keys", SPEAKERS)
    world = World(
        load(
            {
                "AMQP_URI": f"embedded://{prefix}",
                "DATABASE_URL": postgres.url(f"{prefix}_{{service}}"),
                "RAPPORT_HOME": str(home),
                # A call whose worker dies keeps its place, as no broker sees the process end.
                "RAPPORT_SERVICE_WORKERS": "40",
                "RAPPORT_KEYS": str(home / "keys"),
            }
        )
    )
    assembly = Assembly(world.settings)
    for service in SERVICES:
        assembly.service(load_service(service)).on_migrate()
    assembly.close()
    yield world
    world.stop()


@pytest.fixture(scope="module")
def world(stage: World) -> World:
    """The three services, running."""
    stage.start()
    return stage
