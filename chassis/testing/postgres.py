"""A real PostgreSQL for tests: one cluster a session, an empty database in milliseconds."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData, create_engine, text
from sqlalchemy.pool import NullPool

from chassis.database.account import account_for
from chassis.database.binaries import find_binaries
from chassis.database.cluster import Cluster
from chassis.database.engine import Database, with_driver
from chassis.database.placing import reachable_binaries
from chassis.testing.emptying import empty, shape_of

# Nothing here outlives the machine, so nothing waits for the disk.
_OPTIONS = {"fsync": "off", "full_page_writes": "off", "max_connections": "400"}


@dataclass
class Template:
    """A database that others are made like, and those of them that wait for another test."""

    name: str
    shape: str
    spare: list[str] = field(default_factory=list)


@dataclass
class PostgresServer:
    """A running cluster. `admin_url` is its superuser's URL on database `postgres`."""

    cluster: Cluster
    admin_url: str
    _templates: dict[tuple[str, ...], Template] = field(default_factory=dict)
    _made: dict[str, Template] = field(default_factory=dict)
    _count: int = 0

    def url(self, database: str) -> str:
        """The superuser's URL on `database`."""
        return f"{self.admin_url.rpartition('/')[0]}/{database}"

    def restart(self, mode: str = "fast") -> None:
        """Stop the server, `immediate` being as rough as a crash, and start it where it was."""
        port = self.admin_url.rpartition("@")[2].partition("/")[0].rpartition(":")[2]
        self.cluster.stop(mode)
        self.cluster.options = {**self.cluster.options, "port": port}
        self.cluster.start()

    @cached_property
    def _engine(self) -> Engine:
        return create_engine(
            with_driver(self.admin_url), isolation_level="AUTOCOMMIT", pool_pre_ping=True
        )

    def administer(self, statement: str) -> None:
        """Run a statement that cannot run in a transaction, such as CREATE DATABASE."""
        with self._engine.connect() as connection:
            connection.execute(text(statement))

    def create(self, template: str | None = None) -> str:
        """A new database, empty or like `template`; its URL."""
        self._count += 1
        name = f"test_{self._count}_{secrets.token_hex(3)}"
        # With `fsync` off, copying files costs a third of writing all their pages to the log.
        self.administer(
            f'CREATE DATABASE "{name}" TEMPLATE "{template or "template0"}" STRATEGY FILE_COPY'
        )
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove the database and cut whoever is still connected."""
        name = url.rpartition("/")[2]
        self.administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def create_with(self, metadata: Sequence[MetaData]) -> str:
        """An empty database with the tables of `metadata`, which nobody else uses."""
        key = tuple(sorted({name for each in metadata for name in each.tables}))
        if key not in self._templates:
            self._templates[key] = self._template(metadata)
        template = self._templates[key]
        if template.spare:
            return template.spare.pop()
        url = self.create(template.name)
        self._made[url] = template
        return url

    def give_back(self, url: str) -> None:
        """Empty a database for the next test, or remove one that cannot serve another."""
        template = self._made.get(url)
        if template is not None and empty(url, template.shape):
            template.spare.append(url)
        else:
            self.drop(url)

    def _template(self, metadata: Sequence[MetaData]) -> Template:
        url = self.create()
        engine = create_engine(with_driver(url), poolclass=NullPool)
        with engine.begin() as connection:
            for extension in ("pg_trgm", "unaccent", "btree_gin", "citext"):
                connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
            for each in metadata:
                each.create_all(connection)
        return Template(url.rpartition("/")[2], shape_of(url))


@dataclass
class DatabaseFactory:
    """Lends databases to one test and takes them back after it."""

    server: PostgresServer
    _made: list[Database] = field(default_factory=list)

    def __call__(
        self,
        *metadata: MetaData,
        service: str = "example",
        url: str | None = None,
        pool_size: int = 10,
        statement_timeout: float = 3.0,
    ) -> Database:
        """A `Database` with the tables of `metadata`; or another one on `url`."""
        database = Database(
            url or self.server.create_with(metadata),
            service=service,
            pool_size=pool_size,
            statement_timeout=statement_timeout,
        )
        self._made.append(database)
        return database

    def close(self) -> None:
        """Close what was made and give back its databases."""
        for database in self._made:
            database.close()
        for url in {database.url for database in self._made}:
            self.server.give_back(url)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The session's own PostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix="rapport-postgres-"))
    account = account_for(folder)
    binaries = reachable_binaries(find_binaries(), account)
    cluster = Cluster(folder, binaries, account, secrets.token_hex(8), _OPTIONS)
    server = PostgresServer(cluster, cluster.start())
    yield server
    cluster.stop("immediate")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database_url(postgres: PostgresServer) -> Iterator[str]:
    """The URL of a new, empty database."""
    url = postgres.create()
    yield url
    postgres.drop(url)


@pytest.fixture
def make_database(postgres: PostgresServer) -> Iterator[DatabaseFactory]:
    """`make_database(metadata, ..., service="leads")` gives a `Database` with those tables."""
    factory = DatabaseFactory(postgres)
    yield factory
    factory.close()
