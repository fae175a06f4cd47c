"""Proving that the journal was not tampered with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, text

from chassis import wire
from chassis.journal.hashing import CONTENT_COLUMNS, GENESIS, chained, content_hash, sealed
from contracts.envelope import ERASING_VERBS

_CHUNK: Final = 2_000

_ERASING: Final = ", ".join(f"j.entity || '.{verb}'" for verb in ERASING_VERBS)
# `earlier` is the position of the event that history shows just before this one: history is in the
# order of `seq`, which no hash covers.
_ROWS: Final = text(f"""
    SELECT p.position, p.hash, p.event_id::text AS event_id, {CONTENT_COLUMNS}, s.salt,
           s.record::text AS personal_record, s.changes::text AS personal_changes, (
               SELECT q.position FROM journal k JOIN journal_positions q ON q.event_id = k.id
               WHERE k.entity = j.entity AND k.record_id = j.record_id AND k.seq < j.seq
               ORDER BY k.seq DESC LIMIT 1
           ) AS earlier, (
               j.personal <> '[]' AND s.event_id IS NULL AND NOT EXISTS (
                   SELECT FROM journal e WHERE e.entity = j.entity AND e.record_id = j.record_id
                   AND e.seq > j.seq AND e.name IN ({_ERASING}))
           ) AS torn
    FROM journal_positions p
    LEFT JOIN journal j ON j.id = p.event_id
    LEFT JOIN journal_personal s ON s.event_id = p.event_id
    WHERE p.position > :after AND p.position <= :upto ORDER BY p.position LIMIT :limit
""")
# One statement, so that a sequencer that goes on meanwhile cannot come between its parts.
_END: Final = text("""
    SELECT s.position, s.hash, p.position AS last, p.hash AS last_hash
    FROM (SELECT 1) AS always
    LEFT JOIN sequencer_state s ON true
    LEFT JOIN (SELECT position, hash FROM journal_positions ORDER BY position DESC LIMIT 1) p
    ON true
""")
_STRAY: Final = text("""
    SELECT j.id::text FROM journal j
    WHERE NOT EXISTS (SELECT FROM journal_positions p WHERE p.event_id = j.id)
      AND NOT EXISTS (SELECT FROM journal_pending w WHERE w.event_id = j.id)
    UNION ALL
    SELECT p.event_id::text FROM journal_positions p WHERE p.position < 1
    UNION ALL
    SELECT w.event_id::text FROM journal_pending w
    WHERE NOT EXISTS (SELECT FROM journal j WHERE j.id = w.event_id)
""")


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the journal is not what was written; `position` is None for a stray row."""

    position: int | None
    event_id: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """The end of a chain at some time: kept elsewhere, it proves what came before it."""

    position: int
    hash: bytes


def anchor(connection: Connection) -> Anchor:
    """The end of the chain as it stands; position 0 before the first event."""
    end = connection.execute(_END).one()
    return Anchor(end.last or 0, GENESIS if end.last is None else bytes(end.last_hash))


def verify(
    connection: Connection,
    *,
    anchors: Mapping[int, bytes] | None = None,
    progress: Callable[[int], None] = lambda count: None,
) -> list[Break]:
    """Every break of the chain, in order; empty when the journal is whole.

    `anchors` are hashes by position that were kept elsewhere: with one, even a journal that was
    cut off or written anew from end to end is found out. Events that come meanwhile are left for
    the next time; `progress` is told how many rows were looked at.
    """
    known = {position: kept for position, kept in (anchors or {}).items() if position > 0}
    breaks: list[Break] = []
    end = connection.execute(_END).one()
    position, previous = 0, GENESIS
    for row in _rows(connection, end.last or 0, progress):
        if row["position"] != position + 1:
            breaks.append(Break(position + 1, None, "positions are missing"))
        position = row["position"]
        breaks += _breaks_of(row, previous)
        # Going on from the stored hash shows each break once, not as a wreck from there on.
        previous = bytes(row["hash"])
        if known.pop(position, previous) != previous:
            breaks.append(Break(position, row["event_id"], "differs from its anchor"))
    if (end.position or 0, bytes(end.hash or GENESIS)) != (position, previous):
        where = max(end.position or 0, position)
        breaks.append(Break(where, None, "the end of the chain is missing or was replaced"))
    breaks += [Break(gone, None, "an anchored position is missing") for gone in sorted(known)]
    strays = connection.execute(_STRAY).scalars()
    return breaks + [Break(None, stray, "a row without a position") for stray in strays]


def _rows(
    connection: Connection, upto: int, progress: Callable[[int], None]
) -> Iterator[RowMapping]:
    after, count = 0, 0
    given: dict[str, Any] = {"upto": upto, "limit": _CHUNK}
    while rows := connection.execute(_ROWS, {**given, "after": after}).mappings().all():
        yield from rows
        after = rows[-1]["position"]
        count += len(rows)
        progress(count)


def _breaks_of(row: RowMapping, previous: bytes) -> list[Break]:
    place = row["position"], row["event_id"]
    if row["id"] is None:
        return [Break(*place, "the row is missing")]
    if chained(previous, content_hash(row)) != bytes(row["hash"]):
        return [Break(*place, "the row or its predecessor was changed")]
    if row["earlier"] is not None and row["earlier"] > row["position"]:
        return [Break(*place, "the order of the record's history was changed")]
    if row["torn"]:
        return [Break(*place, "personal values are missing, and no erasure says why")]
    return [] if _personal_values_fit(row) else [Break(*place, "a personal value was changed")]


def _personal_values_fit(row: RowMapping) -> bool:
    if row["salt"] is None:
        return True
    salt, fields = bytes(row["salt"]), set(wire.loads(row["personal"]))
    record, changes = wire.loads(row["record"]), wire.loads(row["changes"])
    values, pairs = wire.loads(row["personal_record"]), wire.loads(row["personal_changes"])
    return (
        values.keys() == fields & record.keys()
        and pairs.keys() == fields & changes.keys()
        and all(sealed(salt, value) == record[field] for field, value in values.items())
        and all([sealed(salt, each) for each in pairs[field]] == changes[field] for field in pairs)
    )
