"""Leads whose sender contacts knows already."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from chassis.identifiers import new_id
from chassis.listening.event import Event
from tests.leads.house import House, known


def match(lead: dict[str, Any], **found: UUID | None) -> Event:
    """What contacts tells of a lead that it recognises."""
    told = {name: each and str(each) for name, each in found.items()}
    return Event(
        id=new_id(), entity="lead_match", record_id=UUID(lead["id"]), record_version=1, position=1,
        schema=1, name="lead_match.found",
        actor={"kind": "user", "id": str(known("ana")), "service": "contacts"},
        root_cause=new_id(), depth=1, traceparent=None, silent=False,
        occurred_at=datetime.now(UTC), record={"id": lead["id"], **told}, changes={},
    )  # fmt: skip


def hear(house: House, *events: Event) -> None:
    """Let the service hear of matches."""
    with house.database.transaction() as connection:
        house.service.on_lead_match(connection, list(events))


def test_lead_of_somebody_known_is_flagged_and_linked_once(house: House) -> None:
    lead, contact, company = house.create("ana"), uuid4(), uuid4()
    found = match(lead, contact_id=contact, company_id=company)
    hear(house, found, found)
    after = house.get("ana", lead)
    assert after["repeat"] is True and after["version"] == 2
    assert (after["contact_id"], after["company_id"]) == (str(contact), str(company))
    hear(house, match(lead, contact_id=uuid4(), company_id=None))
    assert house.get("ana", lead) == after
    entry = house.service.history(house.as_("ana"), "lead", lead["id"])["items"][0]
    assert entry["actor"]["kind"] == "service" and entry["changes"]["repeat"] == [False, True]


def test_closed_and_deleted_leads_stay_as_they_are(house: House) -> None:
    closed = house.update("ana", house.create("ana"), status="junk", reason="No budget")
    gone = house.create("ana")
    house.service.delete(house.as_("ana"), "lead", gone["id"], gone["version"])
    hear(house, match(closed, contact_id=uuid4()), match(gone, contact_id=uuid4()))
    assert house.get("ana", closed) == closed
