"""Timers: set once a key, moved, called off, and never done for a time that is not theirs now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from chassis.errors import Invalid, Unavailable
from chassis.work.due import DueWorker, patient
from chassis.work.scheduling import schedule
from chassis.work.timers import Timer, drop_timers, set_timers

NOW = datetime.now(UTC)
PAST, FUTURE = NOW - timedelta(hours=1), NOW + timedelta(hours=1)


def put(database, **due):
    with database.transaction() as connection:
        set_timers(connection, "ring", {k: Timer(at, {"at": str(at)}) for k, at in due.items()})


def rows(database):
    with database.reading() as connection:
        query = text("SELECT key, due_at, state, lease FROM due_work ORDER BY key")
        return connection.execute(query).mappings().all()


def test_timer_goes_off_once_it_is_due_however_late(database):
    seen = []
    worker = DueWorker(database, {"ring": lambda job: seen.append(job.arguments["at"])})
    put(database, late=PAST, early=FUTURE)
    assert [worker.do_one(), worker.do_one()] == [True, False]
    assert seen == [str(PAST)]
    assert [row["key"] for row in rows(database)] == ["early"]


def test_timer_that_is_set_again_is_moved(database):
    put(database, one=PAST)
    put(database, one=FUTURE, two=FUTURE)
    assert [(row["key"], row["due_at"]) for row in rows(database)] == [
        ("one", FUTURE), ("two", FUTURE),
    ]  # fmt: skip
    assert DueWorker(database, {"ring": lambda job: None}).do_one() is False


def test_timer_that_is_called_off_never_goes_off(database):
    put(database, one=PAST, two=PAST)
    with database.transaction() as connection:
        drop_timers(connection, {"one", "three"})
        drop_timers(connection, ())
    assert [row["key"] for row in rows(database)] == ["two"]


def test_timer_moved_while_it_goes_off_goes_off_again_at_its_new_time(database):
    seen = []

    def ring(job):
        seen.append(job.arguments["at"])
        if len(seen) == 1:
            put(database, one=PAST + timedelta(minutes=1))

    worker = DueWorker(database, {"ring": ring})
    put(database, one=PAST)
    assert [worker.do_one(), worker.do_one(), worker.do_one()] == [True, True, False]
    assert seen == [str(PAST), str(PAST + timedelta(minutes=1))]
    assert rows(database) == []


def test_timer_set_to_the_same_time_is_left_to_whoever_does_it(database):
    def ring(job):
        put(database, one=PAST)
        [row] = rows(database)
        assert (row["state"], row["lease"]) == ("running", job.lease)

    put(database, one=PAST)
    worker = DueWorker(database, {"ring": ring})
    assert [worker.do_one(), worker.do_one()] == [True, False]


def test_patient_work_is_never_given_up_while_something_is_away(database):
    answers = [Unavailable("away")] * 8

    def ask(_job):
        if answers:
            raise answers.pop()

    worker = DueWorker(database, {"ask": patient(ask)})
    with database.transaction() as connection:
        schedule(connection, "ask", {})
    for left in range(7, -2, -1):
        with database.transaction() as connection:
            connection.execute(text("UPDATE due_work SET due_at = now()"))
        assert worker.do_one()
        assert len(answers) == max(left, 0)
    assert rows(database) == []


def test_patience_is_for_what_is_away_alone(database, context):
    def refuse(_job):
        raise Invalid("no")

    with database.transaction() as connection:
        schedule(connection, "ask", {}, context=context)
    assert DueWorker(database, {"ask": patient(refuse)}).do_one()
    assert [row["state"] for row in rows(database)] == ["failed"]
