"""A database commits, refuses and reports as `chassis.database.engine` promises."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import IntegrityError, InvalidRequestError

from chassis.errors import Invalid, Unavailable

metadata = MetaData()
things = Table("things", metadata, Column("id", Integer, primary_key=True))


def ids(database) -> list[int]:
    with database.reading() as connection:
        return list(connection.scalars(select(things.c.id).order_by(things.c.id)))


def test_a_transaction_commits_on_exit(make_database):
    database = make_database(metadata)
    with database.transaction() as connection:
        connection.execute(insert(things).values(id=1))
    assert ids(database) == [1]


def test_a_transaction_rolls_back_when_it_raises(make_database):
    database = make_database(metadata)
    with pytest.raises(Invalid), database.transaction() as connection:
        connection.execute(insert(things).values(id=1))
        raise Invalid("no")
    assert ids(database) == []


def test_after_journal_is_called_once_after_a_commit_that_journaled(make_database):
    database = make_database(metadata)
    calls: list[int] = []
    database.after_journal = lambda: calls.append(len(ids(database)))
    with database.transaction() as connection:
        connection.execute(insert(things).values(id=1))
    with database.transaction() as connection:
        connection.execute(insert(things).values(id=2))
        connection.info["journaled"] = True
    with pytest.raises(Invalid), database.transaction() as connection:
        connection.info["journaled"] = True
        raise Invalid("no")
    with database.transaction():
        pass
    assert calls == [2]


def test_a_slow_read_is_too_expensive_and_a_slow_write_unavailable(make_database):
    database = make_database(metadata, statement_timeout=0.2)
    with pytest.raises(Invalid) as read, database.reading() as connection:
        connection.execute(text("SELECT pg_sleep(2)"))
    assert read.value.code == "query_too_expensive"
    with pytest.raises(Unavailable), database.transaction() as connection:
        connection.execute(text("SELECT pg_sleep(2)"))
    assert ids(database) == []


def test_reading_refuses_a_statement_that_writes(make_database):
    database = make_database(metadata)
    with pytest.raises(InvalidRequestError), database.reading() as connection:
        connection.execute(insert(things).values(id=1))


def test_run_repeats_once_when_the_connection_was_lost(make_database):
    database = make_database(metadata)
    attempts: list[int] = []

    def unit(connection):
        attempts.append(1)
        if len(attempts) == 1:
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        connection.execute(insert(things).values(id=len(attempts)))
        return "done"

    assert database.run(unit) == "done"
    assert ids(database) == [2]


def test_a_full_pool_is_unavailable_within_its_timeout(make_database):
    database = make_database(metadata, pool_size=1)
    with database.transaction(), pytest.raises(Unavailable) as refusal, database.transaction():
        pass
    assert refusal.value.extra["retry_after"] == 1


def test_a_broken_constraint_is_the_callers_to_explain(make_database):
    database = make_database(metadata)
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.execute(insert(things), [{"id": 1}, {"id": 1}])


def test_a_read_costs_one_statement(make_database, statements):
    database = make_database(metadata)
    ids(database)
    with statements() as seen:
        ids(database)
    assert len(seen) == 1


def test_the_last_that_the_server_hears_of_a_read_is_its_statement(make_database):
    database = make_database(metadata, pool_size=1)
    with database.reading() as connection:
        process = connection.scalar(text("SELECT pg_backend_pid()"))
    ids(database)
    watching = make_database(url=database.url)
    query = text("SELECT query FROM pg_stat_activity WHERE pid = :process")
    with watching.reading() as connection:
        assert connection.scalar(query, {"process": process}).startswith("SELECT things.id")


def test_a_connection_that_read_is_good_for_a_transaction(make_database):
    database = make_database(metadata, pool_size=1)
    ids(database)
    with pytest.raises(Invalid), database.reading() as connection:
        connection.execute(text("SET statement_timeout = 100"))
        connection.execute(text("SELECT pg_sleep(2)"))
    with pytest.raises(Invalid), database.transaction() as connection:
        connection.execute(insert(things).values(id=1))
        raise Invalid("no")
    assert ids(database) == []


def test_a_read_whose_connection_is_cut_is_unavailable_and_the_next_one_works(make_database):
    database = make_database(metadata, pool_size=1)
    with pytest.raises(Unavailable), database.reading() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert ids(database) == []


def test_a_connection_that_was_cut_while_it_rested_is_replaced_unnoticed(make_database):
    database = make_database(metadata, pool_size=1)
    with database.reading() as connection:
        process = connection.scalar(text("SELECT pg_backend_pid()"))
    watching = make_database(url=database.url)
    with watching.reading() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": process})
    time.sleep(1.1)
    assert ids(database) == []
    time.sleep(1.1)
    with database.transaction() as connection:
        connection.execute(insert(things).values(id=1))
    assert ids(database) == [1]


@pytest.mark.parametrize("code", ["53100", "53200", "58030", "XX000"])
def test_what_the_server_cannot_do_is_unavailable(make_database, code):
    """The disk is full, memory is short, a disk fails, a file may not grow."""
    database = make_database(metadata)
    failing = f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$"
    with pytest.raises(Unavailable) as refusal, database.transaction() as connection:
        connection.execute(insert(things).values(id=1))
        connection.execute(text(failing))
    assert refusal.value.code == "database_down"
    assert ids(database) == []


def test_a_wait_for_a_lock_is_unavailable_for_readers_too(make_database):
    database = make_database(metadata, statement_timeout=0.3)
    with database.transaction() as holder:
        holder.execute(text("LOCK TABLE things"))
        with pytest.raises(Unavailable) as refusal:
            ids(database)
    assert refusal.value.code == "database_slow"


def test_a_server_that_takes_no_writes_any_more_is_left_for_the_one_that_does(make_database):
    database = make_database(metadata)
    name = database.url.rpartition("/")[2]
    owner = make_database(url=database.url)
    with owner.transaction() as connection:
        change = f'ALTER DATABASE "{name}" SET default_transaction_read_only'
        connection.execute(text(f"{change} = on"))
    assert ids(database) == []

    def unit(connection):
        connection.execute(insert(things).values(id=1))

    with pytest.raises(Unavailable) as refusal:
        database.run(unit)
    assert refusal.value.code == "database_lost"
    assert ids(database) == []
    with owner.transaction() as connection:
        connection.execute(text(f"{change} = off"))
    # The connections of before are still to a server that only reads.
    database.run(unit)
    assert ids(database) == [1]
