"""Notifications: what they show of a record as it may be read now; whose they are; marking them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from chassis.context import Context
from chassis.errors import Forbidden, Malformed, NotFound
from chassis.identifiers import new_id
from chassis.wire import timestamp
from chassis.work.due import DueWorker
from chassis.work.housekeeping import FORGET, housekeeping
from services.activities.tables import KEPT
from tests.activities.house import House
from tests.activities.test_telling import assigned, hear
from tests.leads.house import known


def test_record_that_cannot_be_read_any_more_loses_id_and_name(house: House) -> None:
    event = assigned(house, "lead", "ana", by="head")
    hear(house, event)
    house.owners.facts["lead", event.record_id]["owner_id"] = str(known("carla"))
    [told] = house.told("ana")
    assert told["record"] == {"type": "lead", "id": None, "name": None}
    house.owners.away.add("leads")
    [told] = house.told("ana")
    assert told["record"] == {"type": "lead", "id": str(event.record_id), "name": None}
    house.owners.away.clear()
    house.know("lead", "carla", id=event.record_id, version=3)
    [told] = house.told("ana")
    assert told["record"] == {"type": "lead", "id": None, "name": None}


def test_task_that_cannot_be_read_any_more_tells_nothing_of_itself(house: House) -> None:
    deadline = "2100-01-01T00:00:00.000000Z"
    made = house.task("root", owner_id=str(known("ana")), deadline=deadline)
    with house.database.transaction() as connection:
        connection.execute(text("UPDATE due_work SET due_at = now()"))
    assert house.work() == 1
    assert house.told("ana")[0]["data"] == {"deadline": deadline}
    house.change("root", made, owner_id=str(known("carla")))
    [told] = house.told("ana")
    assert (told["record"]["id"], told["record"]["name"], told["data"]) == (None, None, {})
    assert (told["kind"], told["record"]["type"]) == ("task_due", "task")


def test_name_is_hidden_with_the_field_that_it_is(house: House) -> None:
    hear(house, assigned(house, "deal", "dora", by="head"))
    [told] = house.told("dora")
    assert told["record"]["id"] is not None and told["record"]["name"] is None


def several(house: House, count: int = 5) -> list[dict[str, Any]]:
    """Ana is told so many things, each at its own time; newest first."""
    for _ in range(count):
        hear(house, assigned(house, "lead", "ana", by="head"))
    return house.told("ana")


def test_list_is_paged_newest_first_and_its_cursor_is_bound(house: House) -> None:
    every = several(house)
    assert [each["created_at"] for each in every] == sorted(
        (each["created_at"] for each in every), reverse=True
    )
    shown: list[str] = []
    page: dict[str, Any] = {"next_cursor": None}
    while True:
        cursor = page["next_cursor"]
        page = house.service.notifications(house.as_("ana"), limit=2, cursor=cursor)
        assert page["unread"] == 5
        shown += [each["id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
    assert shown == [each["id"] for each in every]
    first = house.service.notifications(house.as_("ana"), limit=1)["next_cursor"]
    for who, unread in (("bruno", None), ("ana", True)):
        with pytest.raises(Malformed):
            house.service.notifications(house.as_(who), cursor=first, unread=unread)
    for wrong in ({"limit": 0}, {"limit": 501}, {"unread": "yes"}, {"cursor": "x"}):
        with pytest.raises(Malformed):
            house.service.notifications(house.as_("ana"), **wrong)


def test_one_is_marked_read_and_unread_again(house: House) -> None:
    newest, *others = several(house, 3)
    as_ana = house.as_("ana")
    marked = house.service.mark_notification(as_ana, newest["id"], True)
    assert marked["read_at"] is not None
    again = house.service.mark_notification(as_ana, newest["id"], True)
    assert again["read_at"] == marked["read_at"]
    assert [each["id"] for each in house.told("ana", unread=True)] == [o["id"] for o in others]
    assert [each["id"] for each in house.told("ana", unread=False)] == [newest["id"]]
    assert house.service.notifications(as_ana)["unread"] == 2
    assert house.service.mark_notification(as_ana, newest["id"], False)["read_at"] is None
    assert house.service.notifications(as_ana)["unread"] == 3


def test_all_up_to_a_moment_are_marked(house: House) -> None:
    every = several(house)
    as_ana = house.as_("ana")
    assert house.service.mark_notifications(as_ana, every[2]["created_at"]) == {"unread": 2}
    assert [each["id"] for each in house.told("ana", unread=True)] == [
        each["id"] for each in every[:2]
    ]
    for wrong in ("yesterday", None, 7, "2026-01-01"):
        with pytest.raises(Malformed) as caught:
            house.service.mark_notifications(as_ana, wrong)
        assert caught.value.faults[0].pointer == "/until"


def test_nobody_sees_marks_or_counts_what_another_was_told(house: House) -> None:
    [told] = several(house, 1)
    for who in ("root", "head", "bruno"):
        context = house.as_(who)
        assert house.service.notifications(context) == {
            "items": [], "next_cursor": None, "unread": 0,
        }  # fmt: skip
        refusals = []
        for identifier in (told["id"], str(new_id()), "x"):
            with pytest.raises(NotFound) as caught:
                house.service.mark_notification(context, identifier, True)
            refusals.append(caught.value.as_wire())
        assert refusals[0] == refusals[1] == refusals[2]
        house.service.mark_notifications(context, timestamp(datetime.now(UTC)))
    assert house.service.notifications(house.as_("ana"))["unread"] == 1


def test_token_reads_and_marks_them_as_far_as_its_scopes_go(house: House) -> None:
    [told] = several(house, 1)

    def as_token(*scopes: str) -> Context:
        context = house.as_("ana")
        return replace(context, actor=replace(context.actor, scopes=scopes))

    narrow, reading = as_token("lead:read"), as_token("notification:read")
    for context in (narrow, reading):
        with pytest.raises(Forbidden):
            house.service.mark_notification(context, told["id"], True)
        with pytest.raises(Forbidden):
            house.service.mark_notifications(context, told["created_at"])
    with pytest.raises(Forbidden):
        house.service.notifications(narrow)
    [seen] = house.service.notifications(reading)["items"]
    assert seen["record"]["name"] is None
    [seen] = house.service.notifications(as_token("*:read"))["items"]
    assert seen["record"]["name"] == "T"


def test_they_are_forgotten_after_ninety_days(house: House) -> None:
    several(house, 3)
    with house.database.transaction() as connection:
        connection.execute(
            text("""
            UPDATE notifications SET created_at = now() - interval '91 days'
            WHERE id IN (SELECT id FROM notifications ORDER BY created_at LIMIT 2)
        """)
        )
    assert KEPT in house.service.forgets
    worker = DueWorker(house.database, housekeeping(house.service.forgets), daily=(FORGET,))
    worker._keep_daily()
    assert worker.do_one()
    assert len(house.told("ana")) == 1


def test_page_of_notifications_asks_each_owner_once(house: House, statements: Any) -> None:
    counts = set()
    for count in (1, 9):
        for _ in range(count):
            hear(house, assigned(house, "lead", "ana", by="head"))
            house.task("head", owner_id=str(known("ana")))
            house.hear_own()
        house.owners.asked.clear()
        with statements() as seen:
            house.told("ana")
        counts.add(len(seen))
        assert house.owners.asked == ["leads.readable"]
    assert len(counts) == 1
