"""Journals are looked back in, by time and by who acted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.create_index("ix_journal_occurred", "journal", ["occurred_at", "id"])
    op.create_index(
        "ix_journal_actor",
        "journal",
        [sa.text("(actor ->> 'id')"), "occurred_at", "id"],
        postgresql_where=sa.text("(actor ->> 'id') IS NOT NULL"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_journal_actor", table_name="journal")
    op.drop_index("ix_journal_occurred", table_name="journal")
