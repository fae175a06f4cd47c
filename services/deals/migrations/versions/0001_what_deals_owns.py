"""What deals owns."""

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
        "deals",
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("pipeline_id", sa.Uuid(), nullable=False),
        sa.Column("stage_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("probability", sa.Integer(), nullable=True),
        sa.Column("own_probability", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("expected_close", sa.Date(), nullable=True),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(length=100), nullable=True),
        sa.Column("comments", sa.Text(), nullable=True),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deals")),
        sa.UniqueConstraint("number", name=op.f("uq_deals_number")),
    )
    op.create_index(
        "ix_deals_bin",
        "deals",
        ["deleted_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_deals_board",
        "deals",
        ["stage_id", "owner_id"],
        unique=False,
        postgresql_include=["amount", "amount_currency"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_deals_company_id_created_at",
        "deals",
        ["company_id", "created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_deals_created_at",
        "deals",
        ["created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_deals_observer_ids",
        "deals",
        ["observer_ids"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("cardinality(observer_ids) > 0 AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_deals_open",
        "deals",
        ["created_at", "id"],
        unique=False,
        postgresql_where=sa.text("open AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_deals_owner_id_company_id_created_at",
        "deals",
        ["owner_id", "company_id", "created_at", "id"],
        unique=False,
        postgresql_include=["stage_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_deals_owner_id_created_at",
        "deals",
        ["owner_id", "created_at", "id"],
        unique=False,
        postgresql_include=["stage_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_deals_owner_id_stage_id_created_at",
        "deals",
        ["owner_id", "stage_id", "created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_deals_owner_id_updated_at",
        "deals",
        ["owner_id", "updated_at", "id"],
        unique=False,
        postgresql_include=["stage_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_deals_stage_id_created_at",
        "deals",
        ["stage_id", "created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_deals_updated_at",
        "deals",
        ["updated_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "done_activities",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("deal_id", "activity_id", name=op.f("pk_done_activities")),
        comment="Which activities were done about which deal, as the service of activities tells.",
    )
    op.create_index("ix_done_activities_activity", "done_activities", ["activity_id"], unique=False)
    op.create_table(
        "deal_contacts",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["deals.id"], name=op.f("fk_deal_contacts_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", "target_id", name=op.f("pk_deal_contacts")),
    )
    op.create_index(
        "ix_deal_contacts_target_id", "deal_contacts", ["target_id", "record_id"], unique=False
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_index("ix_deal_contacts_target_id", table_name="deal_contacts")
    op.drop_table("deal_contacts")
    op.drop_index("ix_done_activities_activity", table_name="done_activities")
    op.drop_table("done_activities")
    op.drop_index(
        "ix_deals_updated_at",
        table_name="deals",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_deals_stage_id_created_at",
        table_name="deals",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_deals_owner_id_updated_at",
        table_name="deals",
        postgresql_include=["stage_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_deals_owner_id_stage_id_created_at",
        table_name="deals",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_deals_owner_id_created_at",
        table_name="deals",
        postgresql_include=["stage_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_deals_owner_id_company_id_created_at",
        table_name="deals",
        postgresql_include=["stage_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_deals_open", table_name="deals", postgresql_where=sa.text("open AND deleted_at IS NULL")
    )
    op.drop_index(
        "ix_deals_observer_ids",
        table_name="deals",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("cardinality(observer_ids) > 0 AND deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_deals_created_at",
        table_name="deals",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_deals_company_id_created_at",
        table_name="deals",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_deals_board",
        table_name="deals",
        postgresql_include=["amount", "amount_currency"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_deals_bin", table_name="deals", postgresql_where=sa.text("deleted_at IS NOT NULL")
    )
    op.drop_table("deals")
