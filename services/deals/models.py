"""The deal: business one hopes for, with whom, for how much, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import Column, Index, Integer, String, Table, Uuid, text
from sqlalchemy.orm import Mapped

from chassis.records.entity import Base, Entity, Record
from chassis.records.fields import (
    boolean,
    date_,
    datetime_,
    identifier,
    integer,
    links,
    long_text,
    money,
    reference,
    stage,
    version_of_copy,
)
from chassis.records.fields import text as text_
from chassis.records.figures import keep_figures
from chassis.records.staged import Staged
from services.deals import rules

if TYPE_CHECKING:
    from chassis.stages.book import Stage


class Deal(Staged, Record):
    """A deal goes through the stages of its pipeline until it is won, or lost with a reason."""

    __tablename__ = "deals"
    entity: ClassVar[Entity] = Entity("deal", "deals", label={"en": "Deal", "pt-BR": "Negócio"})

    title: Mapped[str] = text_("Title", "Título", required=True, search=True)
    pipeline_id: Mapped[UUID] = identifier("Pipeline", "Funil", required=True, derived=True)
    stage: Mapped[UUID] = stage(
        "stage_id", "Stage", "Etapa", within="pipeline_id", guarded=True, tied=("probability",)
    )
    reason: Mapped[str | None] = text_("Reason", "Motivo", limit=1000)
    amount: Mapped[Decimal | None] = money("Amount", "Valor")
    probability: Mapped[int | None] = integer(
        "Probability", "Probabilidade", minimum=0, maximum=100
    )
    own_probability: Mapped[bool] = boolean("Probability is its own", hidden=True)
    expected_close: Mapped[date | None] = date_("Expected close", "Previsão de fechamento")
    company_id: Mapped[UUID | None] = reference(
        "company", "Company", "Empresa", copies=("name", "industry"), indexed=True
    )
    contacts = links("contact", "Contacts", "Contatos")
    lead_id: Mapped[UUID | None] = reference("lead", "Lead", "Lead")
    source: Mapped[str | None] = text_("Source", "Origem", limit=100)
    comments: Mapped[str | None] = long_text("Comments", "Comentários", personal=True)
    next_activity_at: Mapped[datetime | None] = datetime_(
        "Next activity", "Próxima atividade", system=True, indexed=True
    )
    last_activity_at: Mapped[datetime | None] = datetime_(
        "Last activity", "Última atividade", system=True
    )
    activity_times_version: Mapped[int] = version_of_copy()

    @classmethod
    def placed(
        cls, values: dict[str, Any], current: Mapping[str, Any] | None, stage: Stage
    ) -> dict[str, Any]:
        """A deal is as probable as its stage, unless it has a probability of its own."""
        owned = current is not None and current["own_probability"]
        probability, own = rules.probability_in(
            stage.probability,
            final=stage.final,
            said="probability" in values,
            own=values.get("probability"),
            kept=current["probability"] if current is not None and owned else None,
        )
        return {**values, "probability": probability, "own_probability": own}


keep_figures(Deal, stage="stage_id", money="amount")

# A pipeline's deals are counted and added up from this index alone, where somebody asks for fewer.
Index(
    "ix_deals_board",
    Deal.__table__.c.stage_id,
    Deal.__table__.c.owner_id,
    postgresql_include=["amount", "amount_currency"],
    postgresql_where=text("deleted_at IS NULL"),
)

DONE_ACTIVITIES = Table(
    "done_activities",
    Base.metadata,
    Column("deal_id", Uuid, primary_key=True),
    Column("activity_id", Uuid, primary_key=True),
    Column("kind", String(30), nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_done_activities_activity", "activity_id"),
    info={"module": __name__},
    comment="Which activities were done about which deal, as the service of activities tells.",
)
