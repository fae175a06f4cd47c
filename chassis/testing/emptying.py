"""Empties a test's database, so that the next test need not wait for a new one."""

from __future__ import annotations

from contextlib import closing

import psycopg2

# Whatever a test may have changed besides rows; object ids are those of the template it came from.
_SHAPE = """
    SELECT md5(concat_ws('|',
        (SELECT string_agg(concat_ws(' ', attrelid, attname, atttypid, attnotnull, attisdropped),
                           ',' ORDER BY attrelid, attnum)
         FROM pg_attribute WHERE attrelid >= 16384),
        (SELECT string_agg(concat_ws(' ', indexrelid, indisvalid, indisunique), ','
                           ORDER BY indexrelid)
         FROM pg_index WHERE indexrelid >= 16384),
        (SELECT string_agg(concat_ws(' ', oid, convalidated), ',' ORDER BY oid)
         FROM pg_constraint WHERE oid >= 16384),
        (SELECT string_agg(concat_ws(' ', oid, tgenabled), ',' ORDER BY oid) FROM pg_trigger),
        (SELECT string_agg(md5(prosrc), ',' ORDER BY oid) FROM pg_proc WHERE oid >= 16384)
    ))
"""

_DISCONNECT = """
    SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

# Replicas fire no triggers, so that the journal lets go of its rows. Deleting empties a small table
# sooner; a large one would keep its dead rows.
_EMPTY = """
    SET LOCAL session_replication_role = replica;
    DO $$
    DECLARE each record;
    BEGIN
        FOR each IN SELECT oid::regclass AS name, pg_relation_size(oid) AS size FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        LOOP
            IF each.size > 262144 THEN
                EXECUTE format('TRUNCATE %s CASCADE', each.name);
            ELSE
                EXECUTE format('DELETE FROM %s', each.name);
            END IF;
        END LOOP;
        PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
        FROM pg_sequences WHERE last_value IS NOT NULL;
    END
    $$
"""


def shape_of(url: str) -> str:
    """A digest of the tables, indexes, constraints, triggers and functions of a database."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(_SHAPE)
        return str(cursor.fetchone())


def empty(url: str, shape: str) -> bool:
    """Disconnect everybody and remove every row; False where the database has not that `shape`."""
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(_DISCONNECT)
        cursor.execute(_SHAPE)
        if str(cursor.fetchone()) != shape:
            return False
        cursor.execute(_EMPTY)
    return True
