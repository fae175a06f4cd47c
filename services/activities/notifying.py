"""Telling people: of what was given to them, of texts that mention them. Each is told once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from chassis.context import Actor
from chassis.listening.event import Event
from chassis.listening.labels import FACTS
from chassis.records.facts import facts_of
from chassis.records.rows import find_row
from chassis.work.job import Job
from chassis.work.scheduling import schedule
from services.activities import rules
from services.activities.tables import NOTIFICATIONS

if TYPE_CHECKING:
    from chassis.service.record_service import RecordService

MENTION: Final = "activities.mention"


@dataclass(frozen=True)
class Notification:
    """What `user_id` is told of a record, because of `cause`: of the same cause once."""

    cause: str
    user_id: UUID
    kind: str
    entity: str
    record_id: UUID
    actor_id: UUID | None = None
    data: dict[str, Any] = field(default_factory=dict)


def notify(connection: Connection, told: Sequence[Notification]) -> None:
    """Tell people, each of what they were not told yet."""
    rows = []
    for each in told:
        values = asdict(each)
        rows.append({"id": rules.notification_id(values.pop("cause"), each.user_id), **values})
    if rows:
        connection.execute(insert(NOTIFICATIONS).values(rows).on_conflict_do_nothing())


def tell_of_events(connection: Connection, events: Sequence[Event], now: datetime) -> None:
    """Tell whoever was made responsible by somebody else, and see to those who are mentioned."""
    told = []
    for event in events:
        if rules.is_news(event.occurred_at, now, silent=event.silent):
            owner = rules.assigned_to(event.changes, event.actor.get("id"))
            if owner is not None:
                told.append(_notification(event, owner, "assigned"))
            _see_to_mentions(connection, event)
    notify(connection, told)


def _notification(event: Event, user_id: UUID, kind: str) -> Notification:
    actor = event.actor.get("id")
    return Notification(
        cause=str(event.id),
        user_id=user_id,
        kind=kind,
        entity=event.entity,
        record_id=event.record_id,
        actor_id=actor and UUID(actor),
    )


def _see_to_mentions(connection: Connection, event: Event) -> None:
    """Whether the mentioned may read the record is found out apart: it may have to be asked what
    the organisation is now, which no transaction waits for."""
    change = event.changes.get(rules.MENTIONING.get(event.entity, ""))
    users = rules.mentioned(change, event.actor.get("id")) if change else []
    if users:
        arguments = {
            "event": str(event.id),
            "entity": event.entity,
            "record_id": str(event.record_id),
            "actor": event.actor.get("id"),
            "users": [str(user) for user in users],
            "facts": {fact: event.record.get(fact) for fact in (*FACTS, "deleted")},
        }
        schedule(connection, MENTION, arguments)


def tell_mentioned(service: RecordService, job: Job) -> None:
    """Tell those of the mentioned who may read the record, and the text in it."""
    given = job.arguments
    organisation = service.parts.holder.refresh()
    entity, record_id = given["entity"], UUID(given["record_id"])
    with service.parts.database.transaction() as connection:
        facts = _facts(service, connection, entity, record_id, given["facts"])
        told = []
        for user in map(UUID, given["users"]):
            rights = organisation.rights(Actor("user", user, service.name))
            shown = rights.field(entity, rules.MENTIONING[entity]) != "hidden"
            if facts and shown and rights.covers(entity, "read", facts):
                actor = given["actor"] and UUID(given["actor"])
                told.append(
                    Notification(given["event"], user, "mentioned", entity, record_id, actor)
                )
        notify(connection, told)


def _facts(
    service: RecordService,
    connection: Connection,
    entity: str,
    record_id: UUID,
    told: Mapping[str, Any],
) -> Mapping[str, Any] | None:
    """What decides who reads the record: of our own as it is now, of others as their owner told."""
    model = next((each for each in service.entities if each.entity.name == entity), None)
    if model is None:
        return None if told["deleted"] else told
    row = find_row(connection, model.entity, record_id)
    return row and facts_of(model.entity, row)
