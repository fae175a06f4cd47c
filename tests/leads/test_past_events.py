"""Looking back in the journal of leads: newest first, sought by what was done, by whom and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from chassis.errors import Malformed
from chassis.records import past
from tests.leads.house import House, known


@pytest.fixture
def world(house: House) -> House:
    """Ana changes a lead and bins another, Bruno makes one."""
    lead = house.create("ana", title="Ana's", amount={"amount": "10.00", "currency": "BRL"})
    house.create("bruno", title="Bruno's")
    binned = house.create("ana", title="Binned")
    lead = house.update("chief", lead, amount={"amount": "20.00", "currency": "BRL"})
    house.update("ana", lead, status="in_progress", comments="A change")
    house.service.delete(house.as_("ana"), "lead", binned["id"], 1)
    return house


def page(house: House, who: str, **query: Any) -> dict[str, Any]:
    return house.service.past_events(house.as_(who), query)


def names(found: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(item["name"], item["record"].get("title")) for item in found["items"]]


ANAS = [
    ("lead.deleted", "Binned"), ("lead.status_changed", "Ana's"), ("lead.updated", "Ana's"),
    ("lead.updated", "Ana's"), ("lead.created", "Binned"), ("lead.created", "Ana's"),
]  # fmt: skip


def whole(house: House, who: str, **query: Any) -> list[dict[str, Any]]:
    """All that is sought, page by page."""
    items: list[dict[str, Any]] = []
    while True:
        found = page(house, who, **query)
        items += found["items"]
        if found["reached"] is None:
            return items
        query["before"] = found["reached"]


def test_everybody_is_told_of_what_they_may_read_newest_first(world: House) -> None:
    told = page(world, "ana")
    assert names(told)[0] == ANAS[0] and sorted(names(told)) == sorted(ANAS)
    assert told["reached"] is None and len({item["place"] for item in told["items"]}) == 6
    assert [i["place"] for i in told["items"]] == sorted(i["place"] for i in told["items"])[::-1]
    assert names(page(world, "bruno")) == [("lead.created", "Bruno's")]
    assert len(page(world, "root")["items"]) == 7
    for nobody in ("nobody", "gone", "carla"):
        assert page(world, nobody) == {"items": [], "reached": None}


@pytest.mark.parametrize("window", [1, 2, 3, 2_000])
@pytest.mark.parametrize("limit", [1, 2, 50])
def test_past_is_the_same_however_it_is_paged(
    world: House, monkeypatch: pytest.MonkeyPatch, window: int, limit: int
) -> None:
    expected = page(world, "ana")["items"]
    monkeypatch.setattr(past, "WINDOW", window)
    assert whole(world, "ana", limit=limit) == expected


def test_past_is_sought_by_person_act_record_field_and_time(world: House) -> None:
    ana, chief = str(known("ana")), str(known("chief"))
    everything = page(world, "root")["items"]
    record = next(i["record_id"] for i in everything if i["record"].get("title") == "Ana's")
    moment = everything[3]["occurred_at"]
    for query, kept in (
        ({"actor": ana}, lambda i: i["actor"]["id"] == ana),
        ({"actor": chief}, lambda i: i["actor"]["id"] == chief),
        ({"act": "created"}, lambda i: i["name"] == "lead.created"),
        ({"record": record}, lambda i: i["record_id"] == record),
        ({"record": record, "actor": ana}, lambda i: i["record_id"] == record
         and i["actor"]["id"] == ana),
        ({"field": "amount"}, lambda i: "amount" in i["changes"]),
        ({"since": moment}, lambda i: i["occurred_at"] >= moment),
        ({"until": moment}, lambda i: i["occurred_at"] < moment),
        ({"entity": "lead"}, lambda i: True),
    ):  # fmt: skip
        found = page(world, "root", **{k: _wire(v) for k, v in query.items()})["items"]
        expected = [i for i in everything if kept(i)]
        assert found == expected != [], query
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert page(world, "root", since=later)["items"] == []


def _wire(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def test_change_of_a_hidden_field_is_found_by_nobody(house: House) -> None:
    lead = house.create("dora", title="Dora's")
    house.update("chief", lead, amount={"amount": "77.00", "currency": "BRL"}, tags=["x"])
    assert page(house, "dora", field="amount") == {"items": [], "reached": None}
    [told] = page(house, "dora", act="updated")["items"]
    assert set(told["changes"]) == {"tags"}
    assert [i["name"] for i in page(house, "chief", field="amount")["items"]] == ["lead.updated"]


def test_page_costs_two_statements_and_two_indexes_serve_it(world: House, statements: Any) -> None:
    for query in ({}, {"actor": str(known("ana"))}, {"act": "deleted"}):
        with statements() as seen:
            page(world, "root", **query)
        assert len(seen) == 2
    with world.database.transaction() as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        connection.execute(text("SET LOCAL enable_sort = off"))
        for where, index in (
            ("true", "ix_journal_occurred"),
            ("(actor ->> 'id') = 'x'", "ix_journal_actor"),
        ):
            plan = connection.execute(text(
                f"EXPLAIN SELECT id FROM journal WHERE {where} "
                "ORDER BY occurred_at DESC, id DESC LIMIT 5"
            )).scalars().all()  # fmt: skip
            assert index in str(plan) and "Sort" not in str(plan)


def test_what_cannot_be_understood_is_refused(world: House) -> None:
    for wrong in ({"entity": "deal"}, {"limit": 0}, {"before": 7}, {"before": "x_y"},
                  {"actor": "x"}, {"record": 7}, {"since": "yesterday"}, {"until": 1},
                  {"act": ["x"]}, {"field": 3}, {"field": "f" * 101}):  # fmt: skip
        with pytest.raises(Malformed):
            page(world, "ana", **wrong)
