"""Makes a service's role and database, when an administrator's URL is known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2 import sql
from sqlalchemy.engine import make_url

from chassis.settings import SettingError

# Trusted since PostgreSQL 13: the owner of a database may create them too.
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin", "citext")


def provision(admin_url: str, service_url: str) -> None:
    """The role and database that `service_url` names, with the role's password set to its own."""
    wanted = make_url(service_url)
    if not wanted.username or not wanted.database:
        raise SettingError("Set DATABASE_URL to a URL with a user and a database in it.")
    with _connected(admin_url) as cursor:
        if wanted.username != make_url(admin_url).username:
            _ensure_role(cursor, wanted.username, str(wanted.password or ""))
        _ensure_database(cursor, wanted.database, wanted.username)
    target = make_url(admin_url).set(database=wanted.database)
    with _connected(target.render_as_string(hide_password=False)) as cursor:
        for extension in EXTENSIONS:
            statement = sql.SQL("CREATE EXTENSION IF NOT EXISTS {}")
            cursor.execute(statement.format(sql.Identifier(extension)))


def remove(admin_url: str, url: str) -> None:
    """Remove the database that `url` names, with all that is in it."""
    name = sql.Identifier(str(make_url(url).database))
    with _connected(admin_url) as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


@contextmanager
def _connected(url: str) -> Iterator[Any]:
    """A cursor that commits each statement, since CREATE DATABASE cannot be in a transaction."""
    try:
        connection = psycopg2.connect(url, connect_timeout=5)
    except psycopg2.OperationalError as error:
        said = str(error).strip().splitlines()[0]
        raise SettingError(
            f"Set DATABASE_ADMIN_URL to a PostgreSQL that answers ({said})."
        ) from error
    connection.autocommit = True
    try:
        yield connection.cursor()
    finally:
        connection.close()


def _ensure_role(cursor: Any, role: str, password: str) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
    verb = "ALTER" if cursor.fetchone() else "CREATE"
    statement = sql.SQL(verb + " ROLE {} LOGIN PASSWORD {}")
    cursor.execute(statement.format(sql.Identifier(role), sql.Literal(password)))


def _ensure_database(cursor: Any, database: str, owner: str) -> None:
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
    if cursor.fetchone():
        return
    names = {"database": sql.Identifier(database), "owner": sql.Identifier(owner)}
    if not _is_superuser(cursor):
        # Others may give a database only to a role that they are a member of.
        cursor.execute(sql.SQL("GRANT {owner} TO CURRENT_USER").format(**names))
    create = "CREATE DATABASE {database} OWNER {owner} TEMPLATE template0 ENCODING 'UTF8'"
    cursor.execute(sql.SQL(create).format(**names))
    cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {database} FROM PUBLIC").format(**names))


def _is_superuser(cursor: Any) -> bool:
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    row = cursor.fetchone()
    return bool(row and row[0])
