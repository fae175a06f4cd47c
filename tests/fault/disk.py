"""A disk that is full for one database, on any machine and for any user: no file of it may grow.

PostgreSQL's processes get a limit on the size of files, as large as the largest one there. What it
then cannot extend fails as on a full disk ("could not extend file"), though with another error
code; `tests/database/test_engine.py` has the code of a full disk.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2

from chassis.testing.postgres import PostgresServer

# More than a segment of the log, which the same processes write and which must go on.
_LARGE = 20 * 1024 * 1024
_WRITER = "filler"
_FILL = """
    INSERT INTO commands (actor, key, request_hash, status)
    SELECT %s, n::text, decode(repeat(md5(n::text), 118), 'hex'), 0
    FROM generate_series(1, %s) AS n
"""
_PROCESSES = "SELECT pid FROM pg_stat_activity WHERE datname = %s"
_POSTMASTER = "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int"


@contextmanager
def full_disk(postgres: PostgresServer, database: str) -> Iterator[None]:
    """While the block runs the table that every write of `database` goes to cannot grow."""
    connection = psycopg2.connect(postgres.url(database))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(_FILL, (_WRITER, _LARGE // 1_900))
        # What others wrote must not be left to those who may not write it.
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_relation_size('commands')")
        [size] = cursor.fetchone()
        assert size > _LARGE
        cursor.execute(_POSTMASTER)
        # Its children of later inherit the limit.
        processes = {cursor.fetchone()[0]}
        cursor.execute(_PROCESSES, (database,))
        processes |= {process for (process,) in cursor.fetchall()} - {own_process(connection)}
        try:
            _limit(postgres, processes, str(size))
            yield
        finally:
            cursor.execute(_PROCESSES, (database,))
            _limit(postgres, processes | {each for (each,) in cursor.fetchall()}, "unlimited")
            cursor.execute("DELETE FROM commands WHERE actor = %s", (_WRITER,))
            # In full: room in the middle would be found by the next ones.
            cursor.execute("VACUUM FULL commands")
    connection.close()


def own_process(connection: Any) -> int:
    """The server's process behind a connection."""
    return int(connection.info.backend_pid)


def _limit(postgres: PostgresServer, processes: set[int], size: str) -> None:
    for process in processes:
        subprocess.run(
            ["prlimit", f"--pid={process}", f"--fsize={size}:"],
            check=False, cwd="/", **postgres.cluster.account.process,
        )  # fmt: skip
