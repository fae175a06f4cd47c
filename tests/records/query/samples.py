"""An entity with every kind of field, a small organisation, and rows of it in a database."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Connection, insert
from sqlalchemy.orm import Mapped

from chassis.access.organisation import Organisation
from chassis.context import Actor, Context
from chassis.identifiers import new_id
from chassis.listening.tables import LABELS
from chassis.records.entity import Entity, Record
from chassis.records.fields import (
    boolean,
    choice,
    date_,
    datetime_,
    decimal,
    email,
    integer,
    long_text,
    money,
    parts,
    points,
    stage,
    text,
)
from chassis.records.query.page import read_page
from chassis.records.staged import Staged
from chassis.stages.tables import STAGES


class Sample(Staged, Record):
    """A record of the tests."""

    __tablename__ = "samples"
    entity: ClassVar[Entity] = Entity("sample", "samples")

    title: Mapped[str] = text(required=True, search=True)
    source: Mapped[str | None] = text(indexed=True)
    contact: Mapped[str | None] = email(search=True)
    kind: Mapped[str | None] = choice(("hot", "cold"))
    comments: Mapped[str | None] = long_text()
    seats: Mapped[int | None] = integer()
    score: Mapped[Decimal | None] = decimal()
    amount: Mapped[Decimal | None] = money()
    repeat: Mapped[bool] = boolean()
    birthday: Mapped[date | None] = date_()
    seen_at: Mapped[datetime | None] = datetime_()
    address: Mapped[dict[str, str] | None] = parts("city", "country")
    status: Mapped[UUID] = stage("status_id")
    phones = points("phone", search=True)
    emails = points("email", search=True)


STAGE_CODES = ("new", "working", "won", "lost")


@dataclass
class World:
    """Stages, people and departments. `organisation` follows from what is set here."""

    stages: dict[str, UUID] = field(default_factory=lambda: {c: new_id() for c in STAGE_CODES})
    users: list[dict[str, Any]] = field(default_factory=list)
    departments: list[dict[str, Any]] = field(default_factory=list)
    roles: list[dict[str, Any]] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=lambda: {"base_currency": "BRL"})

    def department(self, name: str, parent: UUID | None = None) -> UUID:
        """A new department."""
        self.departments.append({"id": new_id(), "name": name, "parent_id": parent})
        return UUID(str(self.departments[-1]["id"]))

    def user(self, name: str, *roles: str, departments: Iterable[UUID] = (), **more: Any) -> UUID:
        """A new user with roles and departments."""
        user = {"id": new_id(), "name": name, "email": f"{name}@example.com", "active": True}
        user |= {"department_ids": list(departments), "role_codes": list(roles), **more}
        self.users.append(user)
        return UUID(str(user["id"]))

    def role(self, code: str, read: str, **more: Any) -> None:
        """A role that reads samples as far as `read`."""
        grants = {"sample": {"read": read, "update": read}}
        self.roles.append({"id": new_id(), "code": code, "name": code, "grants": grants, **more})

    @property
    def organisation(self) -> Organisation:
        """The organisation of these people."""
        return Organisation.empty().apply(
            {
                "version": 1, "full": True, "users": self.users, "groups": [],
                "departments": self.departments, "roles": self.roles,
                "organisation": self.settings,
            }
        )  # fmt: skip

    def context(self, user: UUID) -> Context:
        """A call by `user`."""
        actor = Actor("user", user, "gateway")
        return Context(actor, self.organisation, time.monotonic() + 30)

    def save(self, connection: Connection) -> None:
        """Put the stages and the labels of users into the database."""
        connection.execute(
            insert(STAGES),
            [
                {"id": id_, "entity": "sample", "code": code, "names": {"en": code},
                 "kind": "process", "position": place}
                for place, (code, id_) in enumerate(self.stages.items())
            ],
        )  # fmt: skip
        labels = [
            {"entity": "user", "id": user["id"], "version": 1, "name": user["name"],
             "copied": {}, "deleted": False}
            for user in self.users
        ]  # fmt: skip
        if labels:
            connection.execute(insert(LABELS), labels)


START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def row(world: World, place: int = 0, **values: Any) -> dict[str, Any]:
    """The columns of a sample; `status` by code, `amount` as a pair of number and currency."""
    moment = values.pop("created_at", START + timedelta(minutes=place))
    amount, currency = values.pop("amount", None) or (None, None)
    return {
        "id": new_id(), "version": 1, "title": f"sample {place}", "owner_id": None,
        "created_at": moment, "updated_at": moment, "stage_changed_at": moment,
        "status_id": world.stages[values.pop("status", "new")],
        "observer_ids": [], "tags": [], "open": False, "deleted_at": None, "repeat": False,
        "source": None, "contact": None, "kind": None, "comments": None, "seats": None,
        "score": None, "amount": amount, "amount_currency": currency, "amount_base": None,
        "amount_rate": None, "birthday": None,
        "seen_at": None, "address": None,
    } | values  # fmt: skip


def fill(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert samples; `phones` and `emails` of a row are lists of normalised values."""
    listed = [dict(each) for each in rows]
    children = [
        {"record_id": each["id"], "field": name, "position": place, "value": value,
         "kind": "work", "is_primary": place == 0, "normalized": value}
        for each in listed
        for name in ("phones", "emails")
        for place, value in enumerate(each.pop(name, ()))
    ]  # fmt: skip
    if listed:
        connection.execute(insert(Sample.__table__), listed)
    if children:
        assert Sample.entity.points is not None
        connection.execute(insert(Sample.entity.points), children)


def list_page(
    connection: Connection, context: Context, model: type[Record], query: Mapping[str, Any]
) -> dict[str, Any]:
    """The answer to a list."""
    return read_page(connection, context, model, query).answer()
