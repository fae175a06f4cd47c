"""When something was last done and what is planned next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.add_column(
        "companies", sa.Column("next_activity_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "companies", sa.Column("last_activity_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "companies",
        sa.Column(
            "activity_times_version", sa.Integer(), server_default=sa.text("0"), nullable=False
        ),
    )
    op.create_index(
        "ix_companies_next_activity_at",
        "companies",
        ["next_activity_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_companies_owner_id_next_activity_at",
        "companies",
        ["owner_id", "next_activity_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.add_column(
        "contacts", sa.Column("next_activity_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "contacts", sa.Column("last_activity_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "contacts",
        sa.Column(
            "activity_times_version", sa.Integer(), server_default=sa.text("0"), nullable=False
        ),
    )
    op.create_index(
        "ix_contacts_next_activity_at",
        "contacts",
        ["next_activity_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_owner_id_next_activity_at",
        "contacts",
        ["owner_id", "next_activity_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_index(
        "ix_contacts_owner_id_next_activity_at",
        table_name="contacts",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_next_activity_at",
        table_name="contacts",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_column("contacts", "activity_times_version")
    op.drop_column("contacts", "last_activity_at")
    op.drop_column("contacts", "next_activity_at")
    op.drop_index(
        "ix_companies_owner_id_next_activity_at",
        table_name="companies",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_companies_next_activity_at",
        table_name="companies",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_column("companies", "activity_times_version")
    op.drop_column("companies", "last_activity_at")
    op.drop_column("companies", "next_activity_at")
