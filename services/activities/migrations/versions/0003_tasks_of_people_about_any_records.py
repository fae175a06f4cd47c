"""Tasks of people about any records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.create_table(
        "tasks",
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("priority", sa.String(length=100), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "participant_ids", sa.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "checklist",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column(
            "reminders", sa.ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column(
            "observer_ids", sa.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("open", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("tags", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column(
            "custom",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("number", name=op.f("uq_tasks_number")),
    )
    op.create_index(
        "ix_tasks_bin",
        "tasks",
        ["deleted_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_tasks_created_at",
        "tasks",
        ["created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_tasks_created_by_deadline",
        "tasks",
        ["created_by", "deadline", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_tasks_deadline",
        "tasks",
        ["deadline", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_tasks_observer_ids",
        "tasks",
        ["observer_ids"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("cardinality(observer_ids) > 0 AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_tasks_open",
        "tasks",
        ["created_at", "id"],
        unique=False,
        postgresql_where=sa.text("open AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_tasks_owner_id_created_at",
        "tasks",
        ["owner_id", "created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_tasks_owner_id_deadline",
        "tasks",
        ["owner_id", "deadline", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_tasks_owner_id_updated_at",
        "tasks",
        ["owner_id", "updated_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_tasks_participant_ids",
        "tasks",
        ["participant_ids"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("cardinality(participant_ids) > 0 AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_tasks_unfinished",
        "tasks",
        ["deadline", "id"],
        unique=False,
        postgresql_where=sa.text("NOT done AND NOT cancelled AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_tasks_unfinished_creator",
        "tasks",
        ["created_by", "deadline", "id"],
        unique=False,
        postgresql_where=sa.text("NOT done AND NOT cancelled AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_tasks_unfinished_owner",
        "tasks",
        ["owner_id", "deadline", "id"],
        unique=False,
        postgresql_where=sa.text("NOT done AND NOT cancelled AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_tasks_updated_at",
        "tasks",
        ["updated_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "task_links",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("ordered", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("stage_id", sa.Uuid(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("observer_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["tasks.id"], name=op.f("fk_task_links_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", "entity", "target_id", name=op.f("pk_task_links")),
    )
    op.create_index(
        "ix_task_links_target", "task_links", ["target_id", "ordered", "record_id"], unique=False
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_index("ix_task_links_target", table_name="task_links")
    op.drop_table("task_links")
    op.drop_index(
        "ix_tasks_updated_at",
        table_name="tasks",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_tasks_unfinished_owner",
        table_name="tasks",
        postgresql_where=sa.text("NOT done AND NOT cancelled AND deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_tasks_unfinished_creator",
        table_name="tasks",
        postgresql_where=sa.text("NOT done AND NOT cancelled AND deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_tasks_unfinished",
        table_name="tasks",
        postgresql_where=sa.text("NOT done AND NOT cancelled AND deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_tasks_participant_ids",
        table_name="tasks",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("cardinality(participant_ids) > 0 AND deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_tasks_owner_id_updated_at",
        table_name="tasks",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_tasks_owner_id_deadline",
        table_name="tasks",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_tasks_owner_id_created_at",
        table_name="tasks",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_tasks_open", table_name="tasks", postgresql_where=sa.text("open AND deleted_at IS NULL")
    )
    op.drop_index(
        "ix_tasks_observer_ids",
        table_name="tasks",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("cardinality(observer_ids) > 0 AND deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_tasks_deadline",
        table_name="tasks",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_tasks_created_by_deadline",
        table_name="tasks",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_tasks_created_at",
        table_name="tasks",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_tasks_bin", table_name="tasks", postgresql_where=sa.text("deleted_at IS NOT NULL")
    )
    op.drop_table("tasks")
