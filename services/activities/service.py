"""The service of activities: what people do about records and are to do, and timelines of it."""

# ruff: noqa: A002 - `id` is what the argument is called on the bus.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from sqlalchemy import Connection

from chassis.context import Context
from chassis.listening.event import Event
from chassis.listening.labels import Labels
from chassis.records.changes import Changes
from chassis.records.entity import Record
from chassis.records.hooks import Row
from chassis.records.query.page import read_page
from chassis.records.record_links import refresh_record_links
from chassis.service.entrypoints import query
from chassis.service.listener import copy, react
from chassis.service.record_service import RecordService
from services.activities.company_records import take_company_records
from services.activities.following import follow_conversions
from services.activities.models import Activity, Task
from services.activities.noting import note_events, note_finished
from services.activities.rules import finishes
from services.activities.timeline import targets_of


class ActivitiesService(RecordService):
    """Owns activities and tasks."""

    name: ClassVar[str] = "activities"
    entities: ClassVar[tuple[type[Record], ...]] = (Activity, Task)
    calls: ClassVar[tuple[str, ...]] = ("leads", "contacts", "deals")

    def written(
        self,
        connection: Connection,
        context: Context,
        entity: str,
        verb: str,
        row: Row,
        changes: Changes,
    ) -> None:
        """A task that is finished is noted on what it is about."""
        if entity == "task" and finishes(changes):
            note_finished(connection, context, row)

    @query
    def timeline(
        self, context: Context, entity: str, id: str, query: Mapping[str, Any]
    ) -> dict[str, Any]:
        """A page of what was done and noted about a record, newest first; a company's timeline
        holds that of its contacts and deals too."""
        context.rights.require("activity", "read")
        record_id = self._id(id)
        with self.parts.database.reading() as connection:
            targets = targets_of(connection, context, entity, record_id)
            page = read_page(
                connection, context, Activity, query, targets=targets, bound_to=[entity, str(id)]
            )
        return replace(page, rows=self.confirmed(context, "activity", page.rows)).answer()

    @copy("identity", "user_names")
    def on_user(self, connection: Connection, events: Sequence[Event]) -> None:
        """Keep the names of users."""
        Labels.take(connection, "user", events)

    @copy("leads", "lead_facts")
    def on_lead_facts(self, connection: Connection, events: Sequence[Event]) -> None:
        """Keep who may read the leads that activities and tasks are about."""
        self._take(connection, "lead", events)

    @copy("contacts", "customer_facts")
    def on_customer_facts(self, connection: Connection, events: Sequence[Event]) -> None:
        """Keep who may read contacts and companies, and which contacts a company has."""
        self._take(connection, "company", events)
        self._take(connection, "contact", events)
        take_company_records(connection, "contact", events)

    @copy("deals", "deal_facts")
    def on_deal_facts(self, connection: Connection, events: Sequence[Event]) -> None:
        """Keep who may read deals, and which deals a company has."""
        self._take(connection, "deal", events)
        take_company_records(connection, "deal", events)

    @react("leads", "system_activities")
    def on_lead(self, connection: Connection, events: Sequence[Event]) -> None:
        """Note what happened to leads; what they became has their story too."""
        note_events(connection, events)
        organisation = self.parts.holder.current
        activities, tasks = self.records("activity"), self.records("task")
        follow_conversions(connection, organisation, activities, tasks, events)

    @react("contacts", "system_activities")
    def on_customer(self, connection: Connection, events: Sequence[Event]) -> None:
        """Note what happened to contacts and companies."""
        note_events(connection, events)

    @react("deals", "system_activities")
    def on_deal(self, connection: Connection, events: Sequence[Event]) -> None:
        """Note what happened to deals."""
        note_events(connection, events)

    def _take(self, connection: Connection, entity: str, events: Sequence[Event]) -> None:
        told = Labels.take(connection, entity, events)
        for model in self.entities:
            field = model.entity.record_links
            if field is not None:
                refresh_record_links(connection, field, entity, told)
