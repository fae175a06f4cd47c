"""A report is what one would count by hand in the list: for any organisation, rows and groups."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from chassis.database.engine import Database
from chassis.records.query.report import read_report
from chassis.testing.statements import StatementCounter
from tests.records.query.samples import STAGE_CODES, Sample, fill, list_page
from tests.records.query.test_scope_properties import ROLES, ROWS, USERS, build, samples

ZONES = ("UTC", "America/Sao_Paulo", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati")
# Around midnights, turns of the year, and changes of the clock in some of these zones.
MOMENTS = st.sampled_from([
    datetime(2018, 11, 4, 2, 59, tzinfo=UTC), datetime(2018, 11, 4, 3, 0, tzinfo=UTC),
    datetime(2018, 2, 18, 1, 30, tzinfo=UTC), datetime(2018, 2, 18, 2, 30, tzinfo=UTC),
    datetime(2026, 3, 8, 6, 59, tzinfo=UTC), datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
    datetime(2025, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 3, 31, 18, 20, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 0, tzinfo=UTC),
]) | st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # fmt: skip
DAYS = st.dates(date(2025, 11, 1), date(2026, 2, 1)) | st.sampled_from([date.min, date.max])
MONEY = st.tuples(st.decimals(-99, 999, places=2), st.sampled_from(["BRL", "USD", "JPY"]))
RATES = {"BRL": Decimal(1), "USD": Decimal("5.25"), "JPY": None}
VALUES = st.fixed_dictionaries({
    "source": st.none() | st.sampled_from(["web", "Web", "fair"]),
    "kind": st.none() | st.sampled_from(["hot", "cold"]),
    "seats": st.none() | st.integers(-5, 5),
    "score": st.none() | st.decimals(0, 9, places=2),
    "amount": st.none() | MONEY,
    "repeat": st.booleans(),
    "birthday": st.none() | DAYS,
    "seen_at": st.none() | MOMENTS,
})  # fmt: skip
PERIODS = ("day", "week", "month", "quarter", "year")
GROUPS = st.lists(
    st.sampled_from([
        "status", "owner_id", "kind", "source", "repeat", "seats",
        *(f"{period}({name})" for period in PERIODS for name in ("birthday", "seen_at")),
    ]), max_size=2, unique=True,
)  # fmt: skip
MEASURES = ["count", *(f"{function}({name})" for function in ("sum", "avg", "min", "max")
                       for name in ("seats", "score"))]  # fmt: skip
MONEYS = [f"{function}(amount)" for function in ("sum", "avg", "min", "max")]
FILTERS = st.sampled_from([
    None,
    {"kind": "hot"},
    {"repeat": True, "or": [{"status": "new"}, {"seats": {"gt": 0}}]},
    {"and": [{"source": {"nempty": True}}], "birthday": {"gte": "2025-12-01"}},
])  # fmt: skip


def group_of(item: dict[str, Any], name: str, zone: ZoneInfo) -> Any:
    """The group that a record of a list belongs to, worked out by hand."""
    period, bracket, rest = name.partition("(")
    if not bracket:
        return item[name]
    value = item[rest.rstrip(")")]
    if value is None:
        return None
    if len(value) > 10:
        try:
            day = datetime.fromisoformat(value).astimezone(zone).date()
        except OverflowError:
            day = date.min if value < "5" else date.max
        # Whatever lies beyond the calendar counts to its first and last days.
        day = min(max(day, date(1, 1, 2)), date(9999, 12, 30))
    else:
        day = date.fromisoformat(value)
    starts = {
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": day.replace(day=1),
        "quarter": day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
        "year": day.replace(month=1, day=1),
    }
    return starts[period].isoformat()


def measured(values: list[Any], function: str) -> Any:
    """A measure, worked out by hand; None of nothing but for a sum."""
    if function == "sum":
        return sum(values, Decimal(0))
    if not values:
        return None
    if function == "avg":
        return (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return min(values) if function == "min" else max(values)


def expected(items: list[dict[str, Any]], name: str) -> Any:
    """The figure `name` over `items`."""
    if name == "count":
        return len(items)
    function, _, field = name.rstrip(")").partition("(")
    given = [item[field] for item in items if item[field] is not None]
    if field != "amount":
        return measured([Decimal(value) for value in given], function)
    by_currency: dict[str, list[Decimal]] = {}
    for value in given:
        by_currency.setdefault(value["currency"], []).append(Decimal(value["amount"]))
    rated = [
        (Decimal(value["amount"]) * rate).quantize(Decimal("0.01"))
        for value in given
        if (rate := RATES[value["currency"]]) is not None
    ]
    return {
        "base": (measured(rated, function), "BRL"),
        "by_currency": [
            (measured(amounts, function), currency)
            for currency, amounts in sorted(by_currency.items())
        ],
        "without_rate": len(given) - len(rated),
    }


def told(figure: Any) -> Any:
    """A figure as it was answered, with numbers in place of texts."""
    if isinstance(figure, dict):
        return {
            "base": paired(figure["base"]),
            "by_currency": [paired(one) for one in figure["by_currency"]],
            "without_rate": figure["without_rate"],
        }
    return figure if figure is None or isinstance(figure, int) else Decimal(figure)


def paired(total: dict[str, Any]) -> Any:
    return total["amount"] and Decimal(total["amount"]), total["currency"]


def every_item(database: Database, context: Any, query: dict[str, Any]) -> Iterator[dict[str, Any]]:
    with database.reading() as connection:
        answer = list_page(connection, context, Sample, query | {"limit": 500})
    assert answer["next_cursor"] is None
    yield from answer["items"]


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    roles=ROLES, users=USERS, drawn=ROWS, values=st.lists(VALUES, min_size=1, max_size=12),
    viewer=st.integers(0, 5), groups=GROUPS, asked=FILTERS, zone=st.sampled_from(ZONES),
    measures=st.lists(st.sampled_from(MEASURES + MONEYS), unique=True, max_size=5),
)  # fmt: skip
def test_report_is_the_list_grouped_and_counted(
    database: Database, roles: Any, users: Any, drawn: Any, values: Any, viewer: int, groups: Any,
    asked: Any, zone: str, measures: Any,
) -> None:  # fmt: skip
    world, people = build(roles, users)
    world.settings["time_zone"] = zone
    rows = [
        each | columns(values[place % len(values)])
        for place, each in enumerate(samples(world, people, drawn))
    ]
    with database.transaction() as connection:
        connection.execute(text("TRUNCATE samples, sample_points, stages, labels"))
        world.save(connection)
        fill(connection, rows)
    context = world.context(people[viewer % len(people)])
    if not context.rights.anywhere("sample", "read"):
        return
    found: dict[Any, list[dict[str, Any]]] = {} if groups else {(): []}
    for item in every_item(database, context, {"filter": asked}):
        key = tuple(group_of(item, name, ZoneInfo(zone)) for name in groups)
        found.setdefault(key, []).append(item)
    query = {"group": groups, "measure": measures, "filter": asked, "limit": 500}
    with database.reading() as connection:
        report = read_report(connection, context, Sample, query)
    assert report["more"] is False
    answered = {tuple(one["key"].values()): one for one in report["groups"]}
    assert len(answered) == len(report["groups"])
    assert answered.keys() == found.keys()
    for key, items in found.items():
        group = answered[key]
        for name in measures or ["count"]:
            assert told(group["figures"][name]) == expected(items, name)
        drilled = every_item(database, context, {"filter": json.loads(json.dumps(group["filter"]))})
        assert {item["id"] for item in drilled} == {item["id"] for item in items}


def columns(values: dict[str, Any]) -> dict[str, Any]:
    """The columns that keep `values`."""
    amount, currency = values["amount"] or (None, None)
    rate = RATES[currency] if currency else None
    base = None if rate is None else (amount * rate).quantize(Decimal("0.01"))
    return values | {
        "amount": amount, "amount_currency": currency, "amount_base": base, "amount_rate": rate,
    }  # fmt: skip


@pytest.mark.parametrize("groups", [1, 60])
def test_report_takes_the_same_statements_however_many_groups(
    database: Database, groups: int
) -> None:
    world, people = build([({"read": "department"}, {})], [{0}, {0}])
    rows = samples(world, people, [(0, STAGE_CODES[n % 4], False, set(), False) for n in range(60)])
    with database.transaction() as connection:
        world.save(connection)
        fill(connection, (row | {"source": f"s{n % groups}"} for n, row in enumerate(rows)))
    context = world.context(people[0])
    query = {"group": "source,owner_id", "include": "owner"}
    with StatementCounter()() as seen, database.reading() as connection:
        report = read_report(connection, context, Sample, query)
    assert len(report["groups"]) == groups
    assert len(seen) == 2
