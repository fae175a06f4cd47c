"""What deals keep of activities goes with the deal, and with the activity."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select

from services.deals.done_activities import was_done
from services.deals.models import DONE_ACTIVITIES
from tests.deals.house import House, event


def hear(house: House, activity: UUID, version: int, name: str, **record: Any) -> None:
    told = replace(event("activity", activity, version, **record), name=f"activity.{name}")
    with house.database.transaction() as connection:
        house.service.on_activity(connection, [told])


def call_about(house: House, deal: dict[str, Any]) -> UUID:
    """A call that was done about the deal."""
    activity, links = uuid4(), [{"type": "deal", "id": deal["id"]}]
    hear(house, activity, 1, "created", kind="call", done=True, links=links)
    with house.database.reading() as connection:
        assert was_done(connection, UUID(deal["id"]), "call")
    return activity


def kept(house: House) -> int:
    with house.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(DONE_ACTIVITIES)).scalar_one()


def test_done_activities_of_a_purged_deal_are_forgotten(house: House) -> None:
    gone, other = house.create("ana"), house.create("ana")
    call_about(house, gone)
    call_about(house, other)
    house.service.delete(house.as_("ana"), "deal", gone["id"], 1)
    assert kept(house) == 2
    house.service.purge(house.as_("chief"), "deal", gone["id"], 2)
    assert kept(house) == 1


def test_a_purged_activity_was_not_done(house: House) -> None:
    activity = call_about(house, house.create("ana"))
    hear(house, activity, 2, "purged", deleted=True)
    assert kept(house) == 0
    hear(house, activity, 1, "created", kind="call", done=True, links=[])
    assert kept(house) == 0
