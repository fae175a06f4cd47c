"""The activity, which was or will be done about records or was noted by the system; the task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import Column, ColumnElement, DateTime, Index, Integer, String, Table, Uuid, text
from sqlalchemy.orm import Mapped

from chassis.errors import Conflict, Fault
from chassis.identifiers import new_id
from chassis.records.entity import Base, Entity, Record
from chassis.records.fields import (
    boolean,
    checklist,
    choice,
    datetime_,
    identifier,
    integers,
    json_,
    long_text,
    record_links,
    references,
)
from chassis.records.fields import text as text_
from services.activities import rules

if TYPE_CHECKING:
    from chassis.context import Context


class Activity(Record):
    """A call, an e-mail, a meeting, a note or a message, planned or done, about any records.

    What the system noted is one too; it has the name of its event as its subject.
    """

    __tablename__ = "activities"
    __table_args__ = (
        Index("ix_activities_event", "event_id", unique=True),
        Index(
            "ix_activities_planned", "owner_id", "occurred_at", "id",
            postgresql_where=text("NOT done AND deleted_at IS NULL"),
        ),
    )  # fmt: skip
    entity: ClassVar[Entity] = Entity(
        "activity",
        "activities",
        label={"en": "Activity", "pt-BR": "Atividade"},
        default_sort=("-occurred_at",),
        read_by=("observer_ids", "participant_ids"),
        withheld=("subject", "body"),
    )

    kind: Mapped[str] = choice(
        rules.KINDS, "Kind", "Tipo", required=True, indexed=True, words=rules.KIND_WORDS
    )
    direction: Mapped[str | None] = choice(
        rules.DIRECTIONS, "Direction", "Direção", words=rules.DIRECTION_WORDS
    )
    subject: Mapped[str | None] = text_("Subject", "Assunto", personal=True, search=True)
    body: Mapped[str | None] = long_text("Text", "Texto", personal=True)
    starts_at: Mapped[datetime | None] = datetime_("Starts", "Início")
    ends_at: Mapped[datetime | None] = datetime_("Ends", "Fim")
    done: Mapped[bool] = boolean("Done", "Concluída")
    cancelled: Mapped[bool] = boolean("Cancelled", "Cancelada")
    done_at: Mapped[datetime | None] = datetime_("Done at", "Concluída em", read_only=True)
    occurred_at: Mapped[datetime] = datetime_("When", "Quando", required=True, read_only=True)
    participant_ids: Mapped[list[UUID]] = references(
        "user", "Participants", "Participantes", indexed=True
    )
    links = record_links(
        *rules.LINKED, ordered_by="occurred_at", filtered_by="kind",
        label="About", label_pt="Sobre",
    )  # fmt: skip
    actor: Mapped[dict[str, Any]] = json_("By", "Por", system=True)
    data: Mapped[dict[str, Any]] = json_("Data", "Dados", system=True)
    event_id: Mapped[UUID | None] = identifier("Event", "Evento", system=True)

    @classmethod
    def prepare(
        cls, values: dict[str, Any], current: Mapping[str, Any] | None, context: Context
    ) -> dict[str, Any]:
        """Notes and messages are done; whoever plans something for somebody else observes it."""
        if current is None:
            values["done"] = values.get("done") or values.get("kind") in rules.NEVER_PLANNED
            author, observers = context.actor.id, values.get("observer_ids") or []
            if author is not None and values.get("owner_id") != author and author not in observers:
                values["observer_ids"] = [*observers, author]
        after = {**(current or {}), **values}
        if current is None or rules.moves(current, after):
            values.update(rules.times_of(after, datetime.now(UTC)))
        return values

    @classmethod
    def check(
        cls, values: Mapping[str, Any], current: Mapping[str, Any] | None, context: Context
    ) -> list[Fault]:
        """What an activity of its kind cannot have."""
        after = {**(current or {}), **values}
        return [Fault(*broken) for broken in rules.broken_rules(after)]

    @classmethod
    def handed_on(cls, *, only_open: bool) -> ColumnElement[bool]:
        """What is planned is; what somebody did stays theirs."""
        c = cls.entity.table.c
        return ~c.done & ~c.cancelled

    @classmethod
    def refuse_deletion(cls, current: Mapping[str, Any]) -> None:
        """What the system noted stays: without it a record's story would have gaps."""
        if current["kind"] == rules.SYSTEM:
            raise Conflict("What the system noted cannot be deleted.", code="system_activity")

    @classmethod
    def refuse(cls, current: Mapping[str, Any], given: Mapping[str, Any], context: Context) -> None:
        """What the system noted stays, and so does what is done, but for what it is about."""
        if current["kind"] == rules.SYSTEM:
            raise Conflict("What the system noted cannot be changed.", code="system_activity")
        changed = {name for name, value in given.items() if value != current.get(name)}
        if rules.is_closed(current) and changed - rules.ALWAYS_EDITABLE:
            raise Conflict(
                "What is done or cancelled stays as it is, but for its links.",
                code="activity_closed",
            )


_UNFINISHED = text("NOT done AND NOT cancelled AND deleted_at IS NULL")


class Task(Record):
    """Something that somebody is to do by a deadline, about any records or none."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_unfinished", "deadline", "id", postgresql_where=_UNFINISHED),
        Index(
            "ix_tasks_unfinished_owner", "owner_id", "deadline", "id",
            postgresql_where=_UNFINISHED,
        ),
        Index(
            "ix_tasks_unfinished_creator", "created_by", "deadline", "id",
            postgresql_where=_UNFINISHED,
        ),
    )  # fmt: skip
    entity: ClassVar[Entity] = Entity(
        "task",
        "tasks",
        label={"en": "Task", "pt-BR": "Tarefa"},
        default_sort=("deadline",),
        read_by=("observer_ids", "participant_ids", "created_by"),
    )

    title: Mapped[str] = text_("Title", "Título", required=True, personal=True, search=True)
    description: Mapped[str | None] = long_text("Description", "Descrição", personal=True)
    priority: Mapped[str] = choice(
        rules.PRIORITIES,
        "Priority",
        "Prioridade",
        required=True,
        default="normal",
        words=rules.PRIORITY_WORDS,
    )
    deadline: Mapped[datetime | None] = datetime_("Deadline", "Prazo", indexed=True)
    done: Mapped[bool] = boolean("Done", "Concluída")
    done_at: Mapped[datetime | None] = datetime_("Done at", "Concluída em", read_only=True)
    cancelled: Mapped[bool] = boolean("Cancelled", "Cancelada")
    participant_ids: Mapped[list[UUID]] = references(
        "user", "Participants", "Participantes", indexed=True
    )
    checklist: Mapped[list[dict[str, Any]]] = checklist("Checklist", "Checklist", personal=True)
    links = record_links(*rules.LINKED, ordered_by="deadline", label="About", label_pt="Sobre")
    reminders: Mapped[list[int]] = integers(
        "Reminders, in minutes before the deadline",
        "Lembretes, em minutos antes do prazo",
        minimum=1,
        maximum=rules.LONGEST_REMINDER,
        limit=rules.REMINDERS_LIMIT,
    )

    @classmethod
    def handed_on(cls, *, only_open: bool) -> ColumnElement[bool]:
        """What is still to do is; what somebody did stays theirs."""
        c = cls.entity.table.c
        return ~c.done & ~c.cancelled

    @classmethod
    def prepare(
        cls, values: dict[str, Any], current: Mapping[str, Any] | None, context: Context
    ) -> dict[str, Any]:
        """A task knows when it was finished, and the items of its checklist have ids that last."""
        after = {**(current or {}), **values}
        values["done_at"] = rules.finished_at(current, after, datetime.now(UTC))
        if values.get("checklist"):
            known = current["checklist"] if current else []
            values["checklist"] = rules.named_items(values["checklist"], known, new_id)
        return values

    @classmethod
    def check(
        cls, values: Mapping[str, Any], current: Mapping[str, Any] | None, context: Context
    ) -> list[Fault]:
        """What no task can be."""
        return [Fault(*broken) for broken in rules.broken_task_rules({**(current or {}), **values})]


ACTIVITY_TIMES = Table(
    "activity_times",
    Base.metadata,
    Column("entity", String(40), primary_key=True),
    Column("record_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("next_activity_at", DateTime(timezone=True)),
    Column("last_activity_at", DateTime(timezone=True)),
    info={"module": __name__},
    comment="What the owners of records were last told of their activities.",
)

COMPANY_RECORDS = Table(
    "company_records",
    Base.metadata,
    Column("entity", String(40), primary_key=True),
    Column("record_id", Uuid, primary_key=True),
    Column("company_id", Uuid, primary_key=True),
    Index("ix_company_records_company", "company_id", "entity"),
    info={"module": __name__},
    comment="Which contacts and deals belong to which company, as their owners tell.",
)
