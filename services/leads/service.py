"""The service of leads: their records, statuses and conversions, and the names they show."""

# ruff: noqa: A002 - `id` is what the argument is called on the bus.

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import Connection

from chassis.context import Context
from chassis.listening.event import Event
from chassis.listening.labels import Labels
from chassis.records.copying import keep_copied_columns
from chassis.records.entity import Record
from chassis.records.hooks import Row
from chassis.sagas.keeping import work_kind
from chassis.service.base import Parts
from chassis.service.entrypoints import command, query
from chassis.service.listener import copy, react
from chassis.service.record_service import RecordService
from chassis.stages.seeding import seed_stages
from contracts.activities import TIMES, TIMES_VERSION
from services.leads.conversion import KIND
from services.leads.converting import Conversions
from services.leads.linking import link_known
from services.leads.models import Lead
from services.leads.rules import DEFAULT_STATUSES


class LeadsService(RecordService):
    """Owns leads."""

    name: ClassVar[str] = "leads"
    entities: ClassVar[tuple[type[Record], ...]] = (Lead,)
    calls: ClassVar[tuple[str, ...]] = ("contacts", "deals")

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self.conversions = Conversions(parts, self.records("lead"))

    def on_migrate(self) -> None:
        """The statuses that a new installation starts with."""
        with self.parts.database.transaction() as connection:
            seed_stages(connection, "lead", DEFAULT_STATUSES)

    def short_work(self) -> Mapping[str, Callable[[Any], Any]]:
        """Conversions that were interrupted go on."""
        return {work_kind(KIND): self.conversions.sagas.resume}

    def permit(
        self,
        connection: Connection,
        context: Context,
        entity: str,
        operation: str,
        current: Row | None,
        values: dict[str, Any],
    ) -> None:
        """A lead is not deleted while it is being converted."""
        if current is not None and operation == "delete":
            self.conversions.require_idle(connection, current)

    @command
    def convert(self, context: Context, id: str, wishes: Any) -> dict[str, Any]:
        """The conversion of a lead."""
        return self.conversions.convert(context, self.record_id(id), wishes)

    @query
    def offer_conversion(self, context: Context, id: str) -> dict[str, Any]:
        """What a lead would become by itself."""
        return self.conversions.offer(context, self.record_id(id))

    @query
    def conversion(self, context: Context, id: str) -> dict[str, Any]:
        """A conversion as it stands."""
        return self.conversions.show(context, self.record_id(id))

    @command
    def undo_conversion(self, context: Context, id: str) -> dict[str, Any]:
        """Take back what a conversion made."""
        return self.conversions.undo(context, self.record_id(id))

    @copy("identity", "user_names")
    def on_user(self, connection: Connection, events: Sequence[Event]) -> None:
        """Keep the names of users, so that a list of leads can show them by itself."""
        Labels.take(connection, "user", events)

    @copy("contacts", "customer_names")
    def on_customer(self, connection: Connection, events: Sequence[Event]) -> None:
        """Keep the names of contacts and companies that leads belong to."""
        Labels.take(connection, "contact", events)
        Labels.take(connection, "company", events, fields=("industry",))

    @copy("deals", "deal_names")
    def on_deal(self, connection: Connection, events: Sequence[Event]) -> None:
        """Keep the titles of the deals that leads became."""
        Labels.take(connection, "deal", events)

    @copy("activities", "activity_times")
    def on_activity_times(self, connection: Connection, events: Sequence[Event]) -> None:
        """Keep when something was last done about a record, and what is planned next."""
        for model in self.entities:
            keep_copied_columns(connection, model.entity, events, TIMES, TIMES_VERSION)

    @react("contacts", "known_senders")
    def on_lead_match(self, connection: Connection, events: Sequence[Event]) -> None:
        """Flag leads from somebody known, and link them to whom that is."""
        for event in events:
            context = event.context(self.name, self.parts.holder.current)
            link_known(connection, context, self.records("lead"), event.record)
