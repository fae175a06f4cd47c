"""Leads know what they became."""

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
    op.add_column("leads", sa.Column("contact_id", sa.Uuid(), nullable=True))
    op.add_column("leads", sa.Column("company_id", sa.Uuid(), nullable=True))
    op.add_column("leads", sa.Column("deal_id", sa.Uuid(), nullable=True))
    op.add_column(
        "leads",
        sa.Column(
            "converted_to",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
    )
    op.add_column("leads", sa.Column("conversion_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_leads_company_id_created_at",
        "leads",
        ["company_id", "created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_leads_contact_id_created_at",
        "leads",
        ["contact_id", "created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_leads_owner_id_company_id_created_at",
        "leads",
        ["owner_id", "company_id", "created_at", "id"],
        unique=False,
        postgresql_include=["status_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_leads_owner_id_contact_id_created_at",
        "leads",
        ["owner_id", "contact_id", "created_at", "id"],
        unique=False,
        postgresql_include=["status_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_index(
        "ix_leads_owner_id_contact_id_created_at",
        table_name="leads",
        postgresql_include=["status_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_leads_owner_id_company_id_created_at",
        table_name="leads",
        postgresql_include=["status_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_leads_contact_id_created_at",
        table_name="leads",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_leads_company_id_created_at",
        table_name="leads",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_column("leads", "conversion_id")
    op.drop_column("leads", "converted_to")
    op.drop_column("leads", "deal_id")
    op.drop_column("leads", "company_id")
    op.drop_column("leads", "contact_id")
