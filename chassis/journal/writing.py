"""Writing journal rows in the transaction of the change that they tell of."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from chassis import wire
from chassis.context import Context
from chassis.identifiers import new_id
from chassis.journal.hashing import SALT_BYTES, sealer
from contracts.catalogue import EVENTS

_ROWS_PER_STATEMENT: Final = 500

# One round trip writes the row, its personal values and its place in the queue of the sequencer.
_INSERT: Final = text("""
    WITH given AS (
        SELECT * FROM jsonb_to_recordset(CAST(:events AS jsonb)) AS e (
            id uuid, entity text, record_id uuid, record_version integer, schema smallint,
            name text, actor jsonb, root_cause uuid, depth smallint, traceparent text,
            silent boolean, occurred_at timestamptz, record jsonb, changes jsonb,
            personal jsonb, salt text, personal_record jsonb, personal_changes jsonb
        )
    ), kept AS (
        INSERT INTO journal (
            id, entity, record_id, record_version, schema, name, actor, root_cause, depth,
            traceparent, silent, occurred_at, record, changes, personal
        )
        SELECT id, entity, record_id, record_version, schema, name, actor, root_cause, depth,
               traceparent, silent, coalesce(occurred_at, now()), record, changes, personal
        FROM given
        RETURNING seq, id
    ), pending AS (
        INSERT INTO journal_pending (seq, event_id) SELECT seq, id FROM kept
    )
    INSERT INTO journal_personal (event_id, salt, record, changes)
    SELECT id, decode(salt, 'hex'), personal_record, personal_changes
    FROM given WHERE salt IS NOT NULL
""")


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What happened to a record. `record` and `changes` (field to `[before, after]`) hold values
    in wire form; `personal` names the fields whose values can be erased later.

    `occurred_at` is the time of the transaction unless it is given.
    """

    name: str
    entity: str
    record_id: UUID
    record_version: int
    record: dict[str, Any]
    changes: dict[str, Any]
    personal: frozenset[str] = frozenset()
    occurred_at: datetime | None = None


def record_events(
    connection: Connection, context: Context, events: Sequence[NewEvent]
) -> list[UUID]:
    """Journal `events` in the caller's transaction; they are published after its commit.

    Events of one record must be written while its row is locked, which is what keeps their order.
    """
    return record_each(connection, ((context, event) for event in events))


def record_each(connection: Connection, events: Iterable[tuple[Context, NewEvent]]) -> list[UUID]:
    """Like `record_events`, for events that each have a story of their own."""
    identifiers: list[UUID] = []
    remaining = iter(events)
    while rows := [_as_row(*each) for each in islice(remaining, _ROWS_PER_STATEMENT)]:
        connection.execute(_INSERT, {"events": wire.dumps(rows).decode()})
        identifiers += [row["id"] for row in rows]
    if identifiers:
        connection.info["journaled"] = True
    return identifiers


def _as_row(context: Context, event: NewEvent) -> dict[str, Any]:
    identifier = new_id()
    contract = EVENTS.get(event.name)
    row: dict[str, Any] = {
        "id": identifier,
        "entity": event.entity,
        "record_id": event.record_id,
        "record_version": event.record_version,
        "schema": contract.schema if contract else 1,
        "name": event.name,
        "actor": context.actor.as_wire(),
        "root_cause": context.root_cause or identifier,
        "depth": context.depth,
        "traceparent": context.traceparent,
        "silent": context.silent,
        "occurred_at": event.occurred_at,
        "record": event.record,
        "changes": event.changes,
        "personal": [],
    }
    present = event.personal & (event.record.keys() | event.changes.keys())
    return row if not present else row | _sealed_apart(event, sorted(present))


def _sealed_apart(event: NewEvent, personal: Iterable[str]) -> dict[str, Any]:
    """The columns of a row with personal fields: hashes in the row, values in the side row."""
    salt = os.urandom(SALT_BYTES)
    seal = sealer(salt)
    record, changes = dict(event.record), dict(event.changes)
    personal_record, personal_changes = {}, {}
    for field in personal:
        if field in record:
            personal_record[field] = record[field]
            record[field] = seal(record[field])
        if field in changes:
            personal_changes[field] = changes[field]
            changes[field] = [seal(value) for value in changes[field]]
    return {
        "record": record,
        "changes": changes,
        "personal": list(personal),
        "salt": salt.hex(),
        "personal_record": personal_record,
        "personal_changes": personal_changes,
    }
