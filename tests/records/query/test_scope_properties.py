"""The scope in SQL is `Rights.covers`, for any organisation and any rows: in lists and for ids."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from chassis.database.engine import Database
from chassis.records.query import arms
from chassis.records.query.scoping import visible
from contracts.access import Level
from tests.records.query.samples import STAGE_CODES, Sample, World, fill, list_page, row

LEVELS = st.sampled_from([level.name for level in Level])
OPERATIONS = ("read", "update", "delete")
GRANT = st.dictionaries(st.sampled_from(OPERATIONS), LEVELS)
ROLES = st.lists(
    st.tuples(GRANT, st.dictionaries(st.sampled_from(STAGE_CODES), GRANT, max_size=3)),
    min_size=1, max_size=3,
)  # fmt: skip
# Departments form a small tree: 0 above 1 above 2; 3 beside them. Each user stands in some.
USERS = st.lists(st.sets(st.integers(0, 3), max_size=2), min_size=2, max_size=6)
ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(0, 5),
        st.sampled_from(STAGE_CODES),
        st.booleans(),
        st.sets(st.integers(0, 5), max_size=2),
        st.booleans(),
    ),
    max_size=40,
)


def build(roles: Any, users: Any) -> tuple[World, list[Any]]:
    world = World()
    top = world.department("top")
    middle = world.department("middle", top)
    places = [top, middle, world.department("low", middle), world.department("side")]
    for number, (grants, stages) in enumerate(roles):
        world.role(f"role {number}", "none", stages={
            "sample": {str(world.stages[code]): levels for code, levels in stages.items()}
        })  # fmt: skip
        world.roles[-1]["grants"] = {"sample": grants}
    people = [
        world.user(f"user {n}", *(f"role {r}" for r in range(len(roles))),
                   departments=[places[p] for p in standing])
        for n, standing in enumerate(users)
    ]  # fmt: skip
    return world, people


def samples(world: World, people: list[Any], drawn: Any) -> list[dict[str, Any]]:
    def who(number: int | None) -> Any:
        return None if number is None else people[number % len(people)]

    made = []
    for place, (owner, stage, is_open, observers, has_twin) in enumerate(drawn):
        values = {"owner_id": who(owner), "status": stage, "open": is_open}
        watching = sorted({who(each) for each in observers})
        made.append(row(world, place // 2 if has_twin else place, observer_ids=watching, **values))
    return made


@pytest.mark.parametrize("limits", [(300, 1200), (0, 0), (300, 2)], ids=["arms", "walk", "mixed"])
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(roles=ROLES, users=USERS, drawn=ROWS, viewer=st.integers(0, 5))
def test_scope_is_what_rights_cover(
    database: Database, limits: tuple[int, int], roles: Any, users: Any, drawn: Any, viewer: int
) -> None:
    world, people = build(roles, users)
    rows = samples(world, people, drawn)
    with database.transaction() as connection:
        connection.execute(text("TRUNCATE samples, sample_points, stages, labels"))
        world.save(connection)
        fill(connection, rows)
    user = people[viewer % len(people)]
    context = world.context(user)
    owners, walks = arms.OWNERS_LIMIT, arms.WALKS_LIMIT
    arms.OWNERS_LIMIT, arms.WALKS_LIMIT = limits  # type: ignore[misc]
    try:
        for operation in OPERATIONS:
            covered = {
                each["id"]
                for each in rows
                if context.rights.covers(
                    "sample", operation, each | {"stage_id": each["status_id"]}
                )
            }
            with database.reading() as connection:
                condition = visible(Sample.entity, context.rights, operation)
                found = connection.execute(select(Sample.__table__.c.id).where(condition))
                assert set(found.scalars()) == covered
            if operation == "read" and context.rights.anywhere("sample", "read"):
                _lists_exactly(database, context, covered, people)
    finally:
        arms.OWNERS_LIMIT, arms.WALKS_LIMIT = owners, walks  # type: ignore[misc]


def _lists_exactly(database: Database, context: Any, covered: set[Any], people: list[Any]) -> None:
    with database.reading() as connection:
        answer = list_page(connection, context, Sample, {"limit": 500, "count": "estimate"})
        assert {item["id"] for item in answer["items"]} == {str(each) for each in covered}
        assert len(answer["items"]) == len(covered) == answer["total"]
        query = {"limit": 500, "count": "exact", "filter": {
            "owner_id": {"in": [str(each) for each in people[:2]]}, "status": {"nin": ["won"]},
            "and": [{"status": {"in": ["new", "lost", "won"]}}],
        }}  # fmt: skip
        narrow = list_page(connection, context, Sample, query)
        wanted = [
            item["id"] for item in answer["items"]
            if item["owner_id"] in map(str, people[:2]) and item["status"] in ("new", "lost")
        ]  # fmt: skip
        assert [item["id"] for item in narrow["items"]] == wanted
        assert narrow["total"] == len(wanted)
