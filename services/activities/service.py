"""The service of activities: what people do about records and are to do, and timelines of it."""

# ruff: noqa: A002 - `id` is what the argument is called on the bus.

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Connection

from chassis.context import Context
from chassis.errors import Malformed, NotFound
from chassis.listening.event import Event
from chassis.listening.labels import Labels
from chassis.records.changes import Changes
from chassis.records.entity import Record
from chassis.records.field_types.times import as_moment
from chassis.records.hooks import Row
from chassis.records.query.page import read_page
from chassis.records.query.parse import refuse
from chassis.records.record_links import refresh_record_links
from chassis.service.entrypoints import command, query
from chassis.service.listener import copy, react
from chassis.service.record_service import RecordService
from chassis.work.due import patient
from chassis.work.housekeeping import Kept
from services.activities import notifications
from services.activities.company_records import take_company_records
from services.activities.following import follow_conversions
from services.activities.forgetting import forget_records, is_purge
from services.activities.made_many import keep_many
from services.activities.models import Activity, Task
from services.activities.naming import names_of
from services.activities.noted_fields import without_hidden_names
from services.activities.notifying import MENTION, tell_mentioned, tell_of_events
from services.activities.noting import note_events, note_finished
from services.activities.rules import finishes
from services.activities.tables import KEPT
from services.activities.timeline import require_readable, targets_of
from services.activities.timers import RING, keep_timers, ring
from services.activities.times import tell_times_of


class ActivitiesService(RecordService):
    """Owns activities, tasks and notifications."""

    name: ClassVar[str] = "activities"
    entities: ClassVar[tuple[type[Record], ...]] = (Activity, Task)
    calls: ClassVar[tuple[str, ...]] = ("leads", "contacts", "deals")
    forgets: ClassVar[tuple[Kept, ...]] = (KEPT,)

    def written(
        self,
        connection: Connection,
        context: Context,
        entity: str,
        verb: str,
        row: Row,
        changes: Changes,
    ) -> None:
        """A task has its timers, and when it is finished this is noted on what it is about. What
        an activity is about, or was before, is told of its times."""
        if entity == "activity":
            tell_times_of(connection, context, row, changes)
            return
        keep_timers(connection, verb, row, changes)
        if finishes(changes):
            note_finished(connection, context, [row])

    def created_many(
        self, connection: Connection, context: Context, entity: str, rows: Sequence[Row]
    ) -> None:
        """Those made by the hundred have all that each made by itself has."""
        keep_many(connection, context, entity, rows)

    def short_work(self) -> Mapping[str, Callable[[Any], Any]]:
        """Timers of tasks, and mentions, which wait for whatever they need."""
        return {
            RING: patient(partial(ring, self)),
            MENTION: patient(partial(tell_mentioned, self)),
        }

    def confirmed(self, context: Context, entity: str, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Those that owners confirm; what the system noted names no field that is hidden."""
        shown = super().confirmed(context, entity, rows)
        if entity != "activity":
            return shown
        return [without_hidden_names(row, context.rights) for row in shown]

    @query
    def timeline(
        self, context: Context, entity: str, id: str, query: Mapping[str, Any]
    ) -> dict[str, Any]:
        """A page of what was done and noted about a record, newest first; a company's timeline
        holds that of its contacts and deals too."""
        context.rights.require("activity", "read")
        record_id = self.record_id(id)
        require_readable(self.parts, context, entity, record_id)
        with self.parts.database.reading() as connection:
            targets = targets_of(connection, context, entity, record_id)
            page = read_page(
                connection, context, Activity, query, targets=targets, bound_to=[entity, str(id)]
            )
        return replace(page, rows=self.confirmed(context, "activity", page.rows)).answer()

    @query
    def notifications(
        self, context: Context, limit: Any = None, cursor: Any = None, unread: Any = None
    ) -> dict[str, Any]:
        """A page of what the user was told, newest first, and how much of all is unread."""
        context.rights.require_own("notification", "read")
        user = context.user_id
        with self.parts.database.reading() as connection:
            rows, following = notifications.page_of(connection, user, limit, cursor, unread)
            count = notifications.unread_count(connection, user)
        return {"items": self._shown(context, rows), "next_cursor": following, "unread": count}

    @command
    def mark_notification(self, context: Context, id: str, read: Any) -> dict[str, Any]:
        """A notification of the user's own, marked as read or as unread."""
        context.rights.require_own("notification", "update")
        identifier = self.record_id(id)
        if not isinstance(read, bool):
            refuse("/read", "wrong_type", "Must be true or false.")
        with self.parts.database.transaction() as connection:
            row = notifications.mark(connection, context.user_id, identifier, read=read)
        if row is None:
            raise NotFound("There is no such record.")
        return self._shown(context, [row])[0]

    @command
    def mark_notifications(self, context: Context, until: Any) -> dict[str, int]:
        """Mark as read all that the user was told up to `until`; how many are unread then."""
        context.rights.require_own("notification", "update")
        moment = self._moment(until)
        with self.parts.database.transaction() as connection:
            notifications.mark_until(connection, context.user_id, moment)
            return {"unread": notifications.unread_count(connection, context.user_id)}

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
        """Note what happened to leads, whose story what they became has too, and tell people."""
        self._note(connection, events)
        organisation = self.parts.holder.current
        activities, tasks = self.records("activity"), self.records("task")
        follow_conversions(connection, organisation, activities, tasks, events)
        self._tell(connection, events)

    @react("contacts", "system_activities")
    def on_customer(self, connection: Connection, events: Sequence[Event]) -> None:
        """Note what happened to contacts and companies, and tell people."""
        self._note(connection, events)
        self._tell(connection, events)

    @react("deals", "system_activities")
    def on_deal(self, connection: Connection, events: Sequence[Event]) -> None:
        """Note what happened to deals, and tell people."""
        self._note(connection, events)
        self._tell(connection, events)

    @react("activities", "notifications")
    def on_own(self, connection: Connection, events: Sequence[Event]) -> None:
        """Tell people of activities and tasks."""
        self._tell(connection, events)

    def _note(self, connection: Connection, events: Sequence[Event]) -> None:
        """Of records that are gone for good nothing stays noted."""
        gone = [event for event in events if is_purge(event)]
        note_events(connection, [event for event in events if event not in gone])
        forget_records(connection, gone)

    def _tell(self, connection: Connection, events: Sequence[Event]) -> None:
        tell_of_events(connection, events, datetime.now(UTC))

    def _shown(self, context: Context, rows: Sequence[Row]) -> list[dict[str, Any]]:
        wanted: dict[str, set[UUID]] = {}
        for row in rows:
            wanted.setdefault(row["entity"], set()).add(row["record_id"])
        names = names_of(self, context, wanted)
        return notifications.shown(rows, names, context.organisation)

    def _moment(self, given: Any) -> datetime:
        try:
            return as_moment(given)
        except Malformed as refusal:
            refuse("/until", refusal.code, refusal.detail)

    def _take(self, connection: Connection, entity: str, events: Sequence[Event]) -> None:
        told = Labels.take(connection, entity, events)
        for model in self.entities:
            field = model.entity.record_links
            if field is not None:
                refresh_record_links(connection, field, entity, told)
