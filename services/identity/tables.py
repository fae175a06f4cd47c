"""Identity's tables that are no records: sessions, failed sign-ins, versions, settings."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.records.entity import Base

_NOW = func.now()


class Session(Base):
    """A sign-in or an API token. Only the SHA-256 of its secret is kept.

    `scopes` null means all of the user's rights. In one of kind `view` the administrator
    `viewer_id` looks at Rapport as the user does, and changes nothing. A session ends by being
    used up (`expires_at`, `idle_seconds`) or by `ended_at`, which stands with the organisation
    version that tells of it.
    """

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    user_id: Mapped[UUID] = mapped_column(Uuid, nullable=False)
    viewer_id: Mapped[UUID | None] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(10), nullable=False)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, nullable=False, unique=True)
    name: Mapped[str | None] = mapped_column(String(255))
    scopes: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), nullable=False, server_default=_NOW
    )
    used_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), nullable=False, server_default=_NOW
    )
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)
    idle_seconds: Mapped[int | None] = mapped_column(Integer)
    ip: Mapped[str | None] = mapped_column(INET)
    user_agent: Mapped[str | None] = mapped_column(String(255))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_version: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint("kind IN ('session', 'token', 'view')", name="kind"),
        CheckConstraint("(kind = 'view') = (viewer_id IS NOT NULL)", name="viewer"),
        Index(None, "user_id", "created_at"),
        Index(
            "ix_sessions_viewer_id",
            "viewer_id",
            postgresql_where=text("viewer_id IS NOT NULL"),
        ),
        Index(
            "ix_sessions_ended_version",
            "ended_version",
            postgresql_where=text("ended_version IS NOT NULL"),
        ),
    )


class FailedSignIn(Base):
    """A sign-in that failed: counted for its account and for its address, then forgotten."""

    __tablename__ = "failed_sign_ins"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    subject: Mapped[str] = mapped_column(String(400), nullable=False)
    failed_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), nullable=False, server_default=_NOW
    )

    __table_args__ = (Index(None, "subject", "failed_at"), Index(None, "failed_at"))


class OrganisationState(Base):
    """The one row that every change of the organisation locks: its version and its settings."""

    __tablename__ = "organisation_state"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigInteger, nullable=False)
    values: Mapped[dict[str, Any]] = mapped_column(JSONB, nullable=False)
    values_version: Mapped[int] = mapped_column(Integer, nullable=False, server_default=text("1"))
    values_changed_in: Mapped[int] = mapped_column(
        BigInteger, nullable=False, server_default=text("1")
    )

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)


class OrganisationMark(Base):
    """In which organisation version a record changed last: what a difference is made of."""

    __tablename__ = "organisation_marks"

    entity: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, nullable=False)

    __table_args__ = (Index(None, "version"),)


class Preferences(Base):
    """What a user has set up for themselves, as one object."""

    __tablename__ = "preferences"

    user_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSONB, nullable=False)


class SecondFactor(Base):
    """What a user's app makes codes from, sealed; in force once a code has confirmed it.

    `last_step` is the newest interval whose code was used: none is taken twice.
    """

    __tablename__ = "second_factors"

    user_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary, nullable=False)
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_step: Mapped[int | None] = mapped_column(BigInteger)


class RecoveryCode(Base):
    """A code that stands in for the app, once. Only its SHA-256 is kept."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)


class PasswordReset(Base):
    """The newest link to a new password that was mailed to a user. Only the SHA-256 of its secret
    is kept."""

    __tablename__ = "password_resets"

    user_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, nullable=False, unique=True)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), nullable=False)
