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
    op.add_column("deals", sa.Column("next_activity_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deals", sa.Column("last_activity_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "deals",
        sa.Column(
            "activity_times_version", sa.Integer(), server_default=sa.text("0"), nullable=False
        ),
    )
    op.create_index(
        "ix_deals_next_activity_at",
        "deals",
        ["next_activity_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_deals_owner_id_next_activity_at",
        "deals",
        ["owner_id", "next_activity_at", "id"],
        unique=False,
        postgresql_include=["stage_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_index(
        "ix_deals_owner_id_next_activity_at",
        table_name="deals",
        postgresql_include=["stage_id"],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_deals_next_activity_at",
        table_name="deals",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_column("deals", "activity_times_version")
    op.drop_column("deals", "last_activity_at")
    op.drop_column("deals", "next_activity_at")
