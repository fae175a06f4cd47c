"""What each listener was sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.add_column(
        "sequencer_state",
        sa.Column("sent_to", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
    )
    op.create_table_comment(
        "sequencer_state",
        "The end of the chain, up to where it was published, and the last of that by queue.",
        existing_comment="The end of the chain, and up to where it was published.",
    )


def downgrade() -> None:
    """Take it back."""
    op.create_table_comment(
        "sequencer_state",
        "The end of the chain, and up to where it was published.",
        existing_comment="The end of the chain, up to where it was published, and the last of that by queue.",
    )
    op.drop_column("sequencer_state", "sent_to")
