"""What leads owns."""

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
        "leads",
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("first_name", sa.String(length=255), nullable=True),
        sa.Column("last_name", sa.String(length=255), nullable=True),
        sa.Column("company_name", sa.String(length=255), nullable=True),
        sa.Column("position", sa.String(length=255), nullable=True),
        sa.Column(
            "address", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("source", sa.String(length=100), nullable=True),
        sa.Column("status_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("comments", sa.Text(), nullable=True),
        sa.Column("utm", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("repeat", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("amount_currency", sa.String(length=3), nullable=True),
        sa.Column("amount_base", sa.Numeric(precision=27, scale=2), nullable=True),
        sa.Column("amount_rate", sa.Numeric(precision=18, scale=9), nullable=True),
        sa.Column("amount_rate_date", sa.Date(), nullable=True),
        sa.Column("stage_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leads")),
        sa.UniqueConstraint("number", name=op.f("uq_leads_number")),
    )
    op.create_index(
        "ix_leads_bin",
        "leads",
        ["deleted_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_leads_created_at",
        "leads",
        ["created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_leads_observer_ids",
        "leads",
        ["observer_ids"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("cardinality(observer_ids) > 0 AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_leads_open",
        "leads",
        ["created_at", "id"],
        unique=False,
        postgresql_where=sa.text("open AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_leads_owner_id_created_at",
        "leads",
        ["owner_id", "created_at", "id"],
        unique=False,
        postgresql_include=["status_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_leads_owner_id_source_created_at",
        "leads",
        ["owner_id", "source", "created_at", "id"],
        unique=False,
        postgresql_include=["status_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_leads_owner_id_status_id_created_at",
        "leads",
        ["owner_id", "status_id", "created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_leads_owner_id_updated_at",
        "leads",
        ["owner_id", "updated_at", "id"],
        unique=False,
        postgresql_include=["status_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_leads_source_created_at",
        "leads",
        ["source", "created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_leads_status_id_created_at",
        "leads",
        ["status_id", "created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_leads_updated_at",
        "leads",
        ["updated_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "lead_points",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("value", sa.String(length=320), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("normalized", sa.String(length=320), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["leads.id"], name=op.f("fk_lead_points_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", "field", "position", name=op.f("pk_lead_points")),
    )
    op.create_index(
        "ix_lead_points_normalized",
        "lead_points",
        ["normalized", "field"],
        unique=False,
        postgresql_ops={"normalized": "text_pattern_ops"},
    )
    op.create_index(
        "ix_lead_points_reversed_phone",
        "lead_points",
        [sa.literal_column("reverse(normalized)").label("reversed")],
        unique=False,
        postgresql_ops={"reversed": "text_pattern_ops"},
        postgresql_where=sa.text("field = 'phones'"),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_index(
        "ix_lead_points_reversed_phone",
        table_name="lead_points",
        postgresql_ops={"reversed": "text_pattern_ops"},
        postgresql_where=sa.text("field = 'phones'"),
    )
    op.drop_index(
        "ix_lead_points_normalized",
        table_name="lead_points",
        postgresql_ops={"normalized": "text_pattern_ops"},
    )
    op.drop_table("lead_points")
    op.drop_index(
        "ix_leads_updated_at",
        table_name="leads",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_leads_status_id_created_at",
        table_name="leads",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_leads_source_created_at",
        table_name="leads",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_leads_owner_id_updated_at",
        table_name="leads",
        postgresql_include=["status_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_leads_owner_id_status_id_created_at",
        table_name="leads",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_leads_owner_id_source_created_at",
        table_name="leads",
        postgresql_include=["status_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_leads_owner_id_created_at",
        table_name="leads",
        postgresql_include=["status_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_leads_open", table_name="leads", postgresql_where=sa.text("open AND deleted_at IS NULL")
    )
    op.drop_index(
        "ix_leads_observer_ids",
        table_name="leads",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("cardinality(observer_ids) > 0 AND deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_leads_created_at",
        table_name="leads",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_leads_bin", table_name="leads", postgresql_where=sa.text("deleted_at IS NOT NULL")
    )
    op.drop_table("leads")
