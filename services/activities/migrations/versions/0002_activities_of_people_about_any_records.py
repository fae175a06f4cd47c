"""Activities of people, about any records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.create_table(
        "company_records",
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint(
            "entity", "record_id", "company_id", name=op.f("pk_company_records")
        ),
        comment="Which contacts and deals belong to which company, as their owners tell.",
    )
    op.create_index(
        "ix_company_records_company", "company_records", ["company_id", "entity"], unique=False
    )
    op.create_table(
        "activity_links",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("ordered", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("stage_id", sa.Uuid(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("observer_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["activities.id"],
            name=op.f("fk_activity_links_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "entity", "target_id", name=op.f("pk_activity_links")),
    )
    op.create_index(
        "ix_activity_links_entity",
        "activity_links",
        ["entity", "ordered", "record_id"],
        unique=False,
        postgresql_where=sa.text("live"),
    )
    op.create_index(
        "ix_activity_links_observers",
        "activity_links",
        ["observer_ids"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("live AND cardinality(observer_ids) > 0"),
    )
    op.create_index(
        "ix_activity_links_open",
        "activity_links",
        ["entity", "ordered", "record_id"],
        unique=False,
        postgresql_where=sa.text("live AND open"),
    )
    op.create_index(
        "ix_activity_links_owner",
        "activity_links",
        ["entity", "owner_id", "ordered", "record_id"],
        unique=False,
        postgresql_where=sa.text("live"),
    )
    op.create_index(
        "ix_activity_links_target",
        "activity_links",
        ["target_id", "ordered", "record_id"],
        unique=False,
    )
    op.add_column(
        "activities",
        sa.Column("has_links", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    for name, columns in (
        ("owner_unlinked", ["owner_id", "occurred_at", "id"]),
        ("unlinked", ["occurred_at", "id"]),
    ):
        op.create_index(
            f"ix_activities_{name}",
            "activities",
            columns,
            unique=False,
            postgresql_where=sa.text("NOT has_links AND deleted_at IS NULL"),
        )
    op.add_column("activities", sa.Column("direction", sa.String(length=100), nullable=True))
    op.add_column("activities", sa.Column("body", sa.Text(), nullable=True))
    op.add_column("activities", sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("activities", sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "activities",
        sa.Column("done", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column(
        "activities",
        sa.Column("cancelled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("activities", sa.Column("done_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "activities",
        sa.Column(
            "participant_ids", sa.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    op.alter_column("activities", "subject", existing_type=sa.VARCHAR(length=255), nullable=True)
    op.drop_index(op.f("ix_activities_target"), table_name="activities")
    op.create_index(
        "ix_activities_participant_ids",
        "activities",
        ["participant_ids"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("cardinality(participant_ids) > 0 AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_activities_planned",
        "activities",
        ["owner_id", "occurred_at", "id"],
        unique=False,
        postgresql_where=sa.text("NOT done AND deleted_at IS NULL"),
    )
    # Who may read what activities are about is learned from events: `crm replay` tells of old ones.
    op.execute("""
        INSERT INTO labels (entity, id, version, copied, deleted)
        SELECT DISTINCT target_entity, target_id, 0, '{}'::jsonb, false FROM activities
        ON CONFLICT DO NOTHING
    """)
    op.execute("""
        INSERT INTO activity_links
            (record_id, entity, target_id, position, ordered, open, observer_ids, live)
        SELECT id, target_entity, target_id, 0, occurred_at, false, '{}', false FROM activities
    """)
    op.execute("""
        UPDATE activities SET done = true, done_at = occurred_at, has_links = true
        WHERE kind = 'system'
    """)
    op.drop_column("activities", "target_id")
    op.drop_column("activities", "target_entity")


def downgrade() -> None:
    """Undo it."""
    op.drop_index("ix_activities_unlinked", table_name="activities")
    op.drop_index("ix_activities_owner_unlinked", table_name="activities")
    op.drop_column("activities", "has_links")
    op.add_column(
        "activities",
        sa.Column("target_entity", sa.VARCHAR(length=100), autoincrement=False, nullable=True),
    )
    op.add_column(
        "activities", sa.Column("target_id", sa.UUID(), autoincrement=False, nullable=True)
    )
    op.drop_index(
        "ix_activities_planned",
        table_name="activities",
        postgresql_where=sa.text("NOT done AND deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_activities_participant_ids",
        table_name="activities",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("cardinality(participant_ids) > 0 AND deleted_at IS NULL"),
    )
    op.create_index(
        op.f("ix_activities_target"),
        "activities",
        ["target_entity", "target_id", "occurred_at", "id"],
        unique=False,
    )
    op.alter_column("activities", "subject", existing_type=sa.VARCHAR(length=255), nullable=False)
    op.drop_column("activities", "participant_ids")
    op.drop_column("activities", "done_at")
    op.drop_column("activities", "cancelled")
    op.drop_column("activities", "done")
    op.drop_column("activities", "ends_at")
    op.drop_column("activities", "starts_at")
    op.drop_column("activities", "body")
    op.drop_column("activities", "direction")
    op.drop_index("ix_activity_links_target", table_name="activity_links")
    op.drop_index(
        "ix_activity_links_owner", table_name="activity_links", postgresql_where=sa.text("live")
    )
    op.drop_index(
        "ix_activity_links_open",
        table_name="activity_links",
        postgresql_where=sa.text("live AND open"),
    )
    op.drop_index(
        "ix_activity_links_observers",
        table_name="activity_links",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("live AND cardinality(observer_ids) > 0"),
    )
    op.drop_index(
        "ix_activity_links_entity", table_name="activity_links", postgresql_where=sa.text("live")
    )
    op.drop_table("activity_links")
    op.drop_index("ix_company_records_company", table_name="company_records")
    op.drop_table("company_records")
