"""Whose activities a timeline shows: the record's own, and a company's contacts' and deals' too."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from chassis.context import Context
from chassis.errors import Malformed, NotFound
from chassis.listening.labels import known_labels
from chassis.service.base import Parts
from contracts.catalogue import ENTITIES
from services.activities.company_records import readable_records_of
from services.activities.rules import LINKED


def require_readable(parts: Parts, context: Context, entity: str, record_id: UUID) -> None:
    """Raise NotFound when the record is absent, unreadable or in the recycle bin.

    Its owner is asked where its label does not say that it can be read: the event that tells of it,
    or of its handing over, may be on the way.
    """
    if entity not in LINKED:
        raise Malformed("This has no timeline.", code="unknown_entity")
    context.rights.require(entity, "read")
    with parts.database.reading() as connection:
        known = known_labels(connection, entity, [record_id], context.rights)
    if known.get(record_id):
        return
    owner = parts.remote(ENTITIES[entity].service)
    asked = owner.prepared(context, "readable", entity=entity, ids=[str(record_id)])
    [readable] = parts.client.gather([asked])
    if not readable:
        raise NotFound("There is no such record.")


def targets_of(
    connection: Connection, context: Context, entity: str, record_id: UUID
) -> list[UUID]:
    """The records whose activities the timeline of `record_id` shows, all of them readable."""
    members: list[UUID] = []
    if entity == "company":
        members = readable_records_of(connection, record_id, context.rights)
    return [record_id, *members]
