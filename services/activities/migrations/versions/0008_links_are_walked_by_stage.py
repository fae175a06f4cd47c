"""Links are walked by stage."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_OF_OWNERS = {
    "owner": ["entity", "owner_id", "ordered", "record_id"],
    "owner_filtered": ["entity", "owner_id", "filtered", "ordered", "record_id"],
}


def upgrade() -> None:
    """Apply it."""
    _remake(["stage_id"])
    op.create_index(
        "ix_activity_links_stage",
        "activity_links",
        ["entity", "stage_id", "ordered", "record_id"],
        unique=False,
        postgresql_include=["filtered"],
        postgresql_where=sa.text("live AND stage_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_index("ix_activity_links_stage", table_name="activity_links")
    _remake([])


def _remake(aside: list[str]) -> None:
    for name, columns in _OF_OWNERS.items():
        op.drop_index(f"ix_activity_links_{name}", table_name="activity_links")
        op.create_index(
            f"ix_activity_links_{name}",
            "activity_links",
            columns,
            unique=False,
            postgresql_include=aside,
            postgresql_where=sa.text("live"),
        )
