"""The journal and what lies beside it: personal values, pending rows, positions, sent state."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
    event,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.database.metadata import chassis_metadata

JOURNAL = Table(
    "journal",
    chassis_metadata,
    Column("id", Uuid, primary_key=True),
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Column("entity", Text, nullable=False),
    Column("record_id", Uuid, nullable=False),
    Column("record_version", Integer, nullable=False),
    Column("schema", SmallInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("actor", JSONB, nullable=False),
    Column("root_cause", Uuid, nullable=False),
    Column("depth", SmallInteger, nullable=False),
    Column("traceparent", Text),
    Column("silent", Boolean, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("record", JSONB, nullable=False),
    Column("changes", JSONB, nullable=False),
    Column("personal", JSONB, nullable=False),
    Index(None, "entity", "record_id", "seq"),
    Index(None, "root_cause"),
    # What is looked back for, newest first, whoever did it or one person did.
    Index("ix_journal_occurred", "occurred_at", "id"),
    Index(
        "ix_journal_actor", text("(actor ->> 'id')"), "occurred_at", "id",
        postgresql_where=text("(actor ->> 'id') IS NOT NULL"),
    ),
    comment="Insert-only. Personal values stand here as hashes; `personal` names their fields.",
)  # fmt: skip

JOURNAL_PERSONAL = Table(
    "journal_personal",
    chassis_metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("record", JSONB, nullable=False),
    Column("changes", JSONB, nullable=False),
    comment="Personal values of journal rows. Erasing a person deletes rows here.",
)

JOURNAL_PENDING = Table(
    "journal_pending",
    chassis_metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Uuid, nullable=False),
    comment="Journal rows that have no position yet.",
)

JOURNAL_POSITIONS = Table(
    "journal_positions",
    chassis_metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("hash", LargeBinary, nullable=False),
    comment="The gapless order of events and the hash chain over it.",
)

SEQUENCER_STATE = Table(
    "sequencer_state",
    chassis_metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False, server_default=text("0")),
    Column("hash", LargeBinary, nullable=False),
    Column("sent_position", BigInteger, nullable=False, server_default=text("0")),
    Column("sent_to", JSONB, nullable=False, server_default=text("'{}'")),
    CheckConstraint("id = 1", name="one_row"),
    comment="The end of the chain, up to where it was published, and the last of that by queue.",
)

# Alembic does not see functions and triggers: the chassis migration executes these as they stand.
INSERT_ONLY: Final = (
    """
    CREATE OR REPLACE FUNCTION journal_is_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the journal is insert-only' USING ERRCODE = 'insufficient_privilege';
    END
    $$
    """,
    """
    CREATE TRIGGER journal_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_insert_only()
    """,
)

for _statement in INSERT_ONLY:
    event.listen(JOURNAL, "after_create", DDL(_statement))  # type: ignore[no-untyped-call]
