"""A digest of everything that a refusal must leave as it was, in every service's database."""

from __future__ import annotations

import psycopg2

# What moves by itself: delivery of events, leases, failed sign-ins, copies of what others own.
MOVING = frozenset(
    {
        "company_records", "dead_events", "done_activities", "due_work", "failed_sign_ins", "inbox",
        "journal_pending", "journal_positions", "labels", "listener_positions", "parked_events",
        "quarantine", "sequencer_state",
    }
)  # fmt: skip
# Which transaction wrote each row and where it stands: a write changes one of them even when it
# writes what was there, and reading them is much cheaper than reading the rows.
ROW = "xmin::text || ctid::text"
# A session's last use moves with every request, the facts beside a link with the record it points
# at; what the one allows and the other links must not.
_LINK = "(record_id, entity, target_id, position, ordered)::text"
COLUMNS = {
    "sessions": "(id, user_id, kind, name, scopes, expires_at, ended_at)::text",
    "activity_links": _LINK,
    "task_links": _LINK,
}
# What leads are recognised by, what the system notes and what people are told arrive with events.
_PEOPLES = "kind <> 'system'"
ROWS = {
    "match_keys": "entity <> 'lead'",
    "activities": _PEOPLES,
    "activity_links": f"record_id IN (SELECT id FROM activities WHERE {_PEOPLES})",
    "notifications": "read_at IS NOT NULL",
}

# What is only ever added to, and grows with every test, is told by the newest of its last rows.
ADDED_TO = frozenset({"commands", "journal", "journal_personal"})
_LAST_BLOCKS = 64
_NEWEST = f"""
    SELECT '{{database}}.{{name}}', 0, max(xmin::text::bigint) FROM "{{name}}" WHERE ctid >= (
        SELECT format('(%s,0)', greatest(pg_relation_size('{{name}}') / 8192 - {_LAST_BLOCKS}, 0))
    )::tid
"""
_EVERY = """
    SELECT '{database}.{name}', count(*), sum(hashtextextended({columns}, 0)) FROM "{name}"
    WHERE {rows}
"""


class State:
    """Reads the digest of the databases at `urls` through connections of its own."""

    def __init__(self, urls: list[str]) -> None:
        self._connections = []
        self._written = ""
        self._digest = ""
        for url in urls:
            connection = psycopg2.connect(url)
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"PREPARE digest AS {_query(cursor)}")
            self._connections.append(connection)

    def digest(self) -> str:
        """A text that is another one as soon as any row is."""
        # Nothing was written anywhere in the cluster while its log has not grown.
        with self._connections[0].cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_insert_lsn()::text")
            [written] = cursor.fetchone()
        if written != self._written:
            self._digest, self._written = self._read(), written
        return self._digest

    def _read(self) -> str:
        parts = []
        for connection in self._connections:
            with connection.cursor() as cursor:
                cursor.execute("EXECUTE digest")
                parts.extend(f"{table} {count} {rows}" for table, count, rows in cursor.fetchall())
        return "\n".join(parts)

    def close(self) -> None:
        """Close the connections."""
        for connection in self._connections:
            connection.close()


def difference(before: str, after: str) -> str:
    """The tables whose digest changed."""
    changed = set(after.splitlines()) - set(before.splitlines())
    return ", ".join(sorted(line.partition(" ")[0] for line in changed))


def _query(cursor: psycopg2.extensions.cursor) -> str:
    cursor.execute(
        "SELECT current_database(), table_name FROM information_schema.tables"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name"
    )
    found = [(database, name) for database, name in cursor.fetchall() if name not in MOVING]
    return " UNION ALL ".join(
        (_NEWEST if name in ADDED_TO else _EVERY).format(
            database=database, name=name, columns=COLUMNS.get(name, ROW),
            rows=ROWS.get(name, "true"),
        )
        for database, name in found
    )  # fmt: skip
