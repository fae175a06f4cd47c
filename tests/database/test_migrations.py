"""The migrations make what the models declare, in the database of every service."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from chassis.database.branches import branches, declare_tables
from chassis.database.engine import with_driver
from chassis.database.metadata import chassis_metadata
from chassis.database.migrate import connected, migrate_service, pending_migrations
from chassis.database.provision import EXTENSIONS
from chassis.records.entity import Base
from chassis.settings import Settings, load
from contracts.catalogue import SERVICES

SCHEMA = {
    "columns": """
        SELECT table_name, column_name, data_type, udt_name, character_maximum_length,
               numeric_precision, numeric_scale, is_nullable, column_default,
               is_identity, identity_generation
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "indexes": "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'""",
    "triggers": """
        SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal""",
    "functions": """
        SELECT regexp_replace(pg_get_functiondef(p.oid), '\\s+', ' ', 'g') FROM pg_proc p
        WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')""",
}


def schema(connection: Connection) -> dict[str, set[tuple[object, ...]]]:
    found = {}
    for name, query in SCHEMA.items():
        rows = {tuple(row) for row in connection.execute(text(query))}
        found[name] = {row for row in rows if "_version" not in str(row[0])}
    return found


@pytest.fixture
def settings(postgres) -> Settings:
    server = postgres.admin_url.rpartition("@")[2].rpartition("/")[0]
    return load(
        {
            "DATABASE_ADMIN_URL": postgres.admin_url,
            "DATABASE_URL": f"postgresql://migrated_{{service}}:pw@{server}/migrated_{{service}}",
        }
    )


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_make_what_the_models_declare(postgres, settings, service):
    said: list[str] = []
    migrate_service(settings, service, said.append)
    assert said
    with connected(settings.database_url_for(service)) as connection:
        migrated = schema(connection)
        assert [branch.differences(connection) for branch in branches(service)] == [[], []]
    engine = create_engine(with_driver(postgres.create()), poolclass=NullPool)
    with engine.begin() as connection:
        for extension in EXTENSIONS:
            connection.execute(text(f"CREATE EXTENSION {extension}"))
        chassis_metadata.create_all(connection)
        Base.metadata.create_all(connection, tables=declare_tables(service))
        declared = schema(connection)
    for name in SCHEMA:
        assert migrated[name] == declared[name], name


@pytest.mark.parametrize("service", SERVICES)
def test_migrating_again_does_nothing(settings, service):
    migrate_service(settings, service, lambda _text: None)
    said: list[str] = []
    migrate_service(settings, service, said.append)
    assert said == []
    assert pending_migrations(settings, service) == []


def test_a_service_cannot_enter_the_database_of_another(settings):
    for service in ("identity", "leads"):
        migrate_service(settings, service, lambda _text: None)
    trespass = settings.database_url_for("leads").rpartition("/")[0] + "/migrated_identity"
    with pytest.raises(Exception, match="permission denied"), connected(trespass):
        pass
