"""When something was last done about a record and what is planned next, as its owner is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from chassis.wire import timestamp
from tests.activities.house import House

NOW = datetime.now(UTC).replace(microsecond=0)
TOMORROW, NEXT_WEEK = NOW + timedelta(days=1), NOW + timedelta(days=7)


def told(house: House, record_id: UUID) -> list[tuple[Any, Any]]:
    """What was told of a record, in order: next and last."""
    query = text("""
        SELECT record ->> 'next_activity_at' AS soonest, record ->> 'last_activity_at' AS latest
        FROM journal WHERE entity = 'activity_times' AND record_id = :id ORDER BY seq
    """)
    with house.database.reading() as connection:
        return [tuple(row) for row in connection.execute(query, {"id": record_id})]


def change(house: House, activity: dict[str, Any], **values: Any) -> dict[str, Any]:
    """The activity after Ana changed it."""
    current = house.service.get(house.as_("ana"), "activity", activity["id"])
    changed = house.service.update(
        house.as_("ana"), "activity", activity["id"], values, current["version"]
    )
    return dict(changed["record"])


@pytest.fixture
def lead(house: House) -> UUID:
    """A lead of Ana's."""
    return house.know("lead", "ana")


def test_soonest_planned_is_the_next_and_completing_it_makes_it_the_last(
    house: House, lead: UUID
) -> None:
    later = house.create("ana", ("lead", lead), starts_at=NEXT_WEEK.isoformat())
    soon = house.create("ana", ("lead", lead), starts_at=TOMORROW.isoformat())
    done = change(house, soon, done=True)
    change(house, later, cancelled=True)
    assert told(house, lead) == [
        (timestamp(NEXT_WEEK), None),
        (timestamp(TOMORROW), None),
        (timestamp(NEXT_WEEK), done["done_at"]),
        (None, done["done_at"]),
    ]


def test_nothing_is_told_when_the_times_stay_as_they_are(house: House, lead: UUID) -> None:
    made = house.create("ana", ("lead", lead), starts_at=TOMORROW.isoformat())
    change(house, made, body="Bring the offer.")
    house.create("ana", ("lead", lead), starts_at=NEXT_WEEK.isoformat())
    assert len(told(house, lead)) == 1


def test_unlinked_record_is_told_as_well(house: House, lead: UUID) -> None:
    other = house.know("lead", "ana")
    made = house.create("ana", ("lead", lead), starts_at=TOMORROW.isoformat())
    change(house, made, links=[{"type": "lead", "id": str(other)}])
    assert told(house, lead)[-1] == (None, None)
    assert told(house, other) == [(timestamp(TOMORROW), None)]


def test_deleted_activity_counts_no_more_until_it_comes_back(house: House, lead: UUID) -> None:
    made = house.create("ana", ("lead", lead), done=True)
    root = house.as_("root")
    house.service.delete(root, "activity", made["id"], made["version"])
    house.service.restore(root, "activity", made["id"])
    assert [latest for _, latest in told(house, lead)] == [made["done_at"], None, made["done_at"]]
