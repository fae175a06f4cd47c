"""Whoever owns the database may change anything in it; nothing of that stays unseen."""

from __future__ import annotations

import os
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, text

from chassis.identifiers import new_id
from chassis.journal.hashing import CONTENT_COLUMNS, GENESIS, chained, content_hash
from chassis.journal.numbering import end_of_chain, number_pending
from chassis.journal.verifying import anchor, verify
from chassis.journal.writing import record_events

RECORDS = 20
EVENTS = 120
EDITS, SOME_EDITS = 1_000, 200
SEED = 20_261_124

# A statement that changes the column of one row to what it surely was not before.
JOURNAL_EDITS = (
    "id = gen_random_uuid()",
    "entity = entity || 'x'",
    "record_id = gen_random_uuid()",
    "record_version = record_version + 1",
    "schema = schema + 1",
    "name = 'lead.forged'",
    "actor = actor || jsonb_build_object('id', gen_random_uuid())",
    "root_cause = gen_random_uuid()",
    "depth = depth + 1",
    "traceparent = coalesce(traceparent, '') || '00'",
    "silent = NOT silent",
    "occurred_at = occurred_at + interval '1 microsecond'",
    "record = record || jsonb_build_object('status', record->>'status' || 'x')",
    "record = record - 'status'",
    'changes = changes || \'{"status": ["lost", "won"]}\'',
    "changes = '{}'",
    "personal = personal || '[\"email\"]'",
    "personal = '[]'",
)
PERSONAL_EDITS = (
    "salt = decode(md5(random()::text), 'hex')",
    "record = jsonb_build_object('name', 'Eve')",
    "record = '{}'",
    "changes = jsonb_build_object('name', jsonb_build_array(NULL, 'Eve'))",
    "changes = '{}'",
)


class Vandal:
    """Somebody with all rights on the database, and `chance` to decide what they do."""

    def __init__(self, connection: Connection, chance: Random) -> None:
        self.connection = connection
        self.chance = chance
        self.events = list(
            connection.execute(text("SELECT event_id FROM journal_positions ORDER BY position"))
            .scalars()
        )  # fmt: skip

    def does(self, statement: str, **given: Any) -> int:
        return self.connection.execute(text(statement), given).rowcount

    def edit(self) -> str:
        change = self.chance.choice(JOURNAL_EDITS)
        assert self.does(f"UPDATE journal SET {change} WHERE id = :id", id=self.one()) == 1
        return change

    def edit_personal(self) -> str:
        change = self.chance.choice(PERSONAL_EDITS)
        statement = f"UPDATE journal_personal SET {change} WHERE event_id = :id"
        assert self.does(statement, id=self.one()) == 1
        return change

    def edit_hash(self) -> str:
        forged = self.chance.randbytes(32)
        given = {"hash": forged, "id": self.one()}
        assert self.does("UPDATE journal_positions SET hash = :hash WHERE event_id = :id", **given)
        return "a hash"

    def edit_end(self) -> str:
        change = self.chance.choice(("hash = :hash", "position = position + :step"))
        given = {"hash": self.chance.randbytes(32)} if "hash" in change else {"step": -3}
        assert self.does(f"UPDATE sequencer_state SET {change}", **given)
        return change

    def delete(self) -> str:
        first = self.chance.randrange(EVENTS)
        gone = self.events[first : first + self.chance.choice((1, 1, 5, 40))]
        tables = self.chance.choice(
            (["journal"], ["journal_positions"], ["journal_personal"], ["journal", "positions"])
        )
        for table in tables:
            table = "journal_positions" if table == "positions" else table
            column = "id" if table == "journal" else "event_id"
            assert self.does(f"DELETE FROM {table} WHERE {column} = ANY(:gone)", gone=gone)
        return f"{len(gone)} rows of {tables}"

    def delete_and_close_the_gap(self) -> str:
        first = self.chance.randrange(EVENTS - 1)
        given = {"id": self.events[first], "after": first + 1}
        self.does("DELETE FROM journal WHERE id = :id", id=self.events[first])
        self.does("DELETE FROM journal_positions WHERE event_id = :id", id=self.events[first])
        for sign in ("-(position - 1)", "-position"):
            where = "position > :after" if "1" in sign else "position < 0"
            self.does(f"UPDATE journal_positions SET position = {sign} WHERE {where}", **given)
        self.does("UPDATE sequencer_state SET position = position - 1")
        return f"row {first + 1} and the gap"

    def reorder(self) -> str:
        one, other = self.chance.sample(range(1, EVENTS + 1), 2)
        column = self.chance.choice(("event_id", "hash"))
        statement = f"""
            UPDATE journal_positions p SET {column} = o.{column} FROM journal_positions o
            WHERE (p.position, o.position) IN ((:one, :other), (:other, :one))
        """
        self.does("ALTER TABLE journal_positions DROP CONSTRAINT uq_journal_positions_event_id")
        assert self.does(statement, one=one, other=other) == 2
        return f"{column} of {one} and {other}"

    def reorder_history(self) -> str:
        statement = """
            SELECT id, seq FROM journal WHERE record_id =
                (SELECT record_id FROM journal WHERE id = :id)
        """
        rows = self.connection.execute(text(statement), {"id": self.one()}).all()
        one, other = self.chance.sample(rows, 2)
        self.does("ALTER TABLE journal ALTER seq SET GENERATED BY DEFAULT")
        for row, seq in ((one, other.seq), (other, one.seq)):
            self.does("UPDATE journal SET seq = :seq WHERE id = :id", seq=seq, id=row.id)
        return "the history of a record"

    def truncate(self) -> str:
        kept = self.chance.randrange(EVENTS)
        gone = self.events[kept:]
        depth = self.chance.randrange(1, 3)
        self.does("DELETE FROM journal WHERE id = ANY(:gone)", gone=gone)
        if depth > 1:
            self.does("DELETE FROM journal_positions WHERE position > :kept", kept=kept)
        return f"everything after {kept}, {depth} tables deep"

    def one(self) -> Any:
        return self.chance.choice(self.events)

    def cut_off(self) -> str:
        """A whole truncation: what is left is a journal as it was some time ago."""
        kept = self.chance.randrange(EVENTS)
        gone = self.events[kept:]
        self.does("DELETE FROM journal WHERE id = ANY(:gone)", gone=gone)
        self.does("DELETE FROM journal_personal WHERE event_id = ANY(:gone)", gone=gone)
        self.does("DELETE FROM journal_positions WHERE position > :kept", kept=kept)
        if kept == 0 and self.chance.random() < 0.5:
            self.does("DELETE FROM sequencer_state")
            return "everything"
        self._end_at(kept)
        return f"everything after {kept}"

    def write_anew(self) -> str:
        """One forged value, and every hash after it as it would have been."""
        first = self.chance.randrange(EVENTS)
        statement = 'UPDATE journal SET record = record || \'{"status": "forged"}\' WHERE id = :id'
        assert self.does(statement, id=self.events[first])
        rows = self.connection.execute(
            text(f"""
                SELECT p.position, {CONTENT_COLUMNS} FROM journal_positions p
                JOIN journal j ON j.id = p.event_id ORDER BY p.position
            """)
        ).mappings()
        previous = GENESIS
        for row in rows.all():
            previous = chained(previous, content_hash(row))
            given = {"hash": previous, "position": row["position"]}
            self.does("UPDATE journal_positions SET hash = :hash WHERE position = :position",
                      **given)  # fmt: skip
        self._end_at(EVENTS)
        return f"all from {first + 1}"

    def _end_at(self, position: int) -> None:
        found = self.connection.execute(
            text("SELECT hash FROM journal_positions WHERE position = :position"),
            {"position": position},
        ).scalar()
        given = {"position": position, "hash": found or GENESIS}
        self.does("UPDATE sequencer_state SET position = :position, hash = :hash", **given)


SEEN_AT_ONCE: tuple[Callable[[Vandal], str], ...] = (
    Vandal.edit,
    Vandal.edit,
    Vandal.edit,
    Vandal.edit_personal,
    Vandal.edit_hash,
    Vandal.edit_end,
    Vandal.delete,
    Vandal.delete,
    Vandal.delete_and_close_the_gap,
    Vandal.reorder,
    Vandal.reorder_history,
    Vandal.truncate,
)
SEEN_BY_AN_ANCHOR = (Vandal.cut_off, Vandal.write_anew)


@pytest.fixture
def chain(database, context, lead_event):
    """A chain of events of some records, each with personal values, in the order of chance."""
    chance = Random(SEED)
    versions = {new_id(): 0 for _ in range(RECORDS)}
    events = []
    for record in [*versions, *versions, *chance.choices([*versions], k=EVENTS - 2 * RECORDS)]:
        versions[record] += 1
        events.append(lead_event(record, versions[record]))
    with database.transaction() as connection:
        record_events(connection, context, events)
        ended = end_of_chain(connection)
        while number_pending(connection, ended, 50):
            pass
    return database


def found_after(chain, deed: Callable[[Vandal], str], chance: Random, **options: Any) -> Any:
    """What the vandal did, and the breaks that show it; afterwards nothing of it is left."""
    with chain.engine.connect() as connection:
        connection.execute(text("ALTER TABLE journal DISABLE TRIGGER journal_insert_only"))
        done = deed(Vandal(connection, chance))
        breaks = verify(connection, **options)
        connection.rollback()
    return f"{deed.__name__}: {done}", breaks


def test_each_random_deed_is_found(chain, at_length):
    seed = int(os.environ.get("RAPPORT_TEST_SEED", SEED))
    chance = Random(seed)
    with chain.reading() as connection:
        end = anchor(connection)
        assert end.position == EVENTS
        assert verify(connection, anchors={end.position: end.hash}) == []
    unseen = []
    for number in range(EDITS if at_length else SOME_EDITS):
        by_anchor = number % 10 == 0
        deed = chance.choice(SEEN_BY_AN_ANCHOR if by_anchor else SEEN_AT_ONCE)
        options = {"anchors": {end.position: end.hash}} if by_anchor else {}
        done, breaks = found_after(chain, deed, chance, **options)
        if not breaks:
            unseen.append(done)
    assert unseen == [], f"seed {seed}"
    with chain.reading() as connection:
        assert verify(connection, anchors={end.position: end.hash}) == []


def test_only_an_anchor_tells_of_a_journal_that_is_whole_but_another_one(chain):
    chance = Random(SEED)
    with chain.reading() as connection:
        end = anchor(connection)
    for deed in SEEN_BY_AN_ANCHOR:
        assert found_after(chain, deed, chance)[1] == []
        done, breaks = found_after(chain, deed, chance, anchors={end.position: end.hash})
        assert breaks, done


def test_an_older_anchor_is_kept_to_when_the_journal_has_grown(chain, context, lead_event):
    with chain.reading() as connection:
        end = anchor(connection)
    with chain.transaction() as connection:
        record_events(connection, context, [lead_event() for _ in range(5)])
        grown = end_of_chain(connection)
        number_pending(connection, grown, 50)
    with chain.reading() as connection:
        assert verify(connection, anchors={end.position: end.hash}) == []
        [wrong] = verify(connection, anchors={end.position: bytes(32)})
        assert (wrong.position, wrong.reason) == (EVENTS, "differs from its anchor")


def test_progress_is_told_and_events_that_wait_are_no_break(chain, context, lead_event):
    with chain.transaction() as connection:
        record_events(connection, context, [lead_event() for _ in range(3)])
    told: list[int] = []
    with chain.reading() as connection:
        assert verify(connection, progress=told.append) == []
    assert told == [EVENTS]
