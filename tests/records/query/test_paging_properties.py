"""Paging by any sort gives what sorting everything gives, whoever asks and whatever is added."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from chassis.database.engine import Database
from chassis.errors import Malformed
from tests.records.query.samples import STAGE_CODES, START, Sample, World, fill, list_page, row

SORTABLE = (
    "title", "source", "seats", "score", "amount", "repeat", "birthday", "seen_at", "created_at",
    "updated_at", "status", "open", "kind",
)  # fmt: skip
RANKED = {"status": STAGE_CODES, "kind": ("hot", "cold")}
_OPTIONS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


ROWS = st.lists(
    st.fixed_dictionaries({
        "title": st.sampled_from(("a", "b", "c")),
        "source": maybe(st.sampled_from(("fair", "web"))),
        "kind": maybe(st.sampled_from(("cold", "hot"))),
        "seats": maybe(st.integers(-2, 2)),
        "score": maybe(st.sampled_from((Decimal("1.50"), Decimal("-3.00")))),
        "amount": maybe(st.sampled_from(((Decimal("10.00"), "BRL"), (Decimal("9.50"), "USD")))),
        "repeat": st.booleans(),
        "open": st.booleans(),
        "birthday": maybe(st.sampled_from((date(1990, 1, 1), date(2001, 2, 3)))),
        "seen_at": maybe(st.sampled_from((START, START + timedelta(microseconds=1)))),
        "created_at": st.sampled_from([START + timedelta(days=n) for n in range(3)]),
        "status": st.sampled_from(STAGE_CODES),
        "owner": st.integers(0, 3),
        "observed": st.booleans(),
    }),
    max_size=25,
)  # fmt: skip
SORTS = st.lists(st.sampled_from(SORTABLE), min_size=1, max_size=3, unique=True).flatmap(
    lambda names: st.tuples(*(st.sampled_from((name, f"-{name}")) for name in names))
)


def in_order(rows: list[dict[str, Any]], sort: tuple[str, ...]) -> list[dict[str, Any]]:
    """`rows` sorted in Python: nulls last in both directions, ties by id like the last field."""
    keys = [(name.removeprefix("-"), -1 if name.startswith("-") else 1) for name in sort]

    def compare(left: dict[str, Any], right: dict[str, Any]) -> int:
        for name, direction in (*keys, ("id", keys[-1][1])):
            one, other = left[name], right[name]
            if name in RANKED and None not in (one, other):
                one, other = RANKED[name].index(one), RANKED[name].index(other)
            if one == other:
                continue
            if one is None or other is None:
                return 1 if one is None else -1
            return direction * (1 if one > other else -1)
        return 0

    return sorted(rows, key=cmp_to_key(compare))


def world_of_two() -> tuple[World, list[Any]]:
    world = World()
    team = world.department("team")
    world.role("all", "all")
    world.role("team", "open", stages={
        "sample": {str(world.stages["won"]): {"read": "own"},
                   str(world.stages["lost"]): {"read": "none"}}
    })  # fmt: skip
    boss = world.user("boss", "all")
    people = [world.user(f"user {n}", "team", departments=[team] if n < 3 else ()) for n in (1, 2)]
    return world, [boss, *people, world.user("other")]


def all_pages(
    database: Database, world: World, user: Any, limit: int, **query: Any
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        asked = query | {"limit": limit} | ({"cursor": cursor} if cursor else {})
        with database.reading() as connection:
            answer = list_page(connection, world.context(user), Sample, asked)
        found += answer["items"]
        cursor = answer["next_cursor"]
        assert bool(cursor) is False or len(answer["items"]) == limit
        if cursor is None:
            return found


@_OPTIONS
@given(drawn=ROWS, sort=SORTS, limit=st.integers(1, 7), viewer=st.integers(0, 2))
def test_pages_together_are_the_whole_sorted(
    database: Database, drawn: list[dict[str, Any]], sort: tuple[str, ...], limit: int, viewer: int
) -> None:
    world, people = world_of_two()
    rows, expected = [], []
    rights = world.context(people[viewer]).rights
    for place, values in enumerate(drawn):
        owner, observed = people[values["owner"]], [people[1]] if values["observed"] else []
        kept = {k: v for k, v in values.items() if k not in ("owner", "observed")}
        made = row(world, place, owner_id=owner, observer_ids=observed, **kept)
        made["updated_at"] = made["created_at"] + timedelta(seconds=place % 3)
        rows.append(made)
        facts = {"owner_id": owner, "stage_id": made["status_id"], "open": made["open"],
                 "observer_ids": observed}  # fmt: skip
        if rights.covers("sample", "read", facts):
            expected.append(made | {"status": values["status"]})
    with database.transaction() as connection:
        connection.execute(text("TRUNCATE samples, sample_points, stages, labels"))
        world.save(connection)
        fill(connection, rows)
    found = all_pages(database, world, people[viewer], limit, sort=",".join(sort))
    wanted = in_order(expected, sort)
    assert [item["id"] for item in found] == [str(each["id"]) for each in wanted]


def test_pages_are_stable_while_rows_are_added(database: Database) -> None:
    world, (boss, *_) = world_of_two()
    with database.transaction() as connection:
        world.save(connection)
        fill(connection, [row(world, place) for place in range(10)])
    context = world.context(boss)
    with database.reading() as connection:
        first = list_page(connection, context, Sample, {"limit": 4})
    with database.transaction() as connection:
        fill(connection, [row(world, 100), row(world, 7, title="between")])
    with database.reading() as connection:
        query = {"limit": 500, "cursor": first["next_cursor"]}
        rest = list_page(connection, context, Sample, query)
    names = [item["title"] for item in (*first["items"], *rest["items"])]
    assert names == [f"sample {place}" for place in range(9, -1, -1)]


def test_cursor_of_another_list_or_user_is_refused(database: Database) -> None:
    world, (boss, user, *_) = world_of_two()
    with database.transaction() as connection:
        world.save(connection)
        fill(connection, [row(world, place, owner_id=user, seats=place) for place in range(4)])
    with database.reading() as connection:
        query = {"limit": 1, "sort": "seats", "filter": {"seats": {"gte": 0}}}
        answer = list_page(connection, world.context(boss), Sample, query)
        cursor = answer["next_cursor"]
        again = list_page(connection, world.context(boss), Sample, query | {"cursor": cursor})
        assert again["items"][0]["title"] == "sample 1"
        altered = ("A" if cursor[-4] != "A" else "B").join((cursor[:-4], cursor[-3:]))
        for person, change in (
            (boss, {"sort": "-seats"}),
            (boss, {"filter": {"seats": {"gte": 1}}}),
            (boss, {"q": "sample"}),
            (boss, {"deleted": True}),
            (boss, {"cursor": altered}),
            (boss, {"cursor": cursor[:-8]}),
            (user, {}),
        ):
            with pytest.raises(Malformed) as caught:
                asked = query | {"cursor": cursor} | change
                list_page(connection, world.context(person), Sample, asked)
            assert caught.value.code == "bad_cursor"
