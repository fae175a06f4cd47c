"""Due work: done once it is due, by one worker at a time, and taken over when that one dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from chassis.context import Actor
from chassis.errors import Invalid, NotFound, Unavailable
from chassis.identifiers import new_id
from chassis.work.due import DueWorker
from chassis.work.housekeeping import FORGET, housekeeping
from chassis.work.job import LeaseLost
from chassis.work.marks import job as mark
from chassis.work.marks import jobs_of
from chassis.work.scheduling import cancel, job, job_name, schedule
from tests.journal.conftest import wait_for


def put(database, kind="greet", arguments=None, **given):
    with database.transaction() as connection:
        return schedule(connection, kind, arguments or {}, **given)


def look(database, identifier, context):
    with database.reading() as connection:
        return job(connection, "leads", job_name("leads", identifier), context.actor)


def rows(database):
    with database.reading() as connection:
        return connection.execute(text("SELECT * FROM due_work ORDER BY id")).mappings().all()


def test_work_is_done_once_and_only_when_due(database):
    seen = []
    worker = DueWorker(database, {"greet": lambda each: seen.append(each.arguments["name"])})
    put(database, arguments={"name": "later"}, after=timedelta(hours=1))
    put(database, arguments={"name": "now"})
    put(database, kind="unknown")
    assert [worker.do_one(), worker.do_one()] == [True, False]
    assert seen == ["now"]
    assert len(rows(database)) == 2


def test_work_is_not_there_when_its_transaction_failed(database):
    with pytest.raises(ValueError), database.transaction() as connection:
        schedule(connection, "greet", {})
        raise ValueError
    assert rows(database) == []


def test_many_workers_do_each_work_once(database):
    seen = []
    for number in range(60):
        put(database, arguments={"number": number})
    worker = DueWorker(database, {"greet": lambda each: seen.append(each.arguments["number"])})

    def work():
        while worker.do_one():
            pass

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(60))


def test_failures_are_tried_again_with_growing_delays_until_given_up(database, context):
    def fail(_job):
        raise Unavailable("away")

    identifier = put(database, context=context)
    worker = DueWorker(database, {"greet": fail})
    delays = []
    for _ in range(6):
        assert worker.do_one()
        [row] = rows(database)
        delays.append(round((row["due_at"] - row["created_at"]).total_seconds() / 5) * 5)
        assert worker.do_one() is False
        with database.transaction() as connection:
            connection.execute(text("UPDATE due_work SET due_at = now()"))
    assert delays[:5] == [5, 30, 300, 1800, 7200]
    assert look(database, identifier, context)["state"] == "failed"


def test_a_refusal_ends_the_work_at_once(database, context):
    def refuse(_job):
        raise Invalid("no")

    identifier = put(database, context=context)
    assert DueWorker(database, {"greet": refuse}).do_one()
    assert look(database, identifier, context)["state"] == "failed"


def test_a_job_shows_how_far_it_is_to_whoever_started_it_only(database, context):
    states = []

    def work(each):
        each.progress(3, 10)
        states.append(look(database, each.id, context))
        return {"imported": 10, "errors_url": "/files/1"}

    identifier = put(database, context=context)
    name = job_name("leads", identifier)
    assert DueWorker(database, {"greet": work}).do_one()
    assert states == [
        {"id": name, "state": "running", "done": 3, "total": 10, "errors_url": None, "result": None}
    ]
    view = look(database, identifier, context)
    assert view["state"] == "done"
    assert view["result"] == {"imported": 10}
    assert view["errors_url"] == "/files/1"
    other = replace(context, actor=Actor("user", new_id(), "gateway"))
    with database.reading() as connection:
        for service, wanted, actor in (
            ("leads", name, other.actor),
            ("deals", name, context.actor),
            ("leads", "leads-7", context.actor),
        ):
            with pytest.raises(NotFound):
                job(connection, service, wanted, actor)


def test_a_job_ends_when_it_is_cancelled(database, context):
    def stubborn(each):
        with database.transaction() as connection:
            name = job_name("leads", each.id)
            assert cancel(connection, "leads", name, context.actor)["state"] == "running"
        each.progress(1, 10)
        raise AssertionError("goes on")

    running, waiting = put(database, context=context), None
    worker = DueWorker(database, {"greet": stubborn})
    assert worker.do_one()
    assert look(database, running, context)["state"] == "cancelled"
    waiting = put(database, context=context)
    with database.transaction() as connection:
        cancelled = cancel(connection, "leads", job_name("leads", waiting), context.actor)
    assert cancelled["state"] == "cancelled"
    assert worker.do_one() is False


def test_a_worker_that_slept_too_long_changes_nothing(database):
    second = DueWorker(database, {"greet": lambda each: None})
    outcome = []

    def slow(each):
        with database.transaction() as connection:
            connection.execute(text("UPDATE due_work SET lease_until = now() - interval '1 s'"))
        assert second.do_one()
        try:
            each.progress(1)
        except LeaseLost:
            outcome.append("lost")
            raise

    put(database)
    assert DueWorker(database, {"greet": slow}).do_one()
    assert outcome == ["lost"]
    assert rows(database) == []


def test_equal_keys_are_one_work(database):
    for _ in range(3):
        put(database, key="only")
    assert len(rows(database)) == 1


def test_a_cancelled_work_leaves_its_key_free(database, context):
    name = job_name("leads", put(database, key="k", context=context))
    with database.transaction() as connection:
        assert cancel(connection, "leads", name, context.actor)["state"] == "cancelled"
    put(database, key="k", context=context)
    assert sorted(row["state"] for row in rows(database)) == ["cancelled", "waiting"]


def test_a_long_job_holds_up_no_short_work(database, background):
    seen, release = [], threading.Event()

    class Service:
        @mark("import")
        def import_all(self, each):
            release.wait(20)
            seen.append("import")

    handlers = {"greet": lambda each: seen.append("greet"), **jobs_of(Service())}
    put(database, kind="import")
    background(DueWorker(database, handlers))
    time.sleep(0.2)
    put(database)
    wait_for(lambda: seen == ["greet"])
    release.set()
    wait_for(lambda: seen == ["greet", "import"])


def test_a_long_job_is_put_back_when_its_worker_stops(database, context):
    begun = threading.Event()

    @mark("count")
    def count(each):
        while each.done < 10_000:
            each.progress(each.done + 1, 10_000)
            begun.set()

    identifier = put(database, kind="count", context=context)
    worker = DueWorker(database, {"count": count})
    thread = threading.Thread(target=worker.run)
    thread.start()
    begun.wait(10)
    worker.stop()
    thread.join(10)
    assert not thread.is_alive()
    view = look(database, identifier, context)
    assert view["state"] == "waiting"
    assert 0 < view["done"] < 10_000


def test_old_entries_are_forgotten_daily(database):
    with database.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO inbox (listener, event_id, taken_at) SELECT 'l', gen_random_uuid(), "
                "now() - make_interval(days => n) FROM generate_series(1, 60) n"
            )
        )
    worker = DueWorker(database, housekeeping(), daily=(FORGET,))
    worker._keep_daily()
    worker._keep_daily()
    assert worker.do_one()
    assert worker.do_one() is False
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM inbox")).scalar_one() == 29
    [row] = rows(database)
    assert (row["state"], row["attempts"]) == ("waiting", 0)


def test_what_is_done_daily_is_not_given_up_when_it_fails(database):
    def refuse(_job):
        raise Invalid("no")

    worker = DueWorker(database, {"sweep": refuse}, daily=("sweep",))
    worker._keep_daily()
    assert worker.do_one()
    [row] = rows(database)
    assert (row["state"], row["failure"] is None) == ("waiting", False)
    assert row["due_at"] - row["created_at"] > timedelta(hours=23)


@pytest.mark.faults
def test_no_chunk_is_lost_or_done_twice_when_workers_are_killed(database, context):
    chunks = 300
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE chunks (n integer)"))
    identifier = put(database, kind="count", context=context)
    command = [sys.executable, Path(__file__).with_name("chunks.py"), database.url, str(chunks)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    processes = [subprocess.Popen(command, env=environment) for _ in range(2)]
    kills, seen = 0, 0
    try:
        limit = time.monotonic() + 60
        while look(database, identifier, context)["state"] != "done":
            assert time.monotonic() < limit
            time.sleep(0.05)
            done = look(database, identifier, context)["done"]
            if kills < 3 and done > seen + 20:
                victim = processes.pop(0) if kills % 2 == 0 else processes.pop()
                victim.send_signal(signal.SIGKILL)
                victim.wait()
                processes.append(subprocess.Popen(command, env=environment))
                kills, seen = kills + 1, done
    finally:
        for process in processes:
            process.kill()
            process.wait()
    with database.reading() as connection:
        numbers = connection.execute(text("SELECT n FROM chunks ORDER BY n")).scalars().all()
    assert kills == 3
    assert numbers == list(range(chunks))
