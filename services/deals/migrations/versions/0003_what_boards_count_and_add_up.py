"""What boards count and add up is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEY = "stage_id, owner_id, open, amount_currency"
_ADDED = f"SELECT 1 AS sign, {_KEY}, amount, deleted_at FROM added"
_REMOVED = f"SELECT -1 AS sign, {_KEY}, amount, deleted_at FROM removed"
_OPERATIONS = {
    "INSERT": ("NEW TABLE AS added", _ADDED),
    "UPDATE": ("OLD TABLE AS removed NEW TABLE AS added", f"{_ADDED} UNION ALL {_REMOVED}"),
    "DELETE": ("OLD TABLE AS removed", _REMOVED),
}


def upgrade() -> None:
    """Apply it."""
    op.create_table(
        "deals_figures",
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("amount_currency", sa.String(length=3), nullable=True),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.Numeric(), nullable=False),
        comment="How many live deals stand where, and what they add up to, by session.",
    )
    op.create_index(
        "ix_deals_figures_key",
        "deals_figures",
        ["session", "stage_id", "owner_id", "open", "amount_currency"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    for operation, (tables, changed) in _OPERATIONS.items():
        _keep(f"deals_figures_{operation.lower()}", operation, tables, changed)
    # After the triggers, whose making waits for whoever is writing and lets nobody write meanwhile.
    op.execute(f"""
        INSERT INTO deals_figures (session, {_KEY}, count, total)
        SELECT 0, {_KEY}, count(*), coalesce(sum(amount), 0)
        FROM deals WHERE deleted_at IS NULL GROUP BY {_KEY}
    """)


def downgrade() -> None:
    """Undo it."""
    for operation in _OPERATIONS:
        name = f"deals_figures_{operation.lower()}"
        op.execute(f"DROP TRIGGER {name} ON deals")
        op.execute(f"DROP FUNCTION {name}")
    op.drop_table("deals_figures")


def _keep(name: str, operation: str, tables: str, changed: str) -> None:
    op.execute(f"""
    CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO deals_figures AS kept (session, {_KEY}, count, total)
        SELECT pg_backend_pid(), {_KEY}, sum(sign), coalesce(sum(sign * amount), 0)
        FROM ({changed}) AS changed WHERE deleted_at IS NULL
        GROUP BY {_KEY} HAVING sum(sign) <> 0 OR sum(sign * amount) <> 0
        ON CONFLICT (session, {_KEY}) DO UPDATE
        SET count = kept.count + EXCLUDED.count, total = kept.total + EXCLUDED.total;
        RETURN NULL;
    END
    $$
    """)
    op.execute(f"""
    CREATE TRIGGER {name} AFTER {operation} ON deals REFERENCING {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION {name}()
    """)
