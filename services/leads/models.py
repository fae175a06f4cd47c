"""The lead: what is known of somebody who may become a customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy.orm import Mapped

from chassis.errors import Conflict
from chassis.records.entity import Entity, Record
from chassis.records.fields import (
    boolean,
    datetime_,
    identifier,
    long_text,
    money,
    parts,
    points,
    reference,
    stage,
    text,
    version_of_copy,
)
from chassis.records.staged import Staged
from services.leads import rules

if TYPE_CHECKING:
    from chassis.context import Context


class Lead(Staged, Record):
    """A lead moves through its statuses until it is converted or given up with a reason."""

    __tablename__ = "leads"
    entity: ClassVar[Entity] = Entity("lead", "leads", label={"en": "Lead", "pt-BR": "Lead"})

    # Personal is what may tell of a person, so that it can be erased; a title is often their name.
    title: Mapped[str] = text(
        "Title", "Título", required=True, derived=True, search=True, personal=True
    )
    first_name: Mapped[str | None] = text("First name", "Nome", personal=True, search=True)
    last_name: Mapped[str | None] = text("Last name", "Sobrenome", personal=True, search=True)
    company_name: Mapped[str | None] = text("Company", "Empresa", search=True)
    position: Mapped[str | None] = text("Position", "Cargo", personal=True)
    phones = points("phone", "Phones", "Telefones", search=True)
    emails = points("email", "E-mails", "E-mails", search=True)
    websites = points("website", "Websites", "Sites", personal=True)
    messengers = points("messenger", "Messengers", "Mensageiros")
    address: Mapped[dict[str, str] | None] = parts(
        "street", "line2", "city", "region", "postal_code", "country",
        label="Address", label_pt="Endereço", personal=True,
    )  # fmt: skip
    source: Mapped[str | None] = text("Source", "Origem", limit=100, indexed=True)
    status: Mapped[UUID] = stage("status_id", "Status", "Status", by_command="convert")
    reason: Mapped[str | None] = text("Reason", "Motivo", limit=1000, personal=True)
    amount: Mapped[Decimal | None] = money("Amount", "Valor")
    comments: Mapped[str | None] = long_text("Comments", "Comentários", personal=True)
    utm: Mapped[dict[str, str] | None] = parts(
        "source", "medium", "campaign", "term", "content", label="UTM", label_pt="UTM"
    )
    repeat: Mapped[bool] = boolean("Repeat lead", "Lead recorrente")
    contact_id: Mapped[UUID | None] = reference(
        "contact", "Contact", "Contato", read_only=True, indexed=True
    )
    company_id: Mapped[UUID | None] = reference(
        "company", "Company record", "Registro da empresa",
        copies=("name", "industry"), read_only=True, indexed=True,
    )  # fmt: skip
    deal_id: Mapped[UUID | None] = reference("deal", "Deal", "Negócio", read_only=True)
    converted_to: Mapped[dict[str, str] | None] = parts(
        "conversion", "contact", "company", "deal",
        label="Converted to", label_pt="Convertido em", read_only=True,
    )  # fmt: skip
    conversion_id: Mapped[UUID | None] = identifier(hidden=True)
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
        """A new lead without a title is named after the person or the company."""
        if current is None and not values.get("title"):
            values["title"] = rules.title_of(values)
        return values

    @classmethod
    def refuse(cls, current: Mapping[str, Any], given: Mapping[str, Any], context: Context) -> None:
        """A lead that is being converted is held until that has ended."""
        if current["conversion_id"] is not None and current["closed_at"] is None:
            raise Conflict("This lead is being converted.", code="conversion_running")
