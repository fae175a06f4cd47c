"""The database driver yields to other green threads while it waits."""

from __future__ import annotations

import time

import eventlet
from sqlalchemy import text


def test_ten_concurrent_sleeps_in_the_database_overlap(make_database):
    database = make_database()

    def sleep() -> None:
        with database.reading() as connection:
            connection.execute(text("SELECT pg_sleep(0.5)"))

    began = time.monotonic()
    threads = [eventlet.spawn(sleep) for _ in range(10)]
    for thread in threads:
        thread.wait()
    assert time.monotonic() - began < 1.5
