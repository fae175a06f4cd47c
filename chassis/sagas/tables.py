"""The table of sagas: what each set out to do, how far it is, and how it ended."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, DateTime, Index, Integer, SmallInteger, Table, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB

from chassis.database.metadata import chassis_metadata

SAGAS: Final = Table(
    "sagas",
    chassis_metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("subject", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("plan", JSONB, nullable=False),
    Column("done", JSONB, nullable=False, server_default=text("'{}'")),
    Column("remaining", JSONB, nullable=False, server_default=text("'[]'")),
    Column("failure", JSONB(none_as_null=True)),
    Column("actor", Uuid),
    Column("scopes", JSONB(none_as_null=True)),
    Column("depth", SmallInteger, nullable=False, server_default=text("0")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("lease", Uuid),
    Column("lease_until", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("finished_at", DateTime(timezone=True)),
    Index("ix_sagas_subject", "subject", "created_at"),
    Index(
        "uq_sagas_lock",
        "kind",
        "subject",
        unique=True,
        postgresql_where=text("state IN ('running', 'undoing')"),
    ),
    comment="One at a time for a subject. `plan` and `done` are emptied when it ends.",
)
