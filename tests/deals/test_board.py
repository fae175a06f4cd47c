"""The board: what stands in which column, how much it is worth, and who sees it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from chassis.errors import Malformed, NotFound
from chassis.testing.statements import StatementCounter
from tests.deals.house import SALES, House, event
from tests.leads.house import known


def money(amount: str, currency: str = "BRL") -> dict[str, str]:
    """An amount in a currency."""
    return {"amount": amount, "currency": currency}


def titles(column: dict[str, Any]) -> list[str]:
    """The titles of the cards of a column."""
    return [item["title"] for item in column["items"]]


@pytest.fixture
def filled(house: House) -> House:
    """A house with deals of three people."""
    house.create("ana", title="a1", amount=money("10"))
    house.create("ana", title="a2", amount=money("5.50"), stage="won")
    house.create("bruno", title="b1", amount=money("7", "USD"))
    house.create("bruno", title="b2")
    house.create("carla", title="c1", amount=money("1"), stage="won", open=True)
    house.create("carla", title="c2", amount=money("2"), observer_ids=[str(known("ana"))])
    return house


def figures(house: House, who: str, **query: Any) -> dict[str, tuple[Any, Any]]:
    """Count and totals by the code of the stage, of columns that are not empty."""
    return {
        column["stage"]["code"]: (
            column["count"],
            column["totals"] and {total["currency"]: total["amount"] for total in column["totals"]},
        )
        for column in house.board(who, **query)["columns"]
        if column["count"] != 0
    }


def test_columns_are_the_stages_in_order_with_the_newest_first(filled: House) -> None:
    shown = filled.board("chief")
    assert shown["pipeline"]["code"] == "sales"
    codes = [column["stage"]["code"] for column in shown["columns"]]
    assert codes == ["new", "qualification", "proposal", "negotiation", "won", "lost"]
    assert titles(filled.column("chief", "new")) == ["c2", "b2", "b1", "a1"]
    assert figures(filled, "chief") == {
        "new": (4, {"BRL": "12.00", "USD": "7.00"}),
        "won": (2, {"BRL": "6.50"}),
    }


def test_everybody_sees_and_counts_what_they_may_read(filled: House) -> None:
    assert figures(filled, "ana") == {
        "new": (2, {"BRL": "12.00"}),
        "won": (1, {"BRL": "5.50"}),
    }
    assert titles(filled.column("ana", "new")) == ["c2", "a1"]
    assert figures(filled, "head") == {
        "new": (3, {"BRL": "10.00", "USD": "7.00"}),
        "won": (1, {"BRL": "5.50"}),
    }
    assert figures(filled, "ella") == {"new": (4, {"BRL": "12.00", "USD": "7.00"})}
    assert titles(filled.column("ella", "won")) == []


def test_what_is_seen_in_several_ways_is_counted_once(filled: House) -> None:
    own = {"observer_ids": [str(known("ana")), str(known("head"))]}
    filled.create("ana", title="a3", amount=money("100"), open=True, **own)
    filled.create("chief", title="n1", amount=money("1000"), owner_id=None, **own)
    for who, every in (("ana", 4), ("head", 5)):
        assert sorted(titles(filled.column(who, "new")))[-1] == "n1"
        count, totals = figures(filled, who)["new"]
        assert (count, len(titles(filled.column(who, "new")))) == (every, every)
        assert totals["BRL"] == {"ana": "1112.00", "head": "1110.00"}[who]


def test_totals_are_kept_from_whom_they_are_to_be_kept(filled: House) -> None:
    [new, *_] = filled.board("rita")["columns"]
    assert titles(new) and (new["count"], new["totals"]) == (None, None)
    [new, *_] = filled.board("dora")["columns"]
    assert (new["count"], new["totals"]) == (4, None)
    assert "amount" not in new["items"][0]
    with pytest.raises(Malformed):
        filled.board("dora", filter={"amount": {"gt": "1"}})


def test_board_takes_what_a_list_takes(filled: House) -> None:
    assert figures(filled, "chief", filter={"owner_id": str(known("bruno"))}) == {
        "new": (2, {"USD": "7.00"})
    }
    assert figures(filled, "chief", q="a2") == {"won": (1, {"BRL": "5.50"})}
    [new, *_] = filled.board("chief", sort="title", fields="title", limit=1)["columns"]
    assert new["items"] == [{**new["items"][0], "title": "a1"}]
    assert set(new["items"][0]) == {"id", "type", "version", "title"}
    shown = filled.column("chief", "won", filter={"stage": "won"})
    assert titles(shown) == ["c1", "a2"]
    for query in ({"count": "exact"}, {"deleted": True}, {"limit": 0}, {"pipeline": "nowhere"},
                  {"stage": "nowhere"}, {"sort": "colour"}, {"wish": 1}):  # fmt: skip
        with pytest.raises(Malformed):
            filled.board("chief", **query)


def test_column_goes_on_where_it_ended(filled: House) -> None:
    for number in range(5):
        filled.create("carla", title=f"more {number}")
    for who, every in (("chief", 9), ("carla", 6), ("head", 3)):
        met: list[str] = []
        column = filled.column(who, "new", limit=2)
        met += titles(column)
        while column["next_cursor"]:
            [column] = filled.board(who, limit=2, stage="new", cursor=column["next_cursor"])[
                "columns"
            ]
            assert column["count"] is None
            met += titles(column)
        assert len(met) == len(set(met)) == every
        assert met == titles(filled.column(who, "new", limit=50))


def test_cursor_belongs_to_its_column_its_filter_and_its_reader(filled: House) -> None:
    cursor = filled.column("chief", "new", limit=1)["next_cursor"]
    for who, query in (
        ("chief", {"stage": "won"}),
        ("chief", {"stage": "new", "q": "a"}),
        ("root", {"stage": "new"}),
        ("chief", {}),
    ):
        with pytest.raises(Malformed):
            filled.board(who, cursor=cursor, limit=1, **query)


def test_each_pipeline_has_its_board(filled: House) -> None:
    other = filled.pipeline("service")
    filled.create("ana", title="s1", pipeline_id=other["id"])
    for name in (other["id"], "service"):
        shown = filled.board("chief", pipeline=name)
        assert shown["pipeline"]["id"] == other["id"]
        assert titles(shown["columns"][0]) == ["s1"]
    assert figures(filled, "chief", pipeline=str(SALES))["new"][0] == 4


def test_deleted_deals_are_on_no_board(filled: House) -> None:
    [card] = filled.column("chief", "won", filter={"owner_id": str(known("ana"))})["items"]
    filled.service.delete(filled.as_("chief"), "deal", card["id"], "*")
    assert figures(filled, "chief")["won"] == (1, {"BRL": "1.00"})


def test_board_takes_few_statements_however_much_it_shows(
    filled: House, statements: StatementCounter
) -> None:
    company = uuid4()
    with filled.database.transaction() as connection:
        told = {"name": "Padaria", "industry": "retail", "owner_id": str(known("ana"))}
        filled.service.on_customer(connection, [event("company", company, **told)])
    for code in ("new", "proposal", "won"):
        for _ in range(3):
            filled.create("ana", stage=code, company_id=str(company))
    with statements() as few:
        filled.board("ana", include="owner,company", limit=1)
    with statements() as many:
        shown = filled.board("ana", include="owner,company", limit=50)
    assert len(many) <= len(few) <= 7
    assert shown["columns"][0]["items"][0]["company"]["name"] == "Padaria"


def test_whoever_sees_no_stage_has_no_board(filled: House) -> None:
    with pytest.raises(NotFound):
        filled.board("sam")
