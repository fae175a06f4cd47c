"""Made-up deals."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid5

from services.deals.seeding import seed
from tests.deals.house import House, event
from tests.leads.house import SPACE, known

UNTIL = datetime(2026, 1, 1, tzinfo=UTC)


def rows(house: House) -> list[dict[str, Any]]:
    """All deals, oldest first."""
    query = {"sort": "created_at", "limit": 500}
    items: list[dict[str, Any]] = house.service.list(house.as_("root"), "deal", query)["items"]
    return items


def introduce(house: House) -> None:
    """Some customers of Ana's."""
    owned = {"owner_id": str(known("ana"))}
    told = [
        *(event("company", uuid5(SPACE, f"company {n}"), name=f"C{n}", **owned) for n in range(5)),
        *(event("contact", uuid5(SPACE, f"contact {n}"), name=f"P{n}", **owned) for n in range(9)),
    ]
    with house.database.transaction() as connection:
        house.service.on_customer(connection, told)


def test_made_up_deals_are_as_good_as_written_ones(house: House) -> None:
    introduce(house)
    assert seed(house.service.parts, 200, until=UNTIL) == 200
    made = rows(house)
    stages = {
        stage["code"]: stage for stage in house.service.stages(house.as_("root"), "deal")["items"]
    }
    assert {deal["stage"] for deal in made} == set(stages)
    assert all(bool(deal["reason"]) == (deal["stage"] == "lost") for deal in made)
    assert all(bool(deal["closed_at"]) == (deal["stage"] in ("won", "lost")) for deal in made)
    assert all(deal["probability"] is not None for deal in made)
    some = next(deal for deal in made if deal["contacts"] and deal["stage"] == "new")
    assert sum(contact["primary"] for contact in some["contacts"]) == 1
    assert some["owner_id"] == str(known("ana"))
    shown = house.get("ana", some, include="company,contacts")
    assert shown["company"]["name"] in some["title"]
    [created] = house.service.history(house.as_("root"), "deal", some["id"])["items"]
    follows = {"pipeline_id": some["pipeline_id"], "stage": "new"}
    follows |= {"probability": some["probability"], "contacts": some["contacts"]}
    assert created["changes"].items() >= {n: [None, v] for n, v in follows.items()}.items()
    assert house.update("ana", some, stage="proposal")["stage"] == "proposal"
    counts = sum(column["count"] for column in house.board("root")["columns"])
    assert counts == 200


def test_same_seed_makes_the_same_deals_and_more_of_it_others(house: House) -> None:
    seed(house.service.parts, 20, until=UNTIL)
    first = [(deal["id"], deal["title"]) for deal in rows(house)]
    seed(house.service.parts, 20, until=UNTIL)
    assert len({deal["id"] for deal in rows(house)}) == 40
    assert {title for _, title in first} <= {deal["title"] for deal in rows(house)}
