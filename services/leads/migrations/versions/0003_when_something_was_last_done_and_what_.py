"""When something was last done and what is planned next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.add_column("leads", sa.Column("next_activity_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("leads", sa.Column("last_activity_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "leads",
        sa.Column(
            "activity_times_version", sa.Integer(), server_default=sa.text("0"), nullable=False
        ),
    )
    op.create_index(
        "ix_leads_next_activity_at",
        "leads",
        ["next_activity_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_leads_owner_id_next_activity_at",
        "leads",
        ["owner_id", "next_activity_at", "id"],
        unique=False,
        postgresql_include=["status_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_index(
        "ix_leads_owner_id_next_activity_at",
        table_name="leads",
        postgresql_include=["status_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_leads_next_activity_at",
        table_name="leads",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_column("leads", "activity_times_version")
    op.drop_column("leads", "last_activity_at")
    op.drop_column("leads", "next_activity_at")
