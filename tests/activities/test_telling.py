"""Who is told of what, once: who is given a record, who is mentioned."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.listening.event import Event
from services.activities import rules
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


def test_id_follows_from_cause_and_person() -> None:
    one, other = UUID(int=1), UUID(int=2)
    assert rules.notification_id("x", one) == rules.notification_id("x", one)
    assert len({rules.notification_id(c, u) for c in "xy" for u in (one, other)}) == 4
