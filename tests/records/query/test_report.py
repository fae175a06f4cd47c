"""Reports: what they group by, measure and refuse, in which order, and whom they tell nothing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from chassis.context import Context
from chassis.database.engine import Database
from chassis.errors import Forbidden, Malformed
from chassis.records.query.report import read_report
from tests.records.query.samples import Sample, World, fill, list_page, row

Report = Any


@pytest.fixture
def world(database: Database) -> World:
    """An administrator, a seller who reads their own, and somebody who sees no amount."""
    world = World(settings={"base_currency": "BRL", "time_zone": "America/Sao_Paulo"})
    world.role("all", "all")
    world.role("own", "own")
    world.role("blind", "all", fields={"sample": {"amount": "hidden", "source": "hidden"}})
    world.role("no_totals", "all", switches={"sample": {"hide_totals": True}})
    world.user("boss", "all")
    world.user("ana", "own")
    world.user("blind", "blind")
    world.user("quiet", "no_totals")
    ana = world.users[1]["id"]
    with database.transaction() as connection:
        world.save(connection)
        fill(connection, [
            row(world, 0, status="won", source="web", kind="cold", owner_id=ana, seats=3,
                amount=(Decimal("10.00"), "BRL"), amount_base=Decimal("10.00")),
            row(world, 1, status="new", source="web", kind="hot", seats=1,
                amount=(Decimal("2.00"), "USD"), amount_base=Decimal("10.50")),
            row(world, 2, status="new", source="fair", owner_id=ana,
                amount=(Decimal("7.00"), "JPY")),
            row(world, 3, status="lost", source=None),
            row(world, 4, status="lost", source="gone", deleted_at="2026-03-02"),
        ])  # fmt: skip
    return world


def ask(database: Database, world: World, who: str, **query: Any) -> Report:
    with database.reading() as connection:
        return read_report(connection, context_of(world, who), Sample, query)


def context_of(world: World, who: str) -> Context:
    return world.context(next(user["id"] for user in world.users if user["name"] == who))


def refused(database: Database, world: World, who: str, **query: Any) -> list[Any]:
    with pytest.raises(Malformed) as refusal:
        ask(database, world, who, **query)
    return [(fault.pointer, fault.code, fault.detail) for fault in refusal.value.faults]


def counted(report: Report, name: str) -> list[tuple[Any, int]]:
    return [(group["key"][name], group["figures"]["count"]) for group in report["groups"]]


def test_groups_come_in_the_order_people_see_them(database: Database, world: World) -> None:
    by_stage = ask(database, world, "boss", group="status")
    assert counted(by_stage, "status") == [("new", 2), ("won", 1), ("lost", 1)]
    by_kind = ask(database, world, "boss", group="kind")
    assert counted(by_kind, "kind") == [("hot", 1), ("cold", 1), (None, 2)]


def test_groups_are_sorted_by_a_measure_and_cut_off(database: Database, world: World) -> None:
    query = {"group": "source", "measure": "count,sum(amount)", "sort": "-sum(amount),source"}
    whole = ask(database, world, "boss", **query)
    assert counted(whole, "source") == [("web", 2), ("fair", 1), (None, 1)]
    assert whole["more"] is False
    first = ask(database, world, "boss", **query, limit=1)
    assert (counted(first, "source"), first["more"]) == ([("web", 2)], True)


def test_money_is_told_by_currency_and_in_base(database: Database, world: World) -> None:
    [web, *_] = ask(database, world, "boss", group="source", measure="sum(amount),avg(amount)",
                    sort="-sum(amount)")["groups"]  # fmt: skip
    assert web["figures"] == {
        "sum(amount)": {
            "base": {"amount": "20.50", "currency": "BRL"}, "without_rate": 0,
            "by_currency": [{"amount": "10.00", "currency": "BRL"},
                            {"amount": "2.00", "currency": "USD"}]},
        "avg(amount)": {
            "base": {"amount": "10.25", "currency": "BRL"}, "without_rate": 0,
            "by_currency": [{"amount": "10.00", "currency": "BRL"},
                            {"amount": "2.00", "currency": "USD"}]},
    }  # fmt: skip
    [every] = ask(database, world, "boss", measure="max(amount)")["groups"]
    assert every["figures"]["max(amount)"]["base"] == {"amount": "10.50", "currency": "BRL"}
    assert every["figures"]["max(amount)"]["without_rate"] == 1


def test_without_groups_there_is_one_figure(database: Database, world: World) -> None:
    [every] = ask(database, world, "boss", measure="count,sum(seats),avg(seats)")["groups"]
    assert every == {
        "key": {}, "filter": {}, "figures": {"count": 4, "sum(seats)": 4, "avg(seats)": "2.00"},
    }  # fmt: skip
    [none] = ask(database, world, "boss", filter={"title": "nobody"}, measure="count,min(seats)")[
        "groups"
    ]
    assert none["figures"] == {"count": 0, "min(seats)": None}


def test_filter_search_and_scope_are_those_of_the_list(database: Database, world: World) -> None:
    assert counted(ask(database, world, "ana", group="status"), "status") == [
        ("new", 1),
        ("won", 1),
    ]
    some = {"filter": {"source": "web"}, "q": "sample 1"}
    [found] = ask(database, world, "boss", group="status", **some)["groups"]
    assert found["filter"] == {"source": "web", "status": "new"}
    with database.reading() as connection:
        listed = list_page(connection, context_of(world, "boss"), Sample,
                           {"filter": found["filter"], "q": "sample 1"})  # fmt: skip
    assert [item["title"] for item in listed["items"]] == ["sample 1"]


def test_filter_of_a_group_is_no_deeper_than_the_one_asked_for(
    database: Database, world: World
) -> None:
    deep: Any = {
        "and": [{"or": [{"and": [{"or": [{"and": [{"status": "new"}]}]}]}]}],
        "kind": "hot",
    }
    report = ask(database, world, "boss", group="kind,month(created_at)", filter=deep)
    [group] = report["groups"]
    assert group["filter"]["and"][1:] == [{"kind": "hot"}]
    with database.reading() as connection:
        listed = list_page(connection, context_of(world, "boss"), Sample,
                           {"filter": group["filter"]})  # fmt: skip
    assert len(listed["items"]) == group["figures"]["count"] == 1


def test_references_are_named_when_asked_for(database: Database, world: World) -> None:
    report = ask(database, world, "boss", group="owner_id", include="owner", sort="-count")
    ana = world.users[1]
    assert [group["owner"] for group in report["groups"]] in (
        [{"id": str(ana["id"]), "name": "ana"}, None],
        [None, {"id": str(ana["id"]), "name": "ana"}],
    )
    assert refused(database, world, "boss", group="status", include="owner")[0][0] == "/include"


def shapes(name: str) -> Iterator[dict[str, Any]]:
    yield from ({"group": group} for group in (name, f"month({name})", f"kind,{name}", f"{name}.x"))
    yield from ({"measure": measure} for measure in (name, f"sum({name})", f"count,avg({name})"))
    yield {"group": "kind", "sort": name}
    yield {"group": "kind", "measure": "count", "sort": f"-sum({name})"}
    yield {"filter": {name: {"gt": "1"}}}
    yield {"include": name}


@pytest.mark.parametrize("hidden", ["amount", "source"])
def test_hidden_field_is_refused_as_an_unknown_one(
    database: Database, world: World, hidden: str
) -> None:
    for found, unknown in zip(shapes(hidden), shapes("margin"), strict=True):
        told = refused(database, world, "blind", **found)
        assert told == [
            (pointer.replace("margin", hidden), *rest)
            for pointer, *rest in refused(database, world, "blind", **unknown)
        ]
    # Nor does quick text look into it.
    assert ask(database, world, "blind", q="web")["groups"][0]["figures"]["count"] == 0


@pytest.mark.parametrize(("query", "fault"), [
    ({"group": "tags"}, ("/group", "not_groupable")),
    ({"group": "comments"}, ("/group", "not_groupable")),
    ({"group": "created_at"}, ("/group", "not_groupable")),
    ({"group": "month(status)"}, ("/group", "not_groupable")),
    ({"group": "century(created_at)"}, ("/group", "not_groupable")),
    ({"group": "status,status"}, ("/group", "repeated")),
    ({"group": "status,kind,source"}, ("/group", "too_many")),
    ({"group": "status; drop table"}, ("/group", "unknown_field")),
    ({"group": {"status": 1}}, ("/group", "wrong_type")),
    ({"measure": "sum(title)"}, ("/measure", "not_measurable")),
    ({"measure": "median(amount)"}, ("/measure", "not_measurable")),
    ({"measure": "amount"}, ("/measure", "not_measurable")),
    ({"group": "status", "sort": "kind"}, ("/sort", "unknown_field")),
    ({"group": "status", "limit": 1001}, ("/limit", "out_of_range")),
    ({"group": "status", "cursor": "x"}, ("/cursor", "unknown_parameter")),
    ({"group": "status", "deleted": True}, ("/deleted", "unknown_parameter")),
    ({"group": "status", "filter": {"or": [{"title": "x"}] * 99}}, ("/filter", "too_many")),
])  # fmt: skip
def test_what_cannot_be_understood_is_refused(
    database: Database, world: World, query: Any, fault: Any
) -> None:
    assert refused(database, world, "boss", **query)[0][:2] == fault


def test_who_sees_no_totals_gets_no_report(database: Database, world: World) -> None:
    with pytest.raises(Forbidden) as refusal:
        ask(database, world, "quiet", group="status")
    assert refusal.value.code == "totals_hidden"
