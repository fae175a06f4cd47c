"""What the journal promises: complete, insert-only, erasable, provable."""

from __future__ import annotations

import pytest
from sqlalchemy import exc, text

from chassis.identifiers import new_id
from chassis.journal.history import erase_records, history
from chassis.journal.numbering import end_of_chain, number_pending
from chassis.journal.verifying import verify
from chassis.journal.writing import NewEvent, record_events


def journal(database, context, events):
    with database.transaction() as connection:
        return record_events(connection, context, events)


def number(database):
    with database.transaction() as connection:
        chain = end_of_chain(connection)
        while number_pending(connection, chain, 100):
            pass
    return chain


def tampered(database, *statements):
    """Break the journal as somebody with all rights on the database could."""
    with database.transaction() as connection:
        connection.execute(text("ALTER TABLE journal DISABLE TRIGGER journal_insert_only"))
        for statement in statements:
            connection.execute(text(statement))
        connection.execute(text("ALTER TABLE journal ENABLE TRIGGER journal_insert_only"))


@pytest.mark.parametrize(
    "statement", ["UPDATE journal SET name = 'x'", "DELETE FROM journal", "TRUNCATE journal"]
)
def test_rows_stay_when_somebody_changes_them(database, context, lead_event, statement):
    journal(database, context, [lead_event()])
    with pytest.raises(exc.DBAPIError, match="insert-only"), database.transaction() as connection:
        connection.execute(text(statement))


def test_personal_values_stand_beside_the_journal_when_written(database, context, lead_event):
    journal(database, context, [lead_event()])
    with database.reading() as connection:
        row = connection.execute(text("SELECT * FROM journal")).mappings().one()
        beside = connection.execute(text("SELECT * FROM journal_personal")).mappings().one()
    assert "Ana" not in str(dict(row))
    assert row["record"]["status"] == "new"
    assert len(row["record"]["name"]) == 64
    assert row["personal"] == ["name"]
    assert beside["record"] == {"name": "Ana Souza"}


def test_history_is_newest_first_when_paged(database, context, lead_event):
    record = new_id()
    for version in range(1, 6):
        change = {"name": [f"v{version - 1}", f"v{version}"]}
        journal(database, context, [lead_event(record, version, changes=change), lead_event()])
    with database.reading() as connection:
        first = history(connection, "lead", record, limit=3)
        rest = history(connection, "lead", record, before=first[-1]["cursor"], limit=3)
    assert [item["version"] for item in first + rest] == [5, 4, 3, 2, 1]
    assert first[0]["changes"] == {"name": ["v4", "v5"]}
    assert first[0]["actor"] == context.actor.as_wire()


def erasure(record, version):
    return NewEvent("lead.erased", "lead", record, version, {"status": "new"}, {})


def test_chain_stays_whole_when_personal_values_are_erased(database, context, lead_event):
    record = new_id()
    journal(database, context, [lead_event(record), lead_event(record, 2), lead_event()])
    with database.transaction() as connection:
        record_events(connection, context, [erasure(record, 3)])
        assert erase_records(connection, "lead", [record]) == 2
    number(database)
    with database.reading() as connection:
        assert verify(connection) == []
        [_, newest, _] = history(connection, "lead", record, limit=9)
        assert connection.execute(text("SELECT count(*) FROM journal_personal")).scalar() == 1
    assert newest["changes"] == {"name": None, "status": [None, "new"]}


def test_missing_personal_values_are_found_when_no_erasure_says_why(database, context, lead_event):
    record = new_id()
    journal(database, context, [lead_event(record), erasure(record, 2)])
    [after] = journal(database, context, [lead_event(record, 3)])
    number(database)
    tampered(database, "DELETE FROM journal_personal")
    with database.reading() as connection:
        assert [each.event_id for each in verify(connection)] == [str(after)]


def test_root_cause_is_the_first_event_when_nothing_caused_it(database, context, lead_event):
    [first] = journal(database, context, [lead_event()])
    [second] = journal(database, context.caused_by(first, 3), [lead_event()])
    with database.reading() as connection:
        rows = connection.execute(text("SELECT id, root_cause, depth FROM journal ORDER BY seq"))
        assert [tuple(row) for row in rows] == [(first, first, 0), (second, first, 3)]


def test_many_events_cost_few_statements(database, context, lead_event, statements):
    events = [lead_event() for _ in range(3_000)]
    with statements() as seen:
        assert len(journal(database, context, events)) == 3_000
    assert len(seen) == 6
    chain = number(database)
    assert chain.position == 3_000
    with database.reading() as connection:
        assert verify(connection) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET record = record || '{\"status\": \"won\"}' WHERE id = '{id}'",
        "UPDATE journal SET actor = '{}' WHERE id = '{id}'",
        "UPDATE journal SET occurred_at = occurred_at - interval '1 day' WHERE id = '{id}'",
        "DELETE FROM journal WHERE id = '{id}'",
        "DELETE FROM journal_positions WHERE event_id = '{id}'",
        "UPDATE journal_positions SET hash = '\\x00' WHERE event_id = '{id}'",
        "UPDATE journal_positions SET position = -position WHERE event_id = '{id}'",
        "UPDATE journal_personal SET record = '{\"name\": \"Eve\"}' WHERE event_id = '{id}'",
    ],
)
@pytest.mark.parametrize("place", [0, 4, 9], ids=["first", "middle", "last"])
def test_every_change_is_found_when_verifying(database, context, lead_event, statement, place):
    events = journal(database, context, [lead_event() for _ in range(10)])
    number(database)
    tampered(database, statement.replace("{id}", str(events[place])).replace(":", r"\:"))
    with database.reading() as connection:
        assert verify(connection) != []


def test_a_cut_tail_is_found_when_an_anchor_was_kept(database, context, lead_event):
    events = journal(database, context, [lead_event() for _ in range(10)])
    end = number(database)
    anchors = {end.position: end.hash}
    tampered(
        database,
        f"DELETE FROM journal WHERE id = '{events[9]}'",
        "DELETE FROM journal_positions WHERE position = 10",
        "UPDATE sequencer_state SET position = 9, hash = "
        "(SELECT hash FROM journal_positions WHERE position = 9)",
    )
    with database.reading() as connection:
        assert verify(connection) == []
        assert [each.position for each in verify(connection, anchors=anchors)] == [10]


def test_a_stray_row_is_found_when_it_skipped_the_sequencer(database, context, lead_event):
    journal(database, context, [lead_event()])
    tampered(database, "DELETE FROM journal_pending")
    with database.reading() as connection:
        assert [each.reason for each in verify(connection)] == ["a row without a position"]
