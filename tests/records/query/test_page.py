"""Pages: what they hold, how many statements they cost, what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from chassis.database.engine import Database
from chassis.errors import Forbidden, Invalid, Malformed
from chassis.testing.statements import StatementCounter
from tests.records.query.samples import Sample, World, fill, list_page, row


@pytest.fixture
def world() -> World:
    world = World()
    team = world.department("team")
    world.role("all", "all")
    world.role("own", "own")
    world.role("team", "department")
    world.role("nothing", "none")
    world.role("blind", "all", fields={"sample": {"seats": "hidden", "owner_id": "hidden"}})
    world.user("boss", "all")
    world.user("ana", "own", departments=[team])
    world.user("bia", "team", departments=[team])
    world.user("nobody", "nothing")
    world.user("blind", "blind")
    return world


def person(world: World, name: str) -> Any:
    return next(user["id"] for user in world.users if user["name"] == name)


def page(database: Database, world: World, name: str, **query: Any) -> dict[str, Any]:
    with database.reading() as connection:
        return list_page(connection, world.context(person(world, name)), Sample, query)


def titles(answer: dict[str, Any]) -> list[str]:
    return [item["title"] for item in answer["items"]]


def save(database: Database, world: World, rows: list[dict[str, Any]]) -> None:
    with database.transaction() as connection:
        world.save(connection)
        fill(connection, rows)


def test_page_is_newest_first_and_ends_without_a_cursor(database: Database, world: World) -> None:
    save(database, world, [row(world, place) for place in range(3)])
    answer = page(database, world, "boss")
    assert titles(answer) == ["sample 2", "sample 1", "sample 0"]
    assert answer["next_cursor"] is None
    assert "total" not in answer


def test_record_is_shown_with_points_stage_and_included_names(
    database: Database, world: World
) -> None:
    ana = person(world, "ana")
    save(database, world, [row(world, 1, owner_id=ana, phones=["551130000000"], status="won")])
    item = page(database, world, "boss", include="owner")["items"][0]
    assert item["type"] == "sample"
    assert item["status"] == "won"
    assert item["phones"][0]["value"] == "551130000000"
    assert item["owner"] == {"id": str(ana), "name": "ana"}
    assert item["owner_id"] == str(ana)


def test_fields_project_and_keep_the_address(database: Database, world: World) -> None:
    save(database, world, [row(world, 1, owner_id=person(world, "ana"))])
    item = page(database, world, "boss", fields="title,seats", include=["owner"])["items"][0]
    assert set(item) == {"id", "type", "version", "title", "seats", "owner"}


@pytest.mark.parametrize("name", ["boss", "ana", "bia"])
@pytest.mark.parametrize("include", [None, "owner,created_by"])
def test_page_costs_the_same_statements_however_long_it_is(
    database: Database, world: World, statements: StatementCounter, name: str, include: str | None
) -> None:
    owner = person(world, name)
    save(database, world, [
        row(world, n, owner_id=owner, created_by=owner, observer_ids=[person(world, "bia")],
            phones=[f"55{n:010}"])
        for n in range(600)
    ])  # fmt: skip
    page(database, world, name, limit=1)
    costs = set()
    for limit in (1, 50, 500):
        query: dict[str, Any] = {"limit": limit, "count": "estimate"}
        if include:
            query["include"] = include
        with statements() as seen:
            assert len(page(database, world, name, **query)["items"]) == limit
        costs.add(len(seen))
    assert costs == {4 if include else 3}


def test_seller_sees_own_and_observed_once(database: Database, world: World) -> None:
    ana, bia = person(world, "ana"), person(world, "bia")
    save(database, world, [
        row(world, 1, owner_id=ana, observer_ids=[ana]),
        row(world, 2, owner_id=bia, observer_ids=[ana]),
        row(world, 3, owner_id=bia),
        row(world, 4),
    ])  # fmt: skip
    assert titles(page(database, world, "ana")) == ["sample 2", "sample 1"]
    assert titles(page(database, world, "bia")) == ["sample 3", "sample 2", "sample 1"]
    assert page(database, world, "ana", count="estimate")["total"] == 2
    assert page(database, world, "ana", count="exact")["total"] == 2


def test_no_grant_at_all_is_forbidden(database: Database, world: World) -> None:
    with pytest.raises(Forbidden):
        page(database, world, "nobody")


def test_deleted_rows_are_only_in_the_bin(database: Database, world: World) -> None:
    rows = [row(world, 1), row(world, 2), row(world, 3)]
    rows[0]["deleted_at"], rows[1]["deleted_at"] = rows[1]["created_at"], rows[0]["created_at"]
    save(database, world, rows)
    assert titles(page(database, world, "boss")) == ["sample 3"]
    first = page(database, world, "boss", deleted=True, limit=1)
    assert titles(first) == ["sample 1"]
    rest = page(database, world, "boss", deleted=True, limit=1, cursor=first["next_cursor"])
    assert titles(rest) == ["sample 2"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"limit": 0}, "/limit"),
        ({"limit": 501}, "/limit"),
        ({"limit": "x"}, "/limit"),
        ({"limit": True}, "/limit"),
        ({"limit": 10**9}, "/limit"),
        ({"count": "planner"}, "/count"),
        ({"fields": "title,password"}, "/fields"),
        ({"fields": "1)UNION SELECT 1"}, "/fields"),
        ({"include": "company"}, "/include"),
        ({"page": 2}, "/page"),
        ({"sort": "name;select pg_sleep(5)"}, "/sort"),
        ({"sort": "phones"}, "/sort"),
        ({"sort": "comments"}, "/sort"),
        ({"sort": "tags"}, "/sort"),
        ({"sort": "address"}, "/sort"),
        ({"sort": "title,-title"}, "/sort"),
        ({"sort": "title,seats,score,kind"}, "/sort"),
        ({"cursor": "x"}, "/cursor"),
        ({"cursor": 5}, "/cursor"),
        ({"cursor": "!" * 50}, "/cursor"),
        ({"q": "x" * 201}, "/q"),
        ({"q": "a\x00b"}, "/q"),
        ({"q": 5}, "/q"),
        ({"filter": "{"}, "/filter"),
        ({"filter": []}, "/filter"),
        ({"deleted": "yes"}, "/deleted"),
    ],
)
def test_wrong_parameters_are_named(
    database: Database, world: World, query: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(Malformed) as caught:
        page(database, world, "boss", **query)
    assert [fault.pointer for fault in caught.value.faults] == [pointer]


@pytest.mark.parametrize(
    "query",
    [
        {"filter": {"NAME": 5}},
        {"filter": {"NAME": {"gte": 5}}},
        {"filter": {"not": {"NAME": {"contains": "5"}}}},
        {"sort": "NAME"},
        {"sort": "-NAME"},
        {"fields": "NAME"},
    ],
)
def test_hidden_field_is_refused_like_an_unknown_one(
    database: Database, world: World, query: dict[str, Any]
) -> None:
    def refusal(name: str) -> Any:
        with pytest.raises(Malformed) as caught:
            page(database, world, "blind", **_named(query, name))
        return str(caught.value.as_wire()).replace(name, "NAME")

    assert refusal("seats") == refusal("nonsense")


def test_what_hangs_on_a_hidden_reference_is_unknown(database: Database, world: World) -> None:
    for query in ({"include": "owner"}, {"filter": {"owner.name": "ana"}}):
        with pytest.raises(Malformed):
            page(database, world, "blind", **query)


def _named(query: Any, name: str) -> Any:
    if isinstance(query, dict):
        return {_named(key, name): _named(value, name) for key, value in query.items()}
    return query.replace("NAME", name) if isinstance(query, str) else query


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("ACME", {"acme deal"}),
        ("deal acme", {"acme deal"}),
        ("deal", {"acme deal", "big deal"}),
        ("100%", set()),
        ("_", set()),
        ("+55 (11) 3000-0000", {"big deal"}),
        ("bob@", {"big deal"}),
        ("carla", {"third"}),
        ("comment", set()),
    ],
)
def test_quick_text(database: Database, world: World, q: str, found: set[str]) -> None:
    save(database, world, [
        row(world, 1, title="acme deal", comments="comment"),
        row(world, 2, title="big deal", phones=["551130000000"], emails=["bob@example.com"]),
        row(world, 3, title="third", contact="carla@example.com"),
    ])  # fmt: skip
    assert set(titles(page(database, world, "boss", q=q))) == found


def test_quick_number(database: Database, world: World) -> None:
    save(database, world, [row(world, 1), row(world, 2)])
    item = page(database, world, "boss")["items"][0]
    assert titles(page(database, world, "boss", q=f"#{item['number']}")) == [item["title"]]


def test_hidden_totals_are_not_counted(database: Database, world: World) -> None:
    world.role("quiet", "all", switches={"sample": {"hide_totals": True}})
    world.user("quiet", "quiet")
    save(database, world, [row(world, 1)])
    assert page(database, world, "quiet", count="exact")["total"] is None


def test_estimate_says_when_there_are_more(
    database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.records.query.count.COUNTED_TO", 5)
    ana = person(world, "ana")
    save(database, world, [row(world, n, owner_id=ana) for n in range(5)])
    assert page(database, world, "ana", count="estimate")["total_relation"] == "eq"
    with database.transaction() as connection:
        fill(connection, [row(world, 9, owner_id=ana)])
    answer = page(database, world, "ana", count="estimate", limit=1)
    assert (answer["total"], answer["total_relation"]) == (5, "gte")


def test_exact_count_gives_up_after_its_budget(
    database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.records.query.count.EXACT_SECONDS", 0.02)
    save(database, world, [row(world, n, comments="x" * 2000) for n in range(5000)])
    slow = [{"comments": {"contains": "y" * n}} for n in range(1, 6)]
    query = {"filter": {"or": [*slow, {"seats": None}]}, "limit": 1}
    assert page(database, world, "boss", count="exact", **query)["total"] is None
    # The connection has its own time limit back.
    with database.reading() as connection:
        limits = {connection.execute(text("SHOW statement_timeout")).scalar() for _ in range(3)}
    assert limits == {"3s"}


def test_list_that_takes_too_long_is_refused(database: Database, world: World) -> None:
    save(database, world, [row(world, n, comments="x" * 2000) for n in range(5000)])
    impatient = Database(database.url, service="test", pool_size=1, statement_timeout=0.05)
    slow = [{"comments": {"contains": "y" * n}} for n in range(1, 60)]
    with pytest.raises(Invalid) as caught:
        page(impatient, world, "boss", filter={"or": slow})
    impatient.close()
    assert caught.value.code == "query_too_expensive"


def test_pages_of_a_department_leave_nothing_out_and_give_nothing_twice(
    database: Database, world: World
) -> None:
    """Some sell often, some seldom; several rows are of the same moment."""
    team = world.departments[0]["id"]
    sellers = [world.user(f"seller {n}", "own", departments=[team]) for n in range(12)]
    rows = [
        row(world, place * place % 97 // 2, owner_id=sellers[place * place % 7 * 11 % 12])
        for place in range(150)
    ]
    rows += [row(world, 200, owner_id=seller) for seller in sellers]
    save(database, world, [*rows, row(world, 999)])
    for sort, descending in (("-created_at", True), ("created_at", False)):
        seen: list[str] = []
        answer: dict[str, Any] = {"next_cursor": None}
        while not seen or answer["next_cursor"]:
            asked = {"cursor": answer["next_cursor"]} if seen else {}
            answer = page(database, world, "bia", limit=10, sort=sort, **asked)
            seen += [item["id"] for item in answer["items"]]
        rows.sort(key=lambda each: (each["created_at"], each["id"]), reverse=descending)
        assert seen == [str(each["id"]) for each in rows]
