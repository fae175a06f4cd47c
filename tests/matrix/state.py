"""A digest of everything that a refusal must leave as it was, in every service's database."""

from __future__ import annotations

import psycopg2

# What moves by itself: delivery of events, leases, the last use of a session, copies of names.
MOVING = frozenset(
    {
        "dead_events", "due_work", "failed_sign_ins", "inbox", "journal_pending",
        "journal_positions", "labels", "listener_positions", "parked_events", "quarantine",
        "sequencer_state",
    }
)  # fmt: skip
# A session's last use moves with every request; what it allows must not.
COLUMNS = {"sessions": "(id, user_id, kind, name, scopes, expires_at, ended_at)"}
# These only grow, by a trigger or by their nature: how many there are and who wrote them is enough.
GROWING = frozenset({"journal", "journal_personal", "stage_history", "commands"})


class State:
    """Reads the digest of the databases at `urls` through connections of its own."""

    def __init__(self, urls: list[str]) -> None:
        self._sources = []
        for url in urls:
            connection = psycopg2.connect(url)
            connection.autocommit = True
            self._sources.append((connection, _query(connection)))

    def digest(self) -> str:
        """A text that is another one as soon as any row is."""
        parts = []
        for connection, query in self._sources:
            with connection.cursor() as cursor:
                cursor.execute(query)
                parts.extend(f"{table} {digest}" for table, digest in cursor.fetchall())
        return "\n".join(parts)

    def close(self) -> None:
        """Close the connections."""
        for connection, _ in self._sources:
            connection.close()


def difference(before: str, after: str) -> str:
    """The tables whose digest changed."""
    changed = set(after.splitlines()) - set(before.splitlines())
    return ", ".join(sorted(line.partition(" ")[0] for line in changed))


def _query(connection: psycopg2.extensions.connection) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_database(), table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name"
        )
        found = [(database, name) for database, name in cursor.fetchall() if name not in MOVING]
    return " UNION ALL ".join(_table(database, name) for database, name in found)


def _table(database: str, name: str) -> str:
    if name in GROWING:
        digest = "count(*) || ' ' || coalesce(sum(xmin::text::bigint), 0)"
    else:
        row = f"{COLUMNS.get(name, 't')}::text"
        digest = f"md5(coalesce(string_agg({row}, chr(10) ORDER BY {row}), ''))"
    return f"SELECT '{database}.{name}', {digest} FROM \"{name}\" t"
