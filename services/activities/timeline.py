"""Whose activities a timeline shows: the record's own, and a company's contacts' and deals' too."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from chassis.context import Context
from chassis.errors import Malformed, NotFound
from chassis.listening.labels import known_labels
from services.activities.company_records import readable_records_of
from services.activities.rules import LINKED


def targets_of(
    connection: Connection, context: Context, entity: str, record_id: UUID
) -> list[UUID]:
    """The records whose activities the timeline of `record_id` shows, all of them readable.

    NotFound when the record itself is absent, unreadable or in the recycle bin.
    """
    if entity not in LINKED:
        raise Malformed("This has no timeline.", code="unknown_entity")
    rights = context.rights
    rights.require(entity, "read")
    if not known_labels(connection, entity, [record_id], rights).get(record_id):
        raise NotFound("There is no such record.")
    members = readable_records_of(connection, record_id, rights) if entity == "company" else []
    return [record_id, *members]
