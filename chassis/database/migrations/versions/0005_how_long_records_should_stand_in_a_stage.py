"""How long records should stand in a stage."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.add_column("stages", sa.Column("maximum_days", sa.SmallInteger(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("stages", "maximum_days")
