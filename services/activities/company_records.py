"""The copy of which contacts and deals belong to which company, whose timeline shows theirs too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select

from chassis.access.rights import Rights
from chassis.listening.event import Event
from chassis.listening.labels import known_labels, known_versions
from chassis.records.inserting import insert_rows
from services.activities.models import COMPANY_RECORDS


def take_company_records(connection: Connection, entity: str, events: Sequence[Event]) -> None:
    """Keep to which companies the records of `entity` belong, as the newest of `events` tells.

    The labels must have been taken before: what they know better is left alone.
    """
    newest: dict[UUID, Event] = {}
    for event in events:
        known = newest.get(event.record_id)
        if event.entity == entity and (
            known is None or known.record_version < event.record_version
        ):
            newest[event.record_id] = event
    versions = known_versions(connection, entity, newest)
    current = {
        record_id: event
        for record_id, event in newest.items()
        if event.record_version >= versions.get(record_id, 0)
    }
    if not current:
        return
    c = COMPANY_RECORDS.c
    connection.execute(delete(COMPANY_RECORDS).where(c.entity == entity, c.record_id.in_(current)))
    rows = [
        {"entity": entity, "record_id": record_id, "company_id": company_id}
        for record_id, event in current.items()
        for company_id in sorted(_companies(event.record))
    ]
    insert_rows(connection, COMPANY_RECORDS, rows)


def readable_records_of(connection: Connection, company_id: UUID, rights: Rights) -> list[UUID]:
    """The contacts and deals of a company that the holder of `rights` reads."""
    c = COMPANY_RECORDS.c
    query = select(c.entity, c.record_id).where(c.company_id == company_id)
    found: dict[str, list[UUID]] = {}
    for entity, record_id in connection.execute(query):
        found.setdefault(entity, []).append(record_id)
    readable = (known_labels(connection, entity, ids, rights) for entity, ids in found.items())
    return [identifier for labels in readable for identifier, reads in labels.items() if reads]


def _companies(record: Mapping[str, Any]) -> set[UUID]:
    linked = [link.get("id") for link in record.get("companies") or ()]
    return {UUID(each) for each in (*linked, record.get("company_id")) if each}
