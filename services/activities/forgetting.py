"""Removing what the system noted about records that are gone for good."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from chassis.access.organisation import Organisation
from chassis.listening.event import Event
from chassis.records.hooks import Hooks
from chassis.records.purging import purge_rows
from contracts.activities import SERVICE
from services.activities.models import Activity
from services.activities.rules import SYSTEM

_PURGED = "purged"


def is_purge(event: Event) -> bool:
    """Whether `event` says that its record is gone for good."""
    return event.name == f"{event.entity}.{_PURGED}"


def forget_noted(
    connection: Connection, hooks: Hooks, organisation: Organisation, events: Sequence[Event]
) -> None:
    """Remove the system activities about the records that `events` say are gone."""
    c = Activity.entity.table.c
    for event in events:
        about = c.target_entity == event.entity, c.target_id == event.record_id, c.kind == SYSTEM
        query = select(Activity.entity.table).where(*about).with_for_update()
        rows = [dict(row) for row in connection.execute(query).mappings()]
        context = event.context(SERVICE, organisation)
        purge_rows(connection, context, Activity.entity, hooks, rows)
