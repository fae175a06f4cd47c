"""The contact and the company: whom one deals with, and the match keys they are recognised by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.errors import Fault
from chassis.records.entity import Base, Entity, Record
from chassis.records.fields import (
    date_,
    datetime_,
    integer,
    links,
    long_text,
    money,
    parts,
    points,
    reference,
    text,
    version_of_copy,
)
from services.contacts import rules

if TYPE_CHECKING:
    from chassis.context import Context

_ADDRESS = ("street", "line2", "city", "region", "postal_code", "country")


class Company(Record):
    """A company, which may belong to another one."""

    __tablename__ = "companies"
    entity: ClassVar[Entity] = Entity(
        "company", "companies", label={"en": "Company", "pt-BR": "Empresa"}
    )

    name: Mapped[str] = text("Name", "Nome", required=True, search=True)
    kind: Mapped[str | None] = text("Kind", "Tipo", limit=100)
    industry: Mapped[str | None] = text("Industry", "Setor", limit=100, indexed=True)
    employees: Mapped[int | None] = integer("Employees", "Funcionários", minimum=0)
    revenue: Mapped[Decimal | None] = money("Revenue", "Faturamento")
    tax_id: Mapped[str | None] = text("Tax number", "CNPJ", limit=50, search=True)
    parent_id: Mapped[UUID | None] = reference(
        "company", "Parent company", "Empresa controladora", copies=("name", "industry"),
        indexed=True,
    )  # fmt: skip
    phones = points("phone", "Phones", "Telefones", search=True)
    emails = points("email", "E-mails", "E-mails", search=True)
    websites = points("website", "Websites", "Sites")
    messengers = points("messenger", "Messengers", "Mensageiros")
    address: Mapped[dict[str, str] | None] = parts(
        *_ADDRESS, label="Address", label_pt="Endereço", personal=True
    )
    source: Mapped[str | None] = text("Source", "Origem", limit=100)
    comments: Mapped[str | None] = long_text("Comments", "Comentários", personal=True)
    lead_id: Mapped[UUID | None] = reference("lead", "Lead", "Lead")
    next_activity_at: Mapped[datetime | None] = datetime_(
        "Next activity", "Próxima atividade", system=True, indexed=True
    )
    last_activity_at: Mapped[datetime | None] = datetime_(
        "Last activity", "Última atividade", system=True
    )
    activity_times_version: Mapped[int] = version_of_copy()

    @classmethod
    def check(
        cls, values: Mapping[str, Any], current: Mapping[str, Any] | None, context: Context
    ) -> list[Fault]:
        """A company is not its own parent; longer circles are found when it is written."""
        parent = values.get("parent_id")
        if current is not None and parent is not None and parent == current["id"]:
            return [Fault("/parent_id", "company_cycle", "A company cannot belong to itself.")]
        return []


class Contact(Record):
    """A person, who may work for several companies."""

    __tablename__ = "contacts"
    entity: ClassVar[Entity] = Entity(
        "contact", "contacts", label={"en": "Contact", "pt-BR": "Contato"}
    )

    name: Mapped[str | None] = text(
        "Name", "Nome completo", read_only=True, personal=True, search=True
    )
    first_name: Mapped[str | None] = text("First name", "Nome", personal=True)
    last_name: Mapped[str | None] = text("Last name", "Sobrenome", personal=True)
    middle_name: Mapped[str | None] = text("Middle name", "Nome do meio", personal=True)
    position: Mapped[str | None] = text("Position", "Cargo")
    kind: Mapped[str | None] = text("Kind", "Tipo", limit=100)
    source: Mapped[str | None] = text("Source", "Origem", limit=100, indexed=True)
    phones = points("phone", "Phones", "Telefones", search=True)
    emails = points("email", "E-mails", "E-mails", search=True)
    websites = points("website", "Websites", "Sites")
    messengers = points("messenger", "Messengers", "Mensageiros")
    address: Mapped[dict[str, str] | None] = parts(
        *_ADDRESS, label="Address", label_pt="Endereço", personal=True
    )
    birthday: Mapped[date | None] = date_("Birthday", "Aniversário", personal=True)
    comments: Mapped[str | None] = long_text("Comments", "Comentários", personal=True)
    companies = links(
        "company", "Companies", "Empresas", attributes=("role",), copies=("name", "industry")
    )
    lead_id: Mapped[UUID | None] = reference("lead", "Lead", "Lead")
    next_activity_at: Mapped[datetime | None] = datetime_(
        "Next activity", "Próxima atividade", system=True, indexed=True
    )
    last_activity_at: Mapped[datetime | None] = datetime_(
        "Last activity", "Última atividade", system=True
    )
    activity_times_version: Mapped[int] = version_of_copy()

    @classmethod
    def prepare(
        cls, values: dict[str, Any], current: Mapping[str, Any] | None, context: Context
    ) -> dict[str, Any]:
        """A contact is called by its names, else by its first e-mail or phone."""
        after = {**(current or {}), **values}
        reached = [point.value for name in ("emails", "phones") for point in after.get(name) or ()]
        values["name"] = rules.name_of(after, reached)
        return values

    @classmethod
    def check(
        cls, values: Mapping[str, Any], current: Mapping[str, Any] | None, context: Context
    ) -> list[Fault]:
        """A contact has a name, or something to be called by."""
        if values.get("name"):
            return []
        return [Fault("/last_name", "required", "A name, an e-mail or a phone is needed.")]


class MatchKey(Base):
    """That a lead, contact or company is recognised by `key`, which is of this `kind`."""

    __tablename__ = "match_keys"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    key: Mapped[str] = mapped_column(String(rules.KEY_LIMIT), primary_key=True)
    entity: Mapped[str] = mapped_column(String(20), primary_key=True)
    record_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)

    __table_args__ = (Index("ix_match_keys_record_id", "record_id"),)
