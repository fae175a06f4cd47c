"""Saved views and what people set up for themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.create_table(
        "preferences",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_preferences")),
    )
    op.create_table(
        "saved_views",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("target", sa.String(length=60), nullable=False),
        sa.Column("scope", sa.String(length=100), nullable=False),
        sa.Column(
            "role_codes", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("layout", sa.String(length=100), nullable=False),
        sa.Column(
            "columns",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column(
            "filter",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("sort", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("group", sa.String(length=100), nullable=True),
        sa.Column("page_size", sa.Integer(), nullable=True),
        sa.Column("default", sa.Boolean(), server_default=sa.text("false"), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("number", name=op.f("uq_saved_views_number")),
    )
    op.create_index(
        "ix_saved_views_bin",
        "saved_views",
        ["deleted_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_saved_views_name",
        "saved_views",
        ["name", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("ix_saved_views_target", "saved_views", ["target"], unique=False)


def downgrade() -> None:
    """Undo it."""
    op.drop_index("ix_saved_views_target", table_name="saved_views")
    op.drop_index(
        "ix_saved_views_name",
        table_name="saved_views",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_saved_views_bin",
        table_name="saved_views",
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.drop_table("saved_views")
    op.drop_table("preferences")
