"""The service of leads: their records, their statuses, and the names of the people on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from sqlalchemy import Connection

from chassis.listening.event import Event
from chassis.listening.labels import Labels
from chassis.records.entity import Record
from chassis.service.listener import copy
from chassis.service.record_service import RecordService
from chassis.stages.seeding import seed_stages
from services.leads.models import Lead
from services.leads.rules import DEFAULT_STATUSES


class LeadsService(RecordService):
    """Owns leads."""

    name: ClassVar[str] = "leads"
    entities: ClassVar[tuple[type[Record], ...]] = (Lead,)

    def on_migrate(self) -> None:
        """The statuses that a new installation starts with."""
        with self.parts.database.transaction() as connection:
            seed_stages(connection, "lead", DEFAULT_STATUSES)

    @copy("identity", "user_names")
    def on_user(self, connection: Connection, events: Sequence[Event]) -> None:
        """Keep the names of users, so that a list of leads can show them by itself."""
        Labels.take(connection, "user", events)
