"""Repeatable writes: what was asked and answered, kept in the transaction of its effect.

A write with a key (`Idempotency-Key`) claims it first: an equal write that runs at the same time
waits at that row and gets the same reply. A write without one leaves its call behind, so that
the same call, delivered twice by the bus, is told what it was told before; one that could happen
twice unnoticed (`repeatable`) claims its call as if that were its key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis import wire
from chassis.context import Context
from chassis.database.engine import Database
from chassis.database.metadata import chassis_metadata
from chassis.errors import Invalid, Malformed

KEY_LIMIT: Final = 255
KEPT: Final = timedelta(days=7)

COMMANDS: Final = Table(
    "commands",
    chassis_metadata,
    Column("actor", String(100), primary_key=True),
    Column("key", String(400), primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("reply", JSONB),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    comment="Writes and their replies, so that a repeat has no second effect.",
)

_CLAIM: Final = text("""
    INSERT INTO commands (actor, key, request_hash, status, reply)
    VALUES (:actor, :key, :hash, :status, CAST(:reply AS jsonb))
    ON CONFLICT (actor, key) DO NOTHING RETURNING 1
""")
_ANSWER: Final = text("""
    UPDATE commands SET reply = CAST(:reply AS jsonb) WHERE actor = :actor AND key = :key
""")
# Narrowed to those who wrote to the records, so that the table is not read from end to end.
_FORGET: Final = text("""
    UPDATE commands
    SET reply = jsonb_build_object('id', reply->'id', 'version', reply->'version')
    WHERE actor IN (
        SELECT DISTINCT (actor->>'kind') || ':' || coalesce(actor->>'id', actor->>'service')
        FROM journal WHERE entity = :entity AND record_id = ANY(CAST(:ids AS uuid[]))
    ) AND reply->>'id' = ANY(CAST(:ids AS text[]))
""")


def forget_replies(connection: Connection, entity: str, record_ids: Collection[UUID]) -> None:
    """Leave of the replies that hold records no more than the records' ids and versions."""
    given = {"entity": entity, "ids": [str(each) for each in record_ids]}
    connection.execute(_FORGET, given)


class Command:
    """One write as it can be recognised again: who, by which key, asking for what."""

    def __init__(
        self, context: Context, method: str, request: Any, *, repeatable: bool = False
    ) -> None:
        actor = context.actor
        self.actor = f"{actor.kind}:{actor.id or actor.service}"
        self.hash = _hash([method, request])
        given = context.command_key
        if given is not None and not 0 < len(given) <= KEY_LIMIT:
            raise Invalid(f"A key has 1 to {KEY_LIMIT} characters.", code="idempotency_key_invalid")
        self.call_key = f"call:{context.call_id[:100]}:{self.hash.hex()}"
        claimed = self.call_key if repeatable else None
        self.claimed = claimed if given is None else f"key:{given}"

    def claim(self, connection: Connection) -> dict[str, Any] | None:
        """The reply that an equal earlier write got; None when this is the first.

        Waits for an equal write under way. Another request under the same key is Invalid.
        """
        if self.claimed is None or self._insert(connection, self.claimed, None):
            return None
        kept_hash, reply = self._find(connection, self.claimed) or (b"", None)
        if kept_hash != self.hash:
            raise Invalid("This key was used for another request.", code="idempotency_key_reused")
        found: dict[str, Any] | None = reply
        return found

    def answer(self, connection: Connection, reply: Any, *, also: str | None = None) -> None:
        """Keep the reply of the effect that the transaction is about to commit.

        `also` is another key that recognises the request: `id:…` of what it created.
        """
        if self.claimed is not None:
            values = {"actor": self.actor, "key": self.claimed}
            connection.execute(_ANSWER, values | {"reply": wire.dumps(reply).decode()})
        if also is not None:
            self._insert(connection, also, {})
        elif self.claimed is None:
            self._insert(connection, self.call_key, reply)

    def is_same(self, connection: Connection, key: str) -> bool:
        """Whether this actor sent this very request before, under `key`."""
        found = self._find(connection, key)
        return found is not None and found[0] == self.hash

    def answered(self, connection: Connection) -> dict[str, Any] | None:
        """The reply to this very request when it had its effect before, for whoever cannot wait
        for the transaction of the effect to ask."""
        found = self._find(connection, self.claimed or self.call_key)
        return found[1] if found is not None and found[0] == self.hash else None

    def _insert(self, connection: Connection, key: str, reply: Any) -> bool:
        values = {
            "actor": self.actor,
            "key": key,
            "hash": self.hash,
            "status": 200,
            "reply": None if reply is None else wire.dumps(reply).decode(),
        }
        return connection.execute(_CLAIM, values).first() is not None

    def _find(self, connection: Connection, key: str) -> tuple[bytes, Any] | None:
        c = COMMANDS.c
        query = select(c.request_hash, c.reply).where(c.actor == self.actor, c.key == key)
        row = connection.execute(query).first()
        return None if row is None else (bytes(row[0]), row[1])


def once(
    database: Database,
    context: Context,
    method: str,
    request: Any,
    effect: Callable[[Connection], dict[str, Any]],
) -> dict[str, Any]:
    """The reply of `effect`, run in a transaction; to a repeat of the call, or of its key, the
    reply that it had then."""
    command = Command(context, method, request, repeatable=True)

    def unit(connection: Connection) -> dict[str, Any]:
        earlier = command.claim(connection)
        if earlier is not None:
            return earlier
        reply = effect(connection)
        command.answer(connection, reply)
        return reply

    return database.run(unit)


def _hash(request: Any) -> bytes:
    try:
        return hashlib.sha256(wire.canonical(request)).digest()
    except TypeError:
        # Nested beyond what JSON encoders go down, or text that is no Unicode.
        raise Malformed("The body cannot be read.") from None
