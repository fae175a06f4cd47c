"""Made-up companies and contacts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chassis.database.metadata import chassis_metadata
from chassis.records.entity import Base
from services.contacts.seeding import seed_companies, seed_contacts
from tests.contacts.house import House

UNTIL = datetime(2026, 6, 1, tzinfo=UTC)


def seeded(house: House) -> list[list[dict[str, Any]]]:
    """What is there after seeding."""
    seed_companies(house.service.parts, 40, until=UNTIL)
    seed_contacts(house.service.parts, 60, until=UNTIL)
    query = {"limit": 500, "sort": "number"}
    return [house.found("chief", entity, **query) for entity in ("company", "contact")]


def test_seeded_records_are_the_same_for_the_same_seed(house: House, make_database: Any) -> None:
    companies, contacts = seeded(house)
    other = House(make_database(chassis_metadata, Base.metadata, service="contacts"))
    assert [companies, contacts] == seeded(other)
    assert seed_contacts(house.service.parts, 10, until=UNTIL) == 10
    assert len({each["id"] for each in house.found("chief", "contact", limit=500)}) == 70


def test_seeded_records_belong_together_and_can_be_worked_with(house: House) -> None:
    companies, contacts = seeded(house)
    owners = {company["id"]: company["owner_id"] for company in companies}
    assert any(company["parent_id"] for company in companies)
    employed = [contact for contact in contacts if contact["companies"]]
    assert len(employed) > 40
    for contact in employed:
        primary = contact["companies"][0]
        assert primary["primary"] and contact["owner_id"] == owners[primary["id"]]
    for record in (*companies[:10], *contacts[:10]):
        changed = house.update("chief", record, comments="Changed")
        assert changed["version"] == 2 and changed["name"] == record["name"]
        history = house.service.history(house.as_("chief"), record["type"], record["id"])
        assert history["items"][-1]["changes"]["name"] == [None, record["name"]]
        found = house.matches("chief", emails=[record["emails"][0]["value"]])
        assert record["id"] in {match["id"] for match in found}
