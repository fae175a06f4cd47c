"""Links repeat the kind of an activity."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.add_column("activity_links", sa.Column("filtered", sa.String(length=100), nullable=True))
    op.execute(
        "UPDATE activity_links SET filtered = activities.kind FROM activities"
        " WHERE activities.id = record_id"
    )
    op.alter_column("activity_links", "filtered", nullable=False)
    for name, columns in (
        ("owner_filtered", ["entity", "owner_id", "filtered", "ordered", "record_id"]),
        ("entity_filtered", ["entity", "filtered", "ordered", "record_id"]),
    ):
        op.create_index(
            f"ix_activity_links_{name}",
            "activity_links",
            columns,
            unique=False,
            postgresql_where=sa.text("live"),
        )
    for name, columns in (
        ("kind_occurred_at", ["kind", "occurred_at", "id"]),
        ("owner_id_kind_occurred_at", ["owner_id", "kind", "occurred_at", "id"]),
    ):
        op.create_index(
            f"ix_activities_{name}",
            "activities",
            columns,
            unique=False,
            postgresql_where=sa.text("deleted_at IS NULL"),
        )


def downgrade() -> None:
    """Undo it."""
    for name in ("owner_id_kind_occurred_at", "kind_occurred_at"):
        op.drop_index(
            f"ix_activities_{name}",
            table_name="activities",
            postgresql_where=sa.text("deleted_at IS NULL"),
        )
    for name in ("entity_filtered", "owner_filtered"):
        op.drop_index(
            f"ix_activity_links_{name}",
            table_name="activity_links",
            postgresql_where=sa.text("live"),
        )
    op.drop_column("activity_links", "filtered")
