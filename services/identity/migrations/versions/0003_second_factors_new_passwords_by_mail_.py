"""Second factors, new passwords by mail and looking as others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.create_table(
        "password_resets",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_password_resets")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_resets_token_hash")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factors")),
    )
    op.add_column("sessions", sa.Column("viewer_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_sessions_viewer_id",
        "sessions",
        ["viewer_id"],
        unique=False,
        postgresql_where=sa.text("viewer_id IS NOT NULL"),
    )
    op.drop_constraint(op.f("ck_sessions_kind"), "sessions")
    op.create_check_constraint(
        op.f("ck_sessions_kind"), "sessions", "kind IN ('session', 'token', 'view')"
    )
    op.create_check_constraint(
        op.f("ck_sessions_viewer"), "sessions", "(kind = 'view') = (viewer_id IS NOT NULL)"
    )


def downgrade() -> None:
    """Undo it."""
    op.execute("DELETE FROM sessions WHERE kind = 'view'")
    op.drop_constraint(op.f("ck_sessions_viewer"), "sessions")
    op.drop_constraint(op.f("ck_sessions_kind"), "sessions")
    op.create_check_constraint(op.f("ck_sessions_kind"), "sessions", "kind IN ('session', 'token')")
    op.drop_index(
        "ix_sessions_viewer_id",
        table_name="sessions",
        postgresql_where=sa.text("viewer_id IS NOT NULL"),
    )
    op.drop_column("sessions", "viewer_id")
    op.drop_table("second_factors")
    op.drop_table("recovery_codes")
    op.drop_table("password_resets")
