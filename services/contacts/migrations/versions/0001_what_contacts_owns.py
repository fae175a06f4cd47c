"""what contacts owns."""

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
        "companies",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=True),
        sa.Column("industry", sa.String(length=100), nullable=True),
        sa.Column("employees", sa.Integer(), nullable=True),
        sa.Column("revenue", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("tax_id", sa.String(length=50), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column(
            "address", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("source", sa.String(length=100), nullable=True),
        sa.Column("comments", sa.Text(), nullable=True),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("revenue_currency", sa.String(length=3), nullable=True),
        sa.Column("revenue_base", sa.Numeric(precision=27, scale=2), nullable=True),
        sa.Column("revenue_rate", sa.Numeric(precision=18, scale=9), nullable=True),
        sa.Column("revenue_rate_date", sa.Date(), nullable=True),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        sa.UniqueConstraint("number", name=op.f("uq_companies_number")),
    )
    op.create_index(
        "ix_companies_bin",
        "companies",
        ["deleted_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_companies_created_at",
        "companies",
        ["created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_companies_industry_created_at",
        "companies",
        ["industry", "created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_companies_observer_ids",
        "companies",
        ["observer_ids"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("cardinality(observer_ids) > 0 AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_companies_open",
        "companies",
        ["created_at", "id"],
        unique=False,
        postgresql_where=sa.text("open AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_companies_owner_id_created_at",
        "companies",
        ["owner_id", "created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_companies_owner_id_industry_created_at",
        "companies",
        ["owner_id", "industry", "created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_companies_owner_id_parent_id_created_at",
        "companies",
        ["owner_id", "parent_id", "created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_companies_owner_id_updated_at",
        "companies",
        ["owner_id", "updated_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_companies_parent_id_created_at",
        "companies",
        ["parent_id", "created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_companies_updated_at",
        "companies",
        ["updated_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "contacts",
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("first_name", sa.String(length=255), nullable=True),
        sa.Column("last_name", sa.String(length=255), nullable=True),
        sa.Column("middle_name", sa.String(length=255), nullable=True),
        sa.Column("position", sa.String(length=255), nullable=True),
        sa.Column("kind", sa.String(length=100), nullable=True),
        sa.Column("source", sa.String(length=100), nullable=True),
        sa.Column(
            "address", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("birthday", sa.Date(), nullable=True),
        sa.Column("comments", sa.Text(), nullable=True),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("number", name=op.f("uq_contacts_number")),
    )
    op.create_index(
        "ix_contacts_bin",
        "contacts",
        ["deleted_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        "ix_contacts_created_at",
        "contacts",
        ["created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_observer_ids",
        "contacts",
        ["observer_ids"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("cardinality(observer_ids) > 0 AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_open",
        "contacts",
        ["created_at", "id"],
        unique=False,
        postgresql_where=sa.text("open AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_owner_id_created_at",
        "contacts",
        ["owner_id", "created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_owner_id_source_created_at",
        "contacts",
        ["owner_id", "source", "created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_owner_id_updated_at",
        "contacts",
        ["owner_id", "updated_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_source_created_at",
        "contacts",
        ["source", "created_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_updated_at",
        "contacts",
        ["updated_at", "id"],
        unique=False,
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "match_keys",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=320), nullable=False),
        sa.Column("entity", sa.String(length=20), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "entity", "record_id", name=op.f("pk_match_keys")),
    )
    op.create_index("ix_match_keys_record_id", "match_keys", ["record_id"], unique=False)
    op.create_table(
        "company_points",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("value", sa.String(length=320), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("normalized", sa.String(length=320), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["companies.id"],
            name=op.f("fk_company_points_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "field", "position", name=op.f("pk_company_points")),
    )
    op.create_index(
        "ix_company_points_normalized",
        "company_points",
        ["normalized", "field"],
        unique=False,
        postgresql_ops={"normalized": "text_pattern_ops"},
    )
    op.create_index(
        "ix_company_points_reversed_phone",
        "company_points",
        [sa.literal_column("reverse(normalized)").label("reversed")],
        unique=False,
        postgresql_ops={"reversed": "text_pattern_ops"},
        postgresql_where=sa.text("field = 'phones'"),
    )
    op.create_table(
        "contact_companies",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("role", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["contacts.id"],
            name=op.f("fk_contact_companies_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "target_id", name=op.f("pk_contact_companies")),
    )
    op.create_index(
        "ix_contact_companies_target_id",
        "contact_companies",
        ["target_id", "record_id"],
        unique=False,
    )
    op.create_table(
        "contact_points",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("value", sa.String(length=320), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("normalized", sa.String(length=320), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["contacts.id"],
            name=op.f("fk_contact_points_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "field", "position", name=op.f("pk_contact_points")),
    )
    op.create_index(
        "ix_contact_points_normalized",
        "contact_points",
        ["normalized", "field"],
        unique=False,
        postgresql_ops={"normalized": "text_pattern_ops"},
    )
    op.create_index(
        "ix_contact_points_reversed_phone",
        "contact_points",
        [sa.literal_column("reverse(normalized)").label("reversed")],
        unique=False,
        postgresql_ops={"reversed": "text_pattern_ops"},
        postgresql_where=sa.text("field = 'phones'"),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_index(
        "ix_contact_points_reversed_phone",
        table_name="contact_points",
        postgresql_ops={"reversed": "text_pattern_ops"},
        postgresql_where=sa.text("field = 'phones'"),
    )
    op.drop_index(
        "ix_contact_points_normalized",
        table_name="contact_points",
        postgresql_ops={"normalized": "text_pattern_ops"},
    )
    op.drop_table("contact_points")
    op.drop_index("ix_contact_companies_target_id", table_name="contact_companies")
    op.drop_table("contact_companies")
    op.drop_index(
        "ix_company_points_reversed_phone",
        table_name="company_points",
        postgresql_ops={"reversed": "text_pattern_ops"},
        postgresql_where=sa.text("field = 'phones'"),
    )
    op.drop_index(
        "ix_company_points_normalized",
        table_name="company_points",
        postgresql_ops={"normalized": "text_pattern_ops"},
    )
    op.drop_table("company_points")
    op.drop_index("ix_match_keys_record_id", table_name="match_keys")
    op.drop_table("match_keys")
    op.drop_index(
        "ix_contacts_updated_at",
        table_name="contacts",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_source_created_at",
        table_name="contacts",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_owner_id_updated_at",
        table_name="contacts",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_owner_id_source_created_at",
        table_name="contacts",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_owner_id_created_at",
        table_name="contacts",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_open",
        table_name="contacts",
        postgresql_where=sa.text("open AND deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_observer_ids",
        table_name="contacts",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("cardinality(observer_ids) > 0 AND deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_created_at",
        table_name="contacts",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_bin", table_name="contacts", postgresql_where=sa.text("deleted_at IS NOT NULL")
    )
    op.drop_table("contacts")
    op.drop_index(
        "ix_companies_updated_at",
        table_name="companies",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_companies_parent_id_created_at",
        table_name="companies",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_companies_owner_id_updated_at",
        table_name="companies",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_companies_owner_id_parent_id_created_at",
        table_name="companies",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_companies_owner_id_industry_created_at",
        table_name="companies",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_companies_owner_id_created_at",
        table_name="companies",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_companies_open",
        table_name="companies",
        postgresql_where=sa.text("open AND deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_companies_observer_ids",
        table_name="companies",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
        postgresql_where=sa.text("cardinality(observer_ids) > 0 AND deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_companies_industry_created_at",
        table_name="companies",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_companies_created_at",
        table_name="companies",
        postgresql_include=[],
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_companies_bin",
        table_name="companies",
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.drop_table("companies")
