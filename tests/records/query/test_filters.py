"""The filter language: what each operator finds, what is refused, and where."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from chassis.database.engine import Database
from chassis.errors import Malformed
from chassis.identifiers import new_id
from chassis.records.query.filters import OPERATORS
from chassis.records.query.viewer import Viewer
from tests.records.query.samples import Sample, World, fill, list_page, row

ZONE = "America/Sao_Paulo"


@pytest.fixture(scope="module")
def world() -> World:
    world = World()
    team = world.department("team")
    world.role("all", "all")
    world.user("ana", "all", departments=[team], time_zone=ZONE)
    world.user("bia", departments=[team])
    world.user("carlos")
    return world


@pytest.fixture(scope="module")
def filled(sample_database: Database, world: World) -> Database:
    ana, bia, carlos = (user["id"] for user in world.users)
    today = Viewer.of(world.context(ana)).today
    # Two in the morning in UTC is still the day before in São Paulo.
    night = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    with sample_database.transaction() as connection:
        connection.execute(text("TRUNCATE samples, sample_points, stages, labels"))
        world.save(connection)
        fill(connection, [
            row(world, 1, title="Alpha", source="web", seats=1, score=Decimal("1.50"),
                amount=(Decimal("100.00"), "BRL"), owner_id=ana, tags=["vip", "Big deal"],
                phones=["551130000000"], emails=["ana@example.com"], birthday=today,
                seen_at=night, contact="ana@example.com", kind="hot", comments="50% off_now"),
            row(world, 2, title="beta", source="fair", seats=2, owner_id=bia, status="won",
                amount=(Decimal("100.00"), "USD"), observer_ids=[ana, carlos], tags=["vip"],
                phones=["551140000000", "12025550100"], address={"city": "Recife"},
                birthday=today - timedelta(days=3), seen_at=night + timedelta(hours=2),
                repeat=True, comments="back\\slash"),
            row(world, 3, title="Gamma", seats=3, owner_id=carlos, status="lost",
                birthday=today + timedelta(days=3), amount=(Decimal("250.50"), "BRL")),
            row(world, 4, title="delta"),
        ])  # fmt: skip
    return sample_database


FOUND: list[tuple[Any, set[int]]] = [
    ({}, {1, 2, 3, 4}),
    ({"source": "web"}, {1}),
    ({"source": "WEB"}, set()),
    ({"source": {"ne": "web"}}, {2, 3, 4}),
    ({"source": None}, {3, 4}),
    ({"source": ""}, {3, 4}),
    ({"source": {"ne": None}}, {1, 2}),
    ({"source": {"in": ["web", "fair"]}}, {1, 2}),
    ({"source": {"nin": ["web"]}}, {2, 3, 4}),
    ({"source": {"empty": True}}, {3, 4}),
    ({"source": {"empty": False}}, {1, 2}),
    ({"source": {"nempty": True}}, {1, 2}),
    ({"not": {"source": "web"}}, {2, 3, 4}),
    ({"not": {"not": {"source": "web"}}}, {1}),
    ({"title": {"contains": "AM"}}, {3}),
    ({"title": {"ncontains": "am"}}, {1, 2, 4}),
    ({"source": {"ncontains": "e"}}, {2, 3, 4}),
    ({"title": {"starts": "a"}}, {1}),
    ({"title": {"ends": "TA"}}, {2, 4}),
    ({"title": {"gte": "b", "lt": "c"}}, {2}),
    ({"comments": {"contains": "0%"}}, {1}),
    ({"comments": {"contains": "%"}}, {1}),
    ({"comments": {"contains": "f_n"}}, {1}),
    ({"comments": {"contains": "k\\s"}}, {2}),
    ({"comments": {"contains": "k_s"}}, set()),
    ({"contact": "ANA@Example.com"}, {1}),
    ({"kind": "hot"}, {1}),
    ({"kind": "unheard of"}, set()),
    ({"seats": {"gt": 1}}, {2, 3}),
    ({"seats": {"gte": 2, "lte": 2}}, {2}),
    ({"seats": {"between": [2, 3]}}, {2, 3}),
    ({"seats": {"lt": 10**15}}, {1, 2, 3}),
    ({"seats": {"ne": 1}}, {2, 3, 4}),
    ({"score": "1.5"}, {1}),
    ({"score": {"lte": 2}}, {1}),
    ({"amount": {"gte": "100"}}, {1, 2, 3}),
    ({"amount": {"eq": {"amount": "100", "currency": "BRL"}}}, {1}),
    ({"amount": {"gt": {"amount": "100", "currency": "BRL"}}}, {3}),
    ({"amount": {"in": [{"amount": "100", "currency": "USD"}, "250.5"]}}, {2, 3}),
    ({"amount": {"between": ["100.01", "300"]}}, {3}),
    ({"repeat": True}, {2}),
    ({"repeat": {"ne": True}}, {1, 3, 4}),
    ({"birthday": "@today"}, {1}),
    ({"birthday": {"within_last": 3}}, {1, 2}),
    ({"birthday": {"within_last": 0}}, {1}),
    ({"birthday": {"within_next": 3}}, {1, 3}),
    ({"birthday": {"lt": "@today"}}, {2}),
    ({"seen_at": "2026-03-01"}, {1}),
    ({"seen_at": "2026-03-02"}, {2}),
    ({"seen_at": {"gt": "2026-03-01"}}, {2}),
    ({"seen_at": {"gte": "2026-03-01"}}, {1, 2}),
    ({"seen_at": {"lt": "2026-03-02"}}, {1}),
    ({"seen_at": {"lte": "2026-03-01"}}, {1}),
    ({"seen_at": {"between": ["2026-03-01", "2026-03-02"]}}, {1, 2}),
    ({"seen_at": {"in": ["2026-03-02"]}}, {2}),
    ({"seen_at": "2026-03-02T02:00:00Z"}, {1}),
    ({"seen_at": {"gt": "2026-03-01T23:00:00-03:00"}}, {2}),
    ({"seen_at": {"within_last": 36500}}, {1, 2}),
    ({"seen_at": {"within_next": 1}}, set()),
    ({"seen_at": {"lt": "@now"}}, {1, 2}),
    ({"seen_at": {"gte": "@now"}}, set()),
    ({"owner_id": "@me"}, {1}),
    ({"owner_id": {"ne": "@me"}}, {2, 3, 4}),
    ({"owner_id": "@my_department"}, {1, 2}),
    ({"owner_id": {"in": ["@me", "@my_department"]}}, {1, 2}),
    ({"owner_id": {"nin": ["@my_department"]}}, {3, 4}),
    ({"observer_ids": "@me"}, {2}),
    ({"observer_ids": {"in": ["@my_department"]}}, {2}),
    ({"observer_ids": {"ne": "@me"}}, {1, 3, 4}),
    ({"observer_ids": {"empty": True}}, {1, 3, 4}),
    ({"tags": "vip"}, {1, 2}),
    ({"tags": {"in": ["Big deal", "none"]}}, {1}),
    ({"tags": {"ne": "Big deal"}}, {2, 3, 4}),
    ({"tags": {"contains": "BIG"}}, {1}),
    ({"tags": {"ncontains": "big"}}, {2, 3, 4}),
    ({"tags": {"nempty": True}}, {1, 2}),
    ({"phones": "+55 11 3000-0000"}, {1}),
    ({"phones": {"in": ["+12025550100"]}}, {2}),
    ({"phones": {"ne": "+55 11 3000-0000"}}, {2, 3, 4}),
    ({"phones": {"contains": "(11) 4000"}}, {2}),
    ({"phones": {"starts": "+55"}}, {1, 2}),
    ({"phones": {"ends": "0100"}}, {2}),
    ({"phones": {"contains": "letters"}}, set()),
    ({"phones": {"empty": True}}, {3, 4}),
    ({"emails": "ANA@example.com"}, {1}),
    ({"emails": {"ends": "@EXAMPLE.com"}}, {1}),
    ({"address": {"empty": True}}, {1, 3, 4}),
    ({"custom": {"empty": True}}, {1, 2, 3, 4}),
    ({"status": "won"}, {2}),
    ({"status": {"in": ["won", "lost"]}}, {2, 3}),
    ({"status": {"nin": ["won", "lost"]}}, {1, 4}),
    ({"status": "unheard of"}, set()),
    ({"owner.name": "ana"}, {1}),
    ({"owner.name": {"contains": "A"}}, {1, 2, 3}),
    ({"owner.name": {"ne": "ana"}}, {2, 3, 4}),
    ({"owner.name": {"empty": True}}, {4}),
    ({"observer.name": {"starts": "car"}}, {2}),
    ({"or": [{"seats": 1}, {"title": "delta"}]}, {1, 4}),
    ({"and": [{"seats": {"gt": 1}}, {"seats": {"lt": 3}}], "repeat": True}, {2}),
    ({"not": {"or": [{"seats": 1}, {"source": "fair"}]}}, {3, 4}),
    ({"not": {}}, set()),
    ('{"seats": 1}', {1}),
]


def find(database: Database, world: World, asked: Any, **query: Any) -> set[int]:
    names = {"Alpha": 1, "beta": 2, "Gamma": 3, "delta": 4}
    context = world.context(world.users[0]["id"])
    with database.reading() as connection:
        answer = list_page(connection, context, Sample, {"filter": asked, **query})
    return {names[item["title"]] for item in answer["items"]}


@pytest.mark.parametrize(("asked", "found"), FOUND, ids=str)
def test_filter_finds(filled: Database, world: World, asked: Any, found: set[int]) -> None:
    assert find(filled, world, asked) == found


def test_every_operator_is_tried_and_reads_in_both_languages() -> None:
    tried = str([asked for asked, _ in FOUND])
    for name, operator in OPERATORS.items():
        assert name == "eq" or f"'{name}'" in tried
        assert set(operator.phrase) == {"en", "pt-BR"}
        assert all("{field}" in phrase for phrase in operator.phrase.values())


def nested(depth: int) -> dict[str, Any]:
    tree: dict[str, Any] = {"seats": 1}
    for _ in range(depth):
        tree = {"and": [tree]}
    return tree


REFUSED: list[tuple[Any, str, str]] = [
    ({"password": 1}, "/filter/password", "unknown_field"),
    ({"custom.size": 1}, "/filter/custom.size", "unknown_field"),
    ({"owner.email": "x"}, "/filter/owner.email", "unknown_field"),
    ({"company.industry": "x"}, "/filter/company.industry", "unknown_field"),
    ({"owner.name.x": "x"}, "/filter/owner.name.x", "unknown_field"),
    ({"a/b~c": 1}, "/filter/a~1b~0c", "unknown_field"),
    ({"seats": {"like": 1}}, "/filter/seats/like", "unknown_operator"),
    ({"seats": {"contains": "1"}}, "/filter/seats/contains", "unknown_operator"),
    ({"repeat": {"gt": True}}, "/filter/repeat/gt", "unknown_operator"),
    ({"address": "x"}, "/filter/address", "unknown_operator"),
    ({"title": {"within_last": 3}}, "/filter/title/within_last", "unknown_operator"),
    ({"seats": {}}, "/filter/seats", "wrong_type"),
    ({"seats": "1"}, "/filter/seats", "wrong_type"),
    ({"seats": True}, "/filter/seats", "wrong_type"),
    ({"seats": [1]}, "/filter/seats", "wrong_type"),
    ({"seats": {"gt": None}}, "/filter/seats/gt", "wrong_type"),
    ({"seats": {"in": []}}, "/filter/seats/in", "wrong_type"),
    ({"seats": {"in": 1}}, "/filter/seats/in", "wrong_type"),
    ({"seats": {"in": [1, "x"]}}, "/filter/seats/in/1", "wrong_type"),
    ({"seats": {"in": [None]}}, "/filter/seats/in/0", "wrong_type"),
    ({"seats": {"in": list(range(501))}}, "/filter/seats/in", "wrong_type"),
    ({"seats": {"between": [1]}}, "/filter/seats/between", "wrong_type"),
    ({"seats": {"empty": 1}}, "/filter/seats/empty", "wrong_type"),
    ({"score": "NaN"}, "/filter/score", "wrong_type"),
    ({"amount": {"eq": {"amount": 1, "x": 2}}}, "/filter/amount/eq/x", "wrong_type"),
    ({"amount": {"eq": {"currency": "BRL"}}}, "/filter/amount/eq/amount", "wrong_type"),
    ({"title": {"contains": ""}}, "/filter/title/contains", "wrong_type"),
    ({"title": {"contains": 1}}, "/filter/title/contains", "wrong_type"),
    ({"title": "a\x00b"}, "/filter/title", "invalid_characters"),
    ({"title": {"contains": "\ud800"}}, "/filter/title/contains", "invalid_characters"),
    ({"title": "x" * 1001}, "/filter/title", "too_long"),
    ({"birthday": "2026-02-30"}, "/filter/birthday", "wrong_type"),
    ({"birthday": "@tomorrow"}, "/filter/birthday", "wrong_type"),
    ({"birthday": "@now"}, "/filter/birthday", "wrong_type"),
    ({"birthday": {"within_last": -1}}, "/filter/birthday/within_last", "wrong_type"),
    ({"birthday": {"within_last": 10**9}}, "/filter/birthday/within_last", "wrong_type"),
    ({"birthday": {"within_last": "3"}}, "/filter/birthday/within_last", "wrong_type"),
    ({"seen_at": "yesterday"}, "/filter/seen_at", "wrong_type"),
    ({"seen_at": "2026-03-01T00:00:00"}, "/filter/seen_at", "wrong_type"),
    ({"seen_at": "9999-12-31"}, "/filter/seen_at", "wrong_type"),
    ({"owner_id": "me"}, "/filter/owner_id", "wrong_type"),
    ({"id": "@me"}, "/filter/id", "wrong_type"),
    ({"owner_id": {"contains": "a"}}, "/filter/owner_id/contains", "unknown_operator"),
    ({"phones": {"eq": {"value": "1"}}}, "/filter/phones/eq", "wrong_type"),
    ({"phones": {"gt": "1"}}, "/filter/phones/gt", "unknown_operator"),
    ({"tags": ["vip"]}, "/filter/tags", "wrong_type"),
    ({"and": {}}, "/filter/and", "wrong_type"),
    ({"or": []}, "/filter/or", "wrong_type"),
    ({"and": [1]}, "/filter/and/0", "wrong_type"),
    ({"not": []}, "/filter/not", "wrong_type"),
    (nested(6), "/filter" + "/and/0" * 6, "too_deep"),
    ({"and": [{"seats": 1}, {"password": 1}]}, "/filter/and/1/password", "unknown_field"),
    ({"and": [{"or": [{"seats": 1}] * 60}] * 2}, "/filter/and/1/or/40/seats", "too_many"),
    ("{'seats': 1}", "/filter", "malformed"),
    ("[" * 10_000, "/filter", "malformed"),
]


@pytest.mark.parametrize(("asked", "pointer", "code"), REFUSED, ids=lambda value: str(value)[:60])
def test_filter_is_refused_where_it_is_wrong(
    filled: Database, world: World, asked: Any, pointer: str, code: str
) -> None:
    with pytest.raises(Malformed) as caught:
        find(filled, world, asked)
    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [(pointer, code)]


def test_five_deep_is_deep_enough(filled: Database, world: World) -> None:
    assert find(filled, world, nested(5)) == {1}


def test_number_of_a_record_is_found_beside_what_nobody_has(filled: Database, world: World) -> None:
    absent = {"id": {"in": [str(new_id()) for _ in range(500)]}}
    assert find(filled, world, absent) == set()
    assert find(filled, world, {"not": absent}) == {1, 2, 3, 4}


def test_day_begins_where_the_viewer_is(world: World) -> None:
    viewer = Viewer.of(world.context(world.users[0]["id"]))
    assert viewer.starts(date(2026, 3, 1)) == datetime(2026, 3, 1, 3, tzinfo=UTC)
    elsewhere = Viewer.of(world.context(world.users[1]["id"]))
    assert elsewhere.starts(date(2026, 3, 1)) == datetime(2026, 3, 1, tzinfo=UTC)
