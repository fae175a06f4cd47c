"""Deadlines and reminders: one timer each, which follows the task and tells those who do it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from chassis.wire import timestamp
from tests.activities.house import House
from tests.leads.house import known

SOON = datetime(2100, 1, 1, 12, tzinfo=UTC)


def timers(house: House) -> dict[int, datetime]:
    """When what goes off, by minutes before the deadline."""
    with house.database.reading() as connection:
        query = text("SELECT (arguments->>'minutes')::int, due_at FROM due_work")
        return dict(map(tuple, connection.execute(query)))


def expected(deadline: datetime, *reminders: int) -> dict[int, datetime]:
    """One at the deadline and one a reminder."""
    return {each: deadline - timedelta(minutes=each) for each in (0, *reminders)}


def wait_until_due(house: House) -> None:
    """Let the time of every timer come."""
    with house.database.transaction() as connection:
        connection.execute(text("UPDATE due_work SET due_at = now()"))


def given(house: House, **values: Any) -> dict[str, Any]:
    """A task of Ana's with a deadline and two reminders."""
    given = {"deadline": timestamp(SOON), "reminders": [5, 60], **values}
    return house.task("root", owner_id=str(known("ana")), **given)


def test_timers_follow_the_deadline_and_the_reminders(house: House) -> None:
    made = given(house)
    assert timers(house) == expected(SOON, 5, 60)
    later = SOON + timedelta(days=1)
    moved = house.change("root", made, deadline=timestamp(later))
    assert timers(house) == expected(later, 5, 60)
    fewer = house.change("root", moved, reminders=[60, 30])
    assert timers(house) == expected(later, 60, 30)
    renamed = house.change("root", fewer, title="Other")
    assert timers(house) == expected(later, 60, 30)
    whenever = house.change("root", renamed, deadline=None)
    assert timers(house) == {}
    house.change("root", whenever, deadline=timestamp(SOON))
    assert timers(house) == expected(SOON, 60, 30)


@pytest.mark.parametrize("closed", ["done", "cancelled"])
def test_task_that_is_closed_has_none_and_has_them_again_when_reopened(
    house: House, closed: str
) -> None:
    made = given(house)
    shut = house.change("root", made, **{closed: True})
    assert timers(house) == {}
    house.change("root", shut, **{closed: False})
    assert timers(house) == expected(SOON, 5, 60)


def test_task_in_the_bin_has_none(house: House) -> None:
    made = given(house)
    house.service.delete(house.as_("root"), "task", made["id"], made["version"])
    assert timers(house) == {}
    house.service.restore(house.as_("root"), "task", made["id"])
    assert timers(house) == expected(SOON, 5, 60)


def test_what_has_passed_is_not_told_any_more(house: House) -> None:
    house.task("ana", deadline="2020-01-01T00:00:00Z", reminders=[5])
    assert timers(house) == {}
    deadline = datetime.now(UTC) + timedelta(minutes=10)
    house.task("ana", deadline=timestamp(deadline), reminders=[5, 30])
    assert set(timers(house)) == {0, 5}


def test_those_who_do_it_are_told_once_and_late_rather_than_never(house: House) -> None:
    made = given(house, participant_ids=[str(known("carla")), str(known("nobody"))],
                 observer_ids=[str(known("bruno"))])  # fmt: skip
    assert house.work() == 0
    wait_until_due(house)
    assert house.work() == 3
    for who in ("ana", "carla"):
        told = house.told(who)
        assert sorted(each["kind"] for each in told) == ["reminder", "reminder", "task_due"]
        data = {(each["kind"], each["data"].get("minutes")) for each in told}
        assert data == {("reminder", 5), ("reminder", 60), ("task_due", None)}
        assert {each["data"]["deadline"] for each in told} == {timestamp(SOON)}
        assert all(each["record"]["name"] == "A task" for each in told)
        assert all(each["actor"] is None and each["read_at"] is None for each in told)
    assert house.told("bruno") == house.told("root") == house.told("nobody") == []
    assert timers(house) == {}
    house.change("root", made, title="Other")
    assert timers(house) == {}


def test_new_responsible_is_told_and_not_the_one_before(house: House) -> None:
    made = given(house, reminders=[])
    house.change("root", made, owner_id=str(known("bruno")))
    wait_until_due(house)
    house.work()
    assert len(house.told("bruno")) == 1 and house.told("ana") == []


def test_timer_in_hand_tells_nothing_of_a_task_that_moved_or_closed_meanwhile(house: House) -> None:
    made = given(house, reminders=[])
    again = text("""
        INSERT INTO due_work (id, kind, arguments, due_at)
        SELECT gen_random_uuid(), kind, arguments, now() FROM due_work
    """)
    with house.database.transaction() as connection:
        connection.execute(again)
    later = timestamp(SOON + timedelta(days=1))
    moved = house.change("root", made, deadline=later)
    assert (house.work(), house.told("ana")) == (1, [])
    with house.database.transaction() as connection:
        connection.execute(again)
    house.change("root", moved, done=True)
    assert (house.work(), house.told("ana")) == (1, [])


def test_timer_done_twice_tells_once(house: House) -> None:
    given(house, reminders=[])
    with house.database.transaction() as connection:
        connection.execute(
            text("""
            INSERT INTO due_work (id, kind, arguments, due_at)
            SELECT gen_random_uuid(), kind, arguments, now() FROM due_work
        """)
        )
    wait_until_due(house)
    assert house.work() == 2
    assert len(house.told("ana")) == 1


def test_tasks_made_by_the_hundred_have_timers(house: House) -> None:
    values = {"title": "Seeded", "deadline": SOON, "reminders": [5], "owner_id": known("ana")}
    house.service.records("task").create_many(house.as_("root"), [values])
    assert timers(house) == expected(SOON, 5)
