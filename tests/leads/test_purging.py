"""The recycle bin empties itself, chunk by chunk, once a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from chassis.journal.numbering import end_of_chain, number_pending
from chassis.journal.verifying import verify
from chassis.records.purging import PURGE
from chassis.work.due import DueWorker
from chassis.work.scheduling import schedule

OLD, YOUNG = 430, 20


@pytest.fixture
def full_bin(house):
    """Leads of the chief, most of them in the bin for more than thirty days."""
    leads = [{"title": f"Lead {n}", "first_name": "Ana"} for n in range(OLD + YOUNG + 10)]
    house.service.records("lead").create_many(house.as_("chief"), leads)
    binned = """
        UPDATE leads SET deleted_at = now() - :age WHERE id IN
            (SELECT id FROM leads WHERE deleted_at IS NULL ORDER BY id LIMIT :count)
    """
    with house.database.transaction() as connection:
        connection.execute(text(binned), {"age": timedelta(days=30, hours=1), "count": OLD})
        connection.execute(text(binned), {"age": timedelta(days=29, hours=23), "count": YOUNG})
    return house


def empty_it(house):
    """Do the daily work now."""
    with house.database.transaction() as connection:
        schedule(connection, PURGE, {}, key=PURGE)
        connection.execute(text("UPDATE due_work SET due_at = now()"))
    DueWorker(house.database, house.service.daily_work(), daily=(PURGE,)).do_one()


def count(house, query):
    with house.database.reading() as connection:
        return connection.execute(text(query)).scalar_one()


LEFT = "SELECT count(*) FROM leads"
TOLD = "SELECT count(DISTINCT record_id) FROM journal WHERE name = 'lead.purged'"


def test_only_what_was_long_in_the_bin_goes(full_bin, statements):
    with statements() as seen:
        empty_it(full_bin)
    assert len(seen) < 60, "the statements of a chunk are as many however large it is"
    assert count(full_bin, LEFT) == YOUNG + 10
    assert count(full_bin, TOLD) == OLD
    assert count(full_bin, "SELECT count(*) FROM stage_history") == YOUNG + 10
    assert count(full_bin, "SELECT count(*) FROM journal_personal") == YOUNG + 10
    with full_bin.database.transaction() as connection:
        number_pending(connection, end_of_chain(connection), 5_000)
        assert verify(connection) == []
    empty_it(full_bin)
    assert count(full_bin, LEFT) == YOUNG + 10


def test_the_organisation_says_how_long_records_stay(full_bin):
    settings = full_bin.organisation.settings
    settings["bin_days"] = 31
    empty_it(full_bin)
    assert count(full_bin, LEFT) == OLD + YOUNG + 10
    settings["bin_days"] = 1
    empty_it(full_bin)
    assert count(full_bin, LEFT) == 10


def test_each_is_told_once_when_the_work_was_interrupted(full_bin, monkeypatch):
    chunks = []

    def fail_at_the_second(connection, context, entity, rows):
        chunks.append(len(rows))
        if len(chunks) == 2:
            raise RuntimeError("killed")

    monkeypatch.setattr(full_bin.service, "purged", fail_at_the_second)
    empty_it(full_bin)
    assert count(full_bin, TOLD) == 200
    empty_it(full_bin)
    assert count(full_bin, LEFT) == YOUNG + 10
    told = "SELECT count(*) FROM journal WHERE name = 'lead.purged'"
    assert count(full_bin, told) == count(full_bin, TOLD) == OLD
