"""The activity: something that was done about a record, or that the system noted about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from chassis.errors import Conflict
from chassis.records.entity import Entity, Record
from chassis.records.fields import choice, datetime_, identifier, json_, text
from services.activities.rules import KINDS, SYSTEM

if TYPE_CHECKING:
    from chassis.context import Context


class Activity(Record):
    """An activity about one record. A system one has the name of its event as its subject."""

    __tablename__ = "activities"
    __table_args__ = (
        Index("ix_activities_target", "target_entity", "target_id", "occurred_at", "id"),
        Index("ix_activities_event", "event_id", unique=True),
    )
    entity: ClassVar[Entity] = Entity(
        "activity",
        "activities",
        label={"en": "Activity", "pt-BR": "Atividade"},
        default_sort=("-occurred_at",),
    )

    kind: Mapped[str] = choice(KINDS, "Kind", "Tipo", required=True)
    subject: Mapped[str] = text("Subject", "Assunto", required=True)
    occurred_at: Mapped[datetime] = datetime_("When", "Quando", required=True)
    target_entity: Mapped[str] = text("About", "Sobre", limit=100, required=True)
    target_id: Mapped[UUID] = identifier("Record", "Registro", required=True)
    actor: Mapped[dict[str, Any]] = json_("By", "Por", system=True)
    data: Mapped[dict[str, Any]] = json_("Data", "Dados", system=True)
    event_id: Mapped[UUID | None] = identifier("Event", "Evento", system=True)

    @classmethod
    def refuse(cls, current: Mapping[str, Any], context: Context) -> None:
        """What the system noted stays as it was noted."""
        if current["kind"] == SYSTEM:
            raise Conflict("What the system noted cannot be changed.", code="system_activity")
