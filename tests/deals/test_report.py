"""Reports of deals: by stage, over pipelines, and one hop away; drilled down to by the list."""

from __future__ import annotations

from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from tests.deals.house import House, event
from tests.leads.house import known

READERS = ("chief", "ana", "head", "ella", "root")
GROUPS = (
    "stage", "owner_id", "pipeline_id,stage", "company.industry", "reason", "open,stage",
    "month(expected_close),owner_id", "day(created_at)", "company_id", "",
)  # fmt: skip


def report(house: House, who: str, **query: Any) -> list[dict[str, Any]]:
    """The groups as `who` sees them."""
    answer = house.service.report(house.as_(who), "deal", query)
    groups: list[dict[str, Any]] = answer["groups"]
    return groups


def listed(house: House, who: str, query: Any) -> list[str]:
    """The titles that the list shows `who`."""
    page = house.service.list(house.as_(who), "deal", {"filter": query, "limit": 500})
    return sorted(item["title"] for item in page["items"])


@pytest.fixture
def filled(house: House) -> House:
    """Deals of three people, in two pipelines, with a company that only some may read."""
    company = uuid4()
    facts = {"owner_id": str(known("ana")), "open": False, "observer_ids": []}
    told = event("company", company, name="Silva", industry="retail", **facts)
    with house.database.transaction() as connection:
        house.service.on_customer(connection, [told])
    other = house.pipeline("service")["id"]
    amount = {"amount": "10", "currency": "BRL"}
    house.create("ana", title="a1", amount=amount, company_id=str(company), source="web")
    house.create("ana", title="a2", amount=amount, stage="won", expected_close="2026-12-31")
    house.create("ana", title="a3", pipeline_id=other)
    house.create("bruno", title="b1", amount={"amount": "2", "currency": "USD"})
    house.create("carla", title="c1", stage="lost", reason="Price", open=True)
    house.create("carla", title="c2", stage="won", observer_ids=[str(known("ana"))])
    return house


def test_stages_of_all_pipelines_are_put_together_by_code(filled: House) -> None:
    groups = report(filled, "chief", group="stage", measure="count,sum(amount)")
    assert [(g["key"]["stage"], g["figures"]["count"]) for g in groups] == [
        ("new", 3), ("won", 2), ("lost", 1),
    ]  # fmt: skip
    assert groups[0]["figures"]["sum(amount)"]["base"] == {"amount": "20.20", "currency": "BRL"}
    each = report(filled, "chief", group="pipeline_id,stage", filter={"stage": "new"})
    assert sorted(g["figures"]["count"] for g in each) == [1, 2]


def test_groups_drill_down_to_the_rows_of_the_list(filled: House) -> None:
    asked = {"title": {"ne": "a9"}}
    for who, group in product(READERS, GROUPS):
        groups = report(filled, who, group=group, filter=asked)
        drilled = [listed(filled, who, one["filter"]) for one in groups]
        assert [len(titles) for titles in drilled] == [one["figures"]["count"] for one in groups]
        assert sorted(title for titles in drilled for title in titles) == listed(filled, who, asked)


def test_what_cannot_be_read_one_hop_away_is_an_empty_group(filled: House) -> None:
    seen = {
        one["key"]["company.industry"] for one in report(filled, "ana", group="company.industry")
    }
    assert seen == {"retail", None}
    hidden = report(filled, "chief", group="company.industry")
    assert [one["key"] for one in hidden] == [{"company.industry": None}]
