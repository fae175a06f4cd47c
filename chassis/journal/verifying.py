"""Proving that the journal was not tampered with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, RowMapping, text

from chassis import wire
from chassis.journal.hashing import CONTENT_COLUMNS, GENESIS, chained, content_hash, sealed

_CHUNK: Final = 2_000

_ROWS: Final = text(f"""
    SELECT p.position, p.hash, p.event_id::text AS event_id, {CONTENT_COLUMNS}, s.salt,
           s.record::text AS personal_record, s.changes::text AS personal_changes
    FROM journal_positions p
    LEFT JOIN journal j ON j.id = p.event_id
    LEFT JOIN journal_personal s ON s.event_id = p.event_id
    WHERE p.position > :after ORDER BY p.position LIMIT :limit
""")
_END: Final = text("SELECT position, hash FROM sequencer_state")
_STRAY: Final = text("""
    SELECT j.id::text FROM journal j
    WHERE NOT EXISTS (SELECT FROM journal_positions p WHERE p.event_id = j.id)
      AND NOT EXISTS (SELECT FROM journal_pending w WHERE w.seq = j.seq)
""")


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the journal is not what was written; `position` is None for a stray row."""

    position: int | None
    event_id: str | None
    reason: str


def verify(connection: Connection, *, anchors: Mapping[int, bytes] | None = None) -> list[Break]:
    """Every break of the chain, in order; empty when the journal is whole.

    `anchors` are hashes by position that were kept elsewhere: with one, even a journal that was
    cut off or written anew from end to end is found out.
    """
    known = dict(anchors or {})
    breaks: list[Break] = []
    position, previous = 0, GENESIS
    for row in _rows(connection):
        if row["position"] != position + 1:
            breaks.append(Break(position + 1, None, "positions are missing"))
        position = row["position"]
        breaks += _breaks_of(row, previous)
        # Going on from the stored hash shows each break once, not as a wreck from there on.
        previous = bytes(row["hash"])
        if known.pop(position, previous) != previous:
            breaks.append(Break(position, row["event_id"], "differs from its anchor"))
    end = connection.execute(_END).one_or_none()
    if end is not None and (end.position != position or bytes(end.hash) != previous):
        breaks.append(Break(end.position, None, "the end of the chain is missing or was replaced"))
    breaks += [Break(missing, None, "an anchored position is missing") for missing in known]
    strays = connection.execute(_STRAY).scalars()
    return breaks + [Break(None, stray, "a row without a position") for stray in strays]


def _rows(connection: Connection) -> Iterator[RowMapping]:
    after = 0
    while rows := connection.execute(_ROWS, {"after": after, "limit": _CHUNK}).mappings().all():
        yield from rows
        after = rows[-1]["position"]


def _breaks_of(row: RowMapping, previous: bytes) -> list[Break]:
    place = row["position"], row["event_id"]
    if row["id"] is None:
        return [Break(*place, "the row is missing")]
    if chained(previous, content_hash(row)) != bytes(row["hash"]):
        return [Break(*place, "the row or its predecessor was changed")]
    return [] if _personal_values_fit(row) else [Break(*place, "a personal value was changed")]


def _personal_values_fit(row: RowMapping) -> bool:
    if row["salt"] is None:
        return True
    salt = bytes(row["salt"])
    record, changes = wire.loads(row["record"]), wire.loads(row["changes"])
    return all(
        sealed(salt, value) == record.get(field)
        for field, value in wire.loads(row["personal_record"]).items()
    ) and all(
        [sealed(salt, value) for value in pair] == changes.get(field)
        for field, pair in wire.loads(row["personal_changes"]).items()
    )
