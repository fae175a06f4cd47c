"""What nobody in good faith would send is refused and changes nothing."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from chassis.errors import Invalid, Malformed, NotFound, Refusal
from tests.leads.house import House


def nested(depth: int) -> Any:
    """Objects in one another."""
    value: Any = {}
    for _ in range(depth):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    "body",
    [
        None, [], "x", 3, {"": 1}, {"a/b~c": 1}, {"x" * 100_000: 1}, {"custom": nested(800)},
        {"address": nested(800)}, {"tags": [[]]}, {"id": "'; DROP TABLE leads"}, {"id": 7},
        {"amount": {"amount": float("inf")}}, {"title": {"$ne": None}},
        {"title": "\ud800"},
    ],
)  # fmt: skip
def test_body_of_no_sense_is_malformed(house: House, body: Any) -> None:
    with pytest.raises(Malformed):
        house.service.create(house.as_("ana"), "lead", body)
    assert house.service.list(house.as_("ana"), "lead", {})["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"title": "\0"}, {"comments": "x" * 5_000_000},
        {"emails": [{"value": "a@b.example\r\nBcc: c@d.example"}]},
        {"phones": [{"value": "+5511953511234"}] * 51}, {"tags": ["x" * 101]},
        {"amount": {"amount": "9" * 40, "currency": "BRL"}}, {"address": {"city": "\0"}},
        {"observer_ids": [str(uuid4()) for _ in range(201)]},
    ],
)  # fmt: skip
def test_value_that_cannot_be_kept_breaks_a_rule(house: House, body: Any) -> None:
    with pytest.raises(Invalid):
        house.create("ana", **body)


@pytest.mark.parametrize("given", ["", "x", 7, None, "0" * 36, "{" + str(uuid4())[:34] + "}"])
def test_id_that_is_none_names_nothing(house: House, given: Any) -> None:
    for call in (house.service.get, house.service.history, house.service.restore):
        with pytest.raises(NotFound):
            call(house.as_("ana"), "lead", given)


@pytest.mark.parametrize("entity", ["deal", "user", "", None, [], {}, "lead;"])
def test_entity_of_somebody_else_is_refused(house: House, entity: Any) -> None:
    with pytest.raises(Refusal):
        house.service.list(house.as_("ana"), entity, {})


@pytest.mark.parametrize("page", [{"limit": 0}, {"limit": 501}, {"limit": "1"}, {"cursor": "x"}])
def test_page_of_history_that_cannot_be_is_malformed(house: House, page: Any) -> None:
    lead = house.create("ana")
    with pytest.raises(Malformed):
        house.service.history(house.as_("ana"), "lead", lead["id"], **page)
