"""Stages of entities, the pipelines they make up, and which record stood in which stage when."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.database.metadata import chassis_metadata

KINDS: Final = ("process", "success", "failure")

PIPELINES: Final = Table(
    "pipelines",
    chassis_metadata,
    Column("id", Uuid, primary_key=True),
    Column("entity", String(60), nullable=False),
    Column("code", String(60), nullable=False),
    Column("names", JSONB, nullable=False),
    Column("position", Integer, nullable=False),
    Column("system", Boolean, nullable=False, server_default=false()),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("replaced_by", Uuid),
    Column("deleted_at", DateTime(timezone=True)),
    Index(
        "uq_pipelines_code",
        "entity",
        "code",
        unique=True,
        postgresql_where=text("deleted_at IS NULL"),
    ),
    comment="A removed pipeline keeps its row. The first by position is where new records start.",
)

STAGES: Final = Table(
    "stages",
    chassis_metadata,
    Column("id", Uuid, primary_key=True),
    Column("entity", String(60), nullable=False),
    Column("pipeline_id", Uuid),
    Column("code", String(60), nullable=False),
    Column("names", JSONB, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("probability", SmallInteger, nullable=False, server_default=text("0")),
    Column("position", Integer, nullable=False),
    Column("system", Boolean, nullable=False, server_default=false()),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("required_fields", JSONB, nullable=False, server_default=text("'[]'")),
    Column("required_activity", String(30)),
    Column("maximum_days", SmallInteger),
    Column("replaced_by", Uuid),
    Column("deleted_at", DateTime(timezone=True)),
    CheckConstraint("kind IN ('process', 'success', 'failure')", name="kind"),
    CheckConstraint("probability BETWEEN 0 AND 100", name="probability"),
    Index(
        "uq_stages_code",
        "entity",
        text("coalesce(pipeline_id, '00000000-0000-0000-0000-000000000000')"),
        "code",
        unique=True,
        postgresql_where=text("deleted_at IS NULL"),
    ),
    comment="A removed stage keeps its row, so that old rows and history can name it.",
)

STAGE_HISTORY: Final = Table(
    "stage_history",
    chassis_metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("entity", String(60), nullable=False),
    Column("record_id", Uuid, nullable=False),
    Column("stage_id", Uuid, nullable=False),
    Column("entered_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("left_at", DateTime(timezone=True)),
    Column("actor_id", Uuid),
    Column("reason", Text),
    Index("ix_stage_history_record", "record_id", "id"),
    Index("ix_stage_history_stage", "stage_id", "entered_at"),
    comment="One row a stay; the open one (left_at is null) is where the record stands.",
)
