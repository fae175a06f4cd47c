"""The table of notifications: what people are told, and whether they have read it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import Column, DateTime, Index, String, Table, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB

from chassis.records.entity import Base
from chassis.work.housekeeping import Kept

NOTIFICATIONS: Final = Table(
    "notifications",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", Uuid, nullable=False),
    Column("kind", String(30), nullable=False),
    Column("entity", String(40), nullable=False),
    Column("record_id", Uuid, nullable=False),
    Column("actor_id", Uuid),
    Column("data", JSONB, nullable=False, server_default=text("'{}'")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("read_at", DateTime(timezone=True)),
    Index("ix_notifications_user", "user_id", "created_at", "id"),
    Index(
        "ix_notifications_unread", "user_id", "created_at", "id",
        postgresql_where=text("read_at IS NULL"),
    ),
    Index("ix_notifications_age", "created_at", postgresql_using="brin"),
    info={"module": __name__},
    comment="What people are told: of a record, by whom, since when read. Kept 90 days.",
)  # fmt: skip
KEPT: Final = Kept(NOTIFICATIONS.name, "created_at", timedelta(days=90))
