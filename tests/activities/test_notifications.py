"""Notifications: who is told of what, once; what they show; whose they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from chassis.context import Context
from chassis.errors import Forbidden, Malformed, NotFound
from chassis.identifiers import new_id
from chassis.listening.event import Event
from chassis.wire import timestamp
from chassis.work.due import DueWorker
from chassis.work.housekeeping import FORGET, housekeeping
from services.activities import rules
from services.activities.tables import KEPT
from tests.activities.house import LINKED, House
from tests.leads.house import known


def hear(house: House, *events: Event) -> None:
    """Let the service hear what happened to records of others."""
    for event in events:
        react = {"lead": house.service.on_lead, "deal": house.service.on_deal}
        with house.database.transaction() as connection:
            react.get(event.entity, house.service.on_customer)(connection, [event])


def assigned(house: House, entity: str, owner: str, by: str | None, **parts: Any) -> Event:
    """What is said when `by` makes `owner` responsible for a record that is known."""
    record = house.know(entity, owner)
    changes = {"owner_id": [None, str(known(owner))]}
    event = house.event(entity, owner, id=record, changes=changes, version=2)
    actor = {"kind": "user", "id": by and str(known(by)), "service": "gateway"}
    return replace(event, actor=actor, **parts)


def kinds(house: House, who: str) -> list[str]:
    """The kinds of what `who` was told, newest first."""
    return [each["kind"] for each in house.told(who)]


def mention(*names: str) -> str:
    """A text that mentions people."""
    return "Ask " + " and ".join(f"@[{name.title()}](user:{known(name)})" for name in names)


@pytest.mark.parametrize("entity", LINKED)
def test_whoever_is_given_a_record_by_another_is_told_and_not_who_took_it(
    house: House, entity: str
) -> None:
    event = assigned(house, entity, "ana", by="head")
    hear(house, event, assigned(house, entity, "bruno", by="bruno"))
    [told] = house.told("ana")
    assert (told["kind"], told["type"], told["read_at"]) == ("assigned", "notification", None)
    assert told["record"]["type"] == entity
    assert told["record"]["id"] == str(event.record_id)
    assert told["record"]["name"] in ("T", "N")
    assert told["actor"] == {"id": str(known("head")), "name": "Head"}
    assert house.told("bruno") == house.told("head") == []


def test_record_that_came_from_nobody_is_told_without_an_actor(house: House) -> None:
    hear(house, assigned(house, "lead", "ana", by=None))
    [told] = house.told("ana")
    assert told["actor"] is None


@pytest.mark.parametrize("entity", ["activity", "task"])
def test_own_records_are_told_of_by_their_events_too(house: House, entity: str) -> None:
    make = house.create if entity == "activity" else house.task
    made = make("head", owner_id=str(known("ana")))
    make("ana")
    house.hear_own()
    [told] = house.told("ana")
    assert (told["kind"], told["record"]["type"]) == ("assigned", entity)
    assert told["record"]["name"] == ("A call" if entity == "activity" else "A task")
    house.change("head", made, owner_id=str(known("bruno")))
    house.change("bruno", house.get("bruno", made), open=True)
    house.hear_own()
    assert (kinds(house, "ana"), kinds(house, "bruno")) == (["assigned"], ["assigned"])


def test_event_tells_once_however_often_it_comes_and_old_or_silent_ones_nobody(
    house: House,
) -> None:
    event = assigned(house, "lead", "ana", by="head")
    for _ in range(3):
        hear(house, event)
    assert len(house.told("ana")) == 1
    long_ago = datetime.now(UTC) - rules.NEWS - timedelta(minutes=1)
    hear(house, assigned(house, "lead", "ana", by="head", occurred_at=long_ago))
    hear(house, assigned(house, "lead", "ana", by="head", silent=True))
    assert len(house.told("ana")) == 1
    house.task("head", owner_id=str(known("bruno")), description=mention("ana"))
    for _ in range(3):
        house.hear_own(again=True)
        house.work()
    assert (kinds(house, "bruno"), kinds(house, "ana")) == (["assigned"], ["assigned"])


def test_mentioned_are_told_if_they_may_read_it(house: House) -> None:
    # Of the task only who it concerns is told; Rita reads all tasks, Carla none of Ana's.
    house.task("ana", description=mention("rita", "carla", "ana", "nobody", "gone"))
    house.hear_own()
    assert house.work() == 1
    [told] = house.told("rita")
    assert (told["kind"], told["record"]["name"]) == ("mentioned", "A task")
    assert told["actor"] == {"id": str(known("ana")), "name": "Ana"}
    assert house.told("carla") == house.told("ana") == house.told("nobody") == []


def test_mention_in_an_activity_reaches_readers_of_what_it_is_about(house: House) -> None:
    lead = house.know("lead", "ana")
    house.create("root", ("lead", lead), kind="note", body=mention("ana", "bruno", "dora"))
    house.hear_own()
    house.work()
    assert (kinds(house, "ana"), kinds(house, "bruno")) == (["mentioned"], [])


def test_mention_in_comments_of_others_records_goes_by_what_their_owner_says(house: House) -> None:
    changes = {"comments": [mention("ana"), mention("ana", "carla", "bruno")]}
    event = house.event("deal", "carla", version=2, changes=changes)
    house.hear_facts(event)
    by_root = replace(event, actor={"kind": "user", "id": str(known("root")), "service": "gateway"})
    hear(house, by_root)
    house.work()
    assert (kinds(house, "carla"), kinds(house, "bruno")) == (["mentioned"], [])
    # Ana was mentioned before the edit.
    assert house.told("ana") == []


def test_mention_in_a_field_that_is_hidden_from_the_mentioned_is_not_told(house: House) -> None:
    lead = house.know("lead", "dora")
    house.create("root", ("lead", lead), kind="note", body=mention("dora"))
    house.hear_own()
    assert house.work() == 1
    assert house.told("dora") == []


def test_whoever_is_given_what_mentions_them_is_told_once(house: House) -> None:
    house.task("head", owner_id=str(known("ana")), description=mention("ana"))
    house.hear_own()
    house.work()
    assert kinds(house, "ana") == ["assigned"]


def test_mention_added_later_is_told_and_one_that_stays_is_not(house: House) -> None:
    made = house.task("ana", description=mention("rita"))
    changed = house.change("ana", made, description=mention("rita", "chief"))
    house.change("ana", changed, description="Nobody.")
    house.hear_own()
    house.work()
    assert (kinds(house, "rita"), kinds(house, "chief")) == (["mentioned"], ["mentioned"])


@pytest.mark.parametrize(
    "words",
    ["@[Ana](user:)", "@[Ana](user:123)", "@[](user:%s)", "@Ana(user:%s)", "@[A\nB](user:%s)", ""],
)
def test_what_only_looks_like_a_mention_is_none(words: str) -> None:
    text_ = words % known("ana") if "%s" in words else words
    assert rules.mentioned([None, text_], None) == []
    assert rules.mentioned([None, f"@[A](USER:{str(known('ana')).upper()})"], None) == [
        known("ana")
    ]


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


def test_id_follows_from_cause_and_person() -> None:
    one, other = UUID(int=1), UUID(int=2)
    assert rules.notification_id("x", one) == rules.notification_id("x", one)
    assert len({rules.notification_id(c, u) for c in "xy" for u in (one, other)}) == 4
