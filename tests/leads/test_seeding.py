"""Made-up leads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from services.leads.seeding import seed
from tests.leads.house import House

UNTIL = datetime(2026, 6, 1, tzinfo=UTC)


def everything(house: House) -> list[dict[str, Any]]:
    """All leads, as the chief sees them."""
    query = {"limit": 500, "sort": "number"}
    items = house.service.list(house.as_("chief"), "lead", query)["items"]
    return list(items)


def test_seeded_leads_are_the_same_for_the_same_seed(house: House, make_database: Any) -> None:
    seed(house.service.parts, 60, until=UNTIL)
    other = House(make_database(*_metadata(), service="leads"))
    told: list[int] = []
    assert seed(other.service.parts, 60, progress=told.append, until=UNTIL) == 60
    assert everything(house) == everything(other) and told == [60]
    assert seed(house.service.parts, 10, until=UNTIL) == 10
    assert len({lead["id"] for lead in everything(house)}) == 70


def test_seeded_lead_is_as_good_as_a_written_one(house: House) -> None:
    seed(house.service.parts, 40, until=UNTIL)
    for lead in everything(house):
        history = house.service.history(house.as_("chief"), "lead", lead["id"])["items"]
        assert history[0]["changes"]["title"] == [None, lead["title"]]
        assert history[0]["occurred_at"].isoformat()[:26] == lead["created_at"][:-1]
        if lead["status"] != "converted":
            assert house.update("chief", lead, company_name="Changed")["version"] == 2


def _metadata() -> Any:
    from chassis.database.metadata import chassis_metadata
    from chassis.records.entity import Base

    return chassis_metadata, Base.metadata
