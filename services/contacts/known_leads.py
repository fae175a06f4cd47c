"""What contacts keep of leads, and what they tell of a new lead whose sender is known already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select

from chassis.access.organisation import Organisation
from chassis.journal.writing import NewEvent, record_each
from chassis.listening.event import Event
from chassis.listening.labels import Labels
from contracts.contacts import SERVICE
from services.contacts.candidates import best
from services.contacts.matching import keep_keys, lead_keys, records_with
from services.contacts.models import Company, Contact

MATCHED_BY: Final = ("email", "phone")


def keep_leads(connection: Connection, events: Sequence[Event]) -> None:
    """Keep the titles and match keys of leads; those of a deleted lead are forgotten."""
    told = Labels.take(connection, "lead", events)
    newest: dict[UUID, Event] = {}
    for event in sorted(events, key=lambda event: event.record_version):
        newest[event.record_id] = event
    keys = {
        record_id: [] if event.record.get("deleted") else lead_keys(event.record)
        for record_id, event in newest.items()
        if record_id in told
    }
    keep_keys(connection, "lead", keys)


def tell_matches(
    connection: Connection, organisation: Organisation, events: Sequence[Event]
) -> None:
    """Say of each new lead whose e-mail or phone is known to whom it belongs."""
    found = ((event, _match(connection, event)) for event in events if not event.silent)
    record_each(
        connection,
        [
            (event.context(SERVICE, organisation), _told(event, match))
            for event, match in found
            if match is not None
        ],
    )


def _match(connection: Connection, event: Event) -> dict[str, UUID | None] | None:
    keys = [key for key in lead_keys(event.record) if key[0] in MATCHED_BY]
    shared = records_with(connection, keys, ("contact", "company"))
    for made in _made_of(connection, event.record_id, shared):
        del shared[made]
    contact, company = best(shared, "contact"), best(shared, "company")
    if contact is None and company is None:
        return None
    if contact is not None and company is None:
        company = _employer(connection, contact)
    return {"contact_id": contact, "company_id": company}


def _made_of(
    connection: Connection, lead_id: UUID, found: Iterable[tuple[str, UUID]]
) -> list[tuple[str, UUID]]:
    """Those of `found` that the lead itself became, before anybody came to look: they are no sign
    of who it is from, and are gone as soon as its conversion is undone."""
    made: list[tuple[str, UUID]] = []
    for model in (Contact, Company):
        name, c = model.entity.name, model.entity.table.c
        ids = [record_id for entity, record_id in found if entity == name]
        query = select(c.id).where(c.id.in_(ids), c.lead_id == lead_id)
        made += [(name, each) for each in connection.execute(query).scalars()] if ids else []
    return made


def _employer(connection: Connection, contact_id: UUID) -> UUID | None:
    companies = Contact.entity.fields["companies"].child
    assert companies is not None
    c = companies.c
    query = select(c.target_id).where(c.record_id == contact_id, c.is_primary)
    found: UUID | None = connection.execute(query).scalar()
    return found


def _told(event: Event, match: dict[str, UUID | None]) -> NewEvent:
    record: dict[str, Any] = {name: each and str(each) for name, each in match.items()} | {
        "id": str(event.record_id),
        "owner_id": None,
        "stage_id": None,
        "open": False,
        "observer_ids": [],
        "deleted": False,
    }
    return NewEvent("lead_match.found", "lead_match", event.record_id, 1, record, {})
