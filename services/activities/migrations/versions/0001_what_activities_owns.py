"""What activities owns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.create_table(
        "activities",
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("target_entity", sa.String(length=100), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column(
            "actor",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column(
            "data",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column(
            "observer_ids", sa.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("open", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("tags", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column(
            "custom",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
        sa.UniqueConstraint("number", name=op.f("uq_activities_number")),
    )
    op.create_index(
        "ix_activities_bin",
        "activities",
        ["deleted_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_activities_created_at",
        "activities",
        ["created_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("ix_activities_event", "activities", ["event_id"], unique=True)
    op.create_index(
        "ix_activities_observer_ids",
        "activities",
        ["observer_ids"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("cardinality(observer_ids) > 0 AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_activities_occurred_at",
        "activities",
        ["occurred_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_activities_open",
        "activities",
        ["created_at", "id"],
        unique=False,
        postgresql_where=sa.text("open AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_activities_owner_id_created_at",
        "activities",
        ["owner_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_activities_owner_id_occurred_at",
        "activities",
        ["owner_id", "occurred_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_activities_owner_id_updated_at",
        "activities",
        ["owner_id", "updated_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_activities_target",
        "activities",
        ["target_entity", "target_id", "occurred_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_activities_updated_at",
        "activities",
        ["updated_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_index(
        "ix_activities_updated_at",
        table_name="activities",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index("ix_activities_target", table_name="activities")
    op.drop_index(
        "ix_activities_owner_id_updated_at",
        table_name="activities",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_activities_owner_id_occurred_at",
        table_name="activities",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_activities_owner_id_created_at",
        table_name="activities",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_activities_open",
        table_name="activities",
        postgresql_where=sa.text("open AND deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_activities_occurred_at",
        table_name="activities",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_activities_observer_ids",
        table_name="activities",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("cardinality(observer_ids) > 0 AND deleted_at IS NULL"),
    )
    op.drop_index("ix_activities_event", table_name="activities")
    op.drop_index(
        "ix_activities_created_at",
        table_name="activities",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_activities_bin",
        table_name="activities",
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.drop_table("activities")
