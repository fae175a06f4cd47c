"""The service of activities: what it hears is noted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from sqlalchemy import Connection

from chassis.listening.event import Event
from chassis.records.entity import Record
from chassis.service.listener import react
from chassis.service.record_service import RecordService
from services.activities.forgetting import forget_noted, is_purge
from services.activities.models import Activity
from services.activities.noting import note_events


class ActivitiesService(RecordService):
    """Owns activities."""

    name: ClassVar[str] = "activities"
    entities: ClassVar[tuple[type[Record], ...]] = (Activity,)

    @react("leads", "system_activities")
    def on_lead(self, connection: Connection, events: Sequence[Event]) -> None:
        """Note what happened to leads; of those that are gone for good nothing stays noted."""
        organisation = self.parts.holder.current
        gone = [event for event in events if is_purge(event)]
        note_events(connection, organisation, [event for event in events if not is_purge(event)])
        forget_noted(connection, self, organisation, gone)
