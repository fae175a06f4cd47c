"""Labels keep access facts."""

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
    op.add_column("labels", sa.Column("owner_id", sa.Uuid(), nullable=True))
    op.add_column("labels", sa.Column("stage_id", sa.Uuid(), nullable=True))
    op.add_column("labels", sa.Column("open", sa.Boolean(), nullable=True))
    op.add_column("labels", sa.Column("observer_ids", postgresql.ARRAY(sa.Uuid()), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("labels", "observer_ids")
    op.drop_column("labels", "open")
    op.drop_column("labels", "stage_id")
    op.drop_column("labels", "owner_id")
