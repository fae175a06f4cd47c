"""The table of due work: what has to be done, when, by whom, and how far it is."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, Table, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB

from chassis.database.metadata import chassis_metadata

DUE_WORK = Table(
    "due_work",
    chassis_metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("key", Text, unique=True),
    Column("arguments", JSONB, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("lease", Uuid),
    Column("lease_until", DateTime(timezone=True)),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("done", Integer, nullable=False, server_default=text("0")),
    Column("total", Integer),
    Column("saved", JSONB),
    Column("result", JSONB),
    Column("errors_url", Text),
    Column("failure", Text),
    Column("cancel_requested", Boolean, nullable=False, server_default=text("false")),
    Column("actor", JSONB(none_as_null=True)),
    Column("root_cause", Uuid),
    Column("depth", Integer, nullable=False, server_default=text("0")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("finished_at", DateTime(timezone=True)),
    Index("ix_due_work_open", "due_at", postgresql_where=text("state IN ('waiting', 'running')")),
    comment="Retries, jobs, timers and clean-up; leased by database time.",
)
