"""Giving committed journal rows their gapless position and their place in the hash chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, RowMapping, text

from chassis import wire
from chassis.journal.hashing import GENESIS, chained, content_hash
from chassis.journal.reading import EVENT_COLUMNS

# Each row by its id: pending rows come and go faster than the planner's picture of them, which
# after a burst would have it read all of the journal for every single event. OFFSET 0 forbids that.
_PENDING: Final = text(f"""
    SELECT w.seq, {EVENT_COLUMNS}
    FROM (SELECT seq, event_id FROM journal_pending ORDER BY seq LIMIT :limit) w
    CROSS JOIN LATERAL (SELECT * FROM journal WHERE id = w.event_id OFFSET 0) j
    LEFT JOIN LATERAL (SELECT * FROM journal_personal WHERE event_id = w.event_id OFFSET 0) s
      ON true
    ORDER BY w.seq
""")

# One statement, one commit. A second sequencer, were there ever one, fails on the primary key.
_NUMBER: Final = text("""
    WITH gone AS (
        DELETE FROM journal_pending WHERE seq = ANY(CAST(:seqs AS bigint[]))
    ), moved AS (
        UPDATE sequencer_state SET position = :position, hash = decode(:hash, 'hex') WHERE id = 1
    )
    INSERT INTO journal_positions (position, event_id, hash)
    SELECT n.position, n.event_id, decode(n.hash, 'hex')
    FROM unnest(
        CAST(:positions AS bigint[]), CAST(:events AS uuid[]), CAST(:hashes AS text[])
    ) AS n (position, event_id, hash)
""")
_BEGIN: Final = text("""
    INSERT INTO sequencer_state (id, hash) VALUES (1, :genesis) ON CONFLICT DO NOTHING
""")
_END: Final = text("""
    SELECT position, hash, sent_position, sent_to::text FROM sequencer_state WHERE id = 1
""")


@dataclass(slots=True)
class Chain:
    """The end of the chain, as its only writer remembers it, up to where it was sent, and by queue
    the last position that was sent to it."""

    position: int
    hash: bytes
    sent: int
    sent_to: dict[str, int]


def end_of_chain(connection: Connection) -> Chain:
    """The chain as it stands; begun when this is the first look at it."""
    row = connection.execute(_END).one_or_none()
    if row is None:
        connection.execute(_BEGIN, {"genesis": GENESIS})
        return end_of_chain(connection)
    return Chain(row.position, bytes(row.hash), row.sent_position, wire.loads(row.sent_to))


def number_pending(
    connection: Connection, chain: Chain, limit: int
) -> list[tuple[int, RowMapping]]:
    """Number up to `limit` pending rows, oldest first; the rows with their new positions."""
    rows = connection.execute(_PENDING, {"limit": limit}).mappings().all()
    if not rows:
        return []
    numbered: list[tuple[int, RowMapping]] = []
    hashes, last = [], chain.hash
    for position, row in enumerate(rows, chain.position + 1):
        last = chained(last, content_hash(row))
        hashes.append(last.hex())
        numbered.append((position, row))
    connection.execute(
        _NUMBER,
        {
            "seqs": [row["seq"] for row in rows],
            "positions": [position for position, _ in numbered],
            "events": [row["id"] for row in rows],
            "hashes": hashes,
            "position": numbered[-1][0],
            "hash": last.hex(),
        },
    )
    chain.position, chain.hash = numbered[-1][0], last
    return numbered
