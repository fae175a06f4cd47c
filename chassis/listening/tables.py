"""What a listener remembers: events it took, events that wait, how far it is, labels it copied."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.database.metadata import chassis_metadata

INBOX = Table(
    "inbox",
    chassis_metadata,
    Column("listener", Text, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("taken_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("listener", "event_id"),
    Index(None, "taken_at", postgresql_using="brin"),
    comment="Events that a reaction has taken, so that none is taken twice. Kept 30 days.",
)

PARKED_EVENTS = Table(
    "parked_events",
    chassis_metadata,
    Column("listener", Text, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("source", Text, nullable=False),
    Column("record_id", Uuid, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("event", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    Column("blocks", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("failure", Text),
    Column("next_at", DateTime(timezone=True)),
    Column("parked_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("listener", "event_id"),
    CheckConstraint("state IN ('waiting', 'behind', 'dead')", name="known_state"),
    Index(None, "listener", "record_id", "position"),
    comment="Events that failed, that wait behind one that failed, or that were given up.",
)

LISTENER_POSITIONS = Table(
    "listener_positions",
    chassis_metadata,
    Column("listener", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    comment="Up to where each listener has recorded what its source says.",
)

QUARANTINE = Table(
    "quarantine",
    chassis_metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("queue", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    Column("kept_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    comment="Messages that could not be understood.",
)

LABELS = Table(
    "labels",
    chassis_metadata,
    Column("entity", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text),
    Column("copied", JSONB, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("owner_id", Uuid),
    Column("stage_id", Uuid),
    Column("open", Boolean),
    Column("observer_ids", ARRAY(Uuid)),
    PrimaryKeyConstraint("entity", "id"),
    comment="Names, and other copied fields, of records that other services own.",
)
