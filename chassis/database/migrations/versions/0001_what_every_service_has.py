"""What every service has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
    op.create_table(
        "commands",
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("reply", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("actor", "key", name=op.f("pk_commands")),
        comment="Writes and their replies, so that a repeat has no second effect.",
    )
    op.create_table(
        "due_work",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("arguments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("saved", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("errors_url", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column(
            "cancel_requested", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column(
            "actor", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("root_cause", sa.Uuid(), nullable=True),
        sa.Column("depth", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_work")),
        sa.UniqueConstraint("key", name=op.f("uq_due_work_key")),
        comment="Retries, jobs, timers and clean-up; leased by database time.",
    )
    op.create_index(
        "ix_due_work_open",
        "due_work",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.create_table(
        "inbox",
        sa.Column("listener", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column(
            "taken_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("listener", "event_id", name=op.f("pk_inbox")),
        comment="Events that a reaction has taken, so that none is taken twice. Kept 30 days.",
    )
    op.create_index(
        op.f("ix_inbox_taken_at"), "inbox", ["taken_at"], unique=False, postgresql_using="brin"
    )
    op.create_table(
        "journal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("record_version", sa.Integer(), nullable=False),
        sa.Column("schema", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("actor", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("root_cause", sa.Uuid(), nullable=False),
        sa.Column("depth", sa.SmallInteger(), nullable=False),
        sa.Column("traceparent", sa.Text(), nullable=True),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column(
            "occurred_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("record", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("personal", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        comment="Insert-only. Personal values stand here as hashes; `personal` names their fields.",
    )
    op.create_index(
        op.f("ix_journal_entity_record_id_seq"),
        "journal",
        ["entity", "record_id", "seq"],
        unique=False,
    )
    op.create_index(op.f("ix_journal_root_cause"), "journal", ["root_cause"], unique=False)
    op.execute(
        """
        CREATE FUNCTION journal_is_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the journal is insert-only' USING ERRCODE = 'insufficient_privilege';
        END
        $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER journal_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
        FOR EACH STATEMENT EXECUTE FUNCTION journal_is_insert_only()
        """
    )
    op.create_table(
        "journal_pending",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal_pending")),
        comment="Journal rows that have no position yet.",
    )
    op.create_table(
        "journal_personal",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("record", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_journal_personal")),
        comment="Personal values of journal rows. Erasing a person deletes rows here.",
    )
    op.create_table(
        "journal_positions",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_journal_positions")),
        sa.UniqueConstraint("event_id", name=op.f("uq_journal_positions_event_id")),
        comment="The gapless order of events and the hash chain over it.",
    )
    op.create_table(
        "labels",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("copied", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("entity", "id", name=op.f("pk_labels")),
        comment="Names, and other copied fields, of records that other services own.",
    )
    op.create_table(
        "listener_positions",
        sa.Column("listener", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("listener", name=op.f("pk_listener_positions")),
        comment="Up to where each listener has recorded what its source says.",
    )
    op.create_table(
        "parked_events",
        sa.Column("listener", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("event", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("blocks", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "parked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'behind', 'dead')", name=op.f("ck_parked_events_known_state")
        ),
        sa.PrimaryKeyConstraint("listener", "event_id", name=op.f("pk_parked_events")),
        comment="Events that failed, that wait behind one that failed, or that were given up.",
    )
    op.create_index(
        op.f("ix_parked_events_listener_record_id_position"),
        "parked_events",
        ["listener", "record_id", "position"],
        unique=False,
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "kept_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        comment="Messages that could not be understood.",
    )
    op.create_table(
        "sequencer_state",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sent_position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_sequencer_state_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sequencer_state")),
        comment="The end of the chain, and up to where it was published.",
    )
    op.create_table(
        "stage_history",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("entity", sa.String(length=60), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("stage_id", sa.Uuid(), nullable=False),
        sa.Column(
            "entered_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_history")),
        comment="One row a stay; the open one (left_at is null) is where the record stands.",
    )
    op.create_index("ix_stage_history_record", "stage_history", ["record_id", "id"], unique=False)
    op.create_index(
        "ix_stage_history_stage", "stage_history", ["stage_id", "entered_at"], unique=False
    )
    op.create_table(
        "stages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity", sa.String(length=60), nullable=False),
        sa.Column("pipeline_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("probability", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("system", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("replaced_by", sa.Uuid(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('process', 'success', 'failure')", name=op.f("ck_stages_kind")
        ),
        sa.CheckConstraint("probability BETWEEN 0 AND 100", name=op.f("ck_stages_probability")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stages")),
        comment="A removed stage keeps its row, so that old rows and history can name it.",
    )
    op.create_index(
        "uq_stages_code",
        "stages",
        [
            "entity",
            sa.literal_column("coalesce(pipeline_id, '00000000-0000-0000-0000-000000000000')"),
            "code",
        ],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_index(
        "uq_stages_code", table_name="stages", postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.drop_table("stages")
    op.drop_index("ix_stage_history_stage", table_name="stage_history")
    op.drop_index("ix_stage_history_record", table_name="stage_history")
    op.drop_table("stage_history")
    op.drop_table("sequencer_state")
    op.drop_table("quarantine")
    op.drop_index(op.f("ix_parked_events_listener_record_id_position"), table_name="parked_events")
    op.drop_table("parked_events")
    op.drop_table("listener_positions")
    op.drop_table("labels")
    op.drop_table("journal_positions")
    op.drop_table("journal_personal")
    op.drop_table("journal_pending")
    op.drop_index(op.f("ix_journal_root_cause"), table_name="journal")
    op.drop_index(op.f("ix_journal_entity_record_id_seq"), table_name="journal")
    op.drop_table("journal")
    op.execute("DROP FUNCTION journal_is_insert_only()")
    op.drop_index(op.f("ix_inbox_taken_at"), table_name="inbox", postgresql_using="brin")
    op.drop_table("inbox")
    op.drop_index(
        "ix_due_work_open",
        table_name="due_work",
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.drop_table("due_work")
    op.drop_table("commands")
