"""Tasks: who sees them, what they show of what they are about, what finishing one tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from chassis.access.organisation import Organisation
from chassis.errors import Invalid, Malformed, NotFound
from chassis.identifiers import new_id
from chassis.records.query.viewer import Viewer
from chassis.records.schema import settle_values
from chassis.wire import timestamp
from services.activities import rules
from services.activities.models import Task
from tests.activities.house import House
from tests.activities.test_visibility import PEOPLE, ids, sees
from tests.leads.house import known
from tests.records.test_field_types import anything


def who_sees(house: House, task: dict[str, Any]) -> set[str]:
    """Those who see the task, by every door."""
    return {who for who in PEOPLE if sees(house, who, task)}


def test_task_is_seen_by_those_it_concerns_and_not_by_readers_of_what_it_is_about(
    house: House,
) -> None:
    lead = house.know("lead", "bruno")
    made = house.task("root", ("lead", lead))
    assert who_sees(house, made) == {"root", "chief", "rita"}
    for field in ("observer_ids", "participant_ids"):
        seen = house.task("root", ("lead", lead), **{field: [str(known("carla"))]})
        assert who_sees(house, seen) == {"root", "chief", "rita", "carla"}
    ananas = house.task("root", ("lead", lead), owner_id=str(known("ana")))
    assert who_sees(house, ananas) == {"root", "chief", "rita", "ana", "head"}


def test_whoever_gave_a_task_sees_it_and_does_not_change_it(house: House) -> None:
    made = house.task("ana")
    handed_over = house.change("root", made, owner_id=str(known("carla")))
    assert sees(house, "ana", handed_over) and not sees(house, "bruno", handed_over)
    with house.database.reading() as connection:
        assert connection.execute(text("SELECT observer_ids FROM tasks")).scalar_one() == []
    explained = house.service.explain(
        house.as_("ana"), "task", made["id"], str(known("ana")), "read"
    )
    assert (explained["allowed"], explained["because"]) == (True, "observer")


def test_observer_sees_the_task_and_only_links_that_they_read(house: House) -> None:
    lead, deal = house.know("lead", "ana"), house.know("deal", "carla")
    both = ("lead", lead), ("deal", deal)
    made = house.task("root", *both, observer_ids=[str(known("carla"))])
    own = {"type": "deal", "id": str(deal)}
    assert house.get("carla", made)["links"] == [own]
    [listed] = house.seen("carla", "task", include="links")
    assert listed["links"] == [{**own, "name": "T"}]
    assert house.seen("carla", "task", filter={"links": str(lead)}) == []
    assert ids(house.seen("carla", "task", filter={"links": str(deal)})) == [made["id"]]
    assert house.service.get_many(house.as_("carla"), "task", [made["id"]])[0]["links"] == [own]
    [told] = house.service.history(house.as_("carla"), "task", made["id"])["items"]
    assert told["changes"]["links"] == [None, [own]]


def test_name_of_a_linked_record_is_hidden_with_the_field_that_it_is(house: House) -> None:
    deal, contact = house.know("deal", "dora"), house.know("contact", "dora")
    house.task("dora", ("deal", deal), ("contact", contact))
    [listed] = house.seen("dora", "task", include="links")
    assert [link["name"] for link in listed["links"]] == [None, "N"]


def test_link_is_confirmed_by_its_owner_and_stays_while_that_is_away(house: House) -> None:
    lead = house.know("lead", "ana")
    made = house.task("ana", ("lead", lead), description="Call them.")
    house.owners.away.add("leads")
    shown = house.get("ana", made)
    assert (len(shown["links"]), shown["description"]) == (1, "Call them.")
    house.owners.away.clear()
    house.owners.facts["lead", lead]["owner_id"] = str(known("carla"))
    assert house.get("ana", made)["links"] == []
    assert [item["links"] for item in house.seen("ana", "task")] == [[]]


def test_unseen_links_outlive_an_edit_and_others_are_refused(house: House) -> None:
    lead, deal = house.know("lead", "ana"), house.know("deal", "carla")
    made = house.task("root", ("lead", lead), ("deal", deal), owner_id=str(known("ana")))
    changed = house.change("ana", made, links=[], title="Without links")
    assert changed["links"] == []
    assert [link["id"] for link in house.get("root", made)["links"]] == [str(deal)]
    # Naming what is linked, but not to be seen, is answered as naming what does not exist.
    for identifier in (deal, new_id()):
        with pytest.raises(Invalid) as caught:
            house.change("ana", changed, links=[{"type": "deal", "id": str(identifier)}], title="")
        assert [(f.pointer, f.code) for f in caught.value.faults] == [
            ("/title", "required"), ("/links/0/id", "unreadable_reference"),
        ]  # fmt: skip


def test_one_task_is_for_two_hundred_records_and_no_more(house: House) -> None:
    events = [house.event("contact", "ana") for _ in range(201)]
    house.hear_facts(*events)
    about = [("contact", event.record_id) for event in events]
    made = house.task("ana", *about[:200])
    assert len(house.get("ana", made)["links"]) == 200
    with pytest.raises(Invalid) as caught:
        house.task("ana", *about)
    assert [(f.pointer, f.code) for f in caught.value.faults] == [("/links", "too_many")]


def test_tasks_come_by_deadline_page_by_page_those_without_one_last(house: House) -> None:
    moments = [datetime.fromisoformat(f"2026-03-0{day}T12:00:00+00:00") for day in (3, 1, 2, 2)]
    for moment in (*moments, None, None):
        house.task("ana", deadline=moment and timestamp(moment))
    for who in ("ana", "head", "chief"):
        shown: list[str | None] = []
        query: dict[str, Any] = {"limit": 1}
        while True:
            page = house.service.list(house.as_(who), "task", query)
            shown += [item["deadline"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            query["cursor"] = page["next_cursor"]
        assert shown == [*(timestamp(moment) for moment in sorted(moments)), None, None]


def test_tasks_about_a_record_follow_their_deadlines(house: House) -> None:
    lead = house.know("lead", "ana")
    about = {"filter": {"links": str(lead)}, "limit": 1}
    first, second, third = (
        house.task("ana", ("lead", lead), deadline=deadline)
        for deadline in ("2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z", None)
    )

    def listed() -> list[str]:
        page = house.service.list(house.as_("ana"), "task", about)
        shown = ids(page["items"])
        while page["next_cursor"]:
            query = {**about, "cursor": page["next_cursor"]}
            page = house.service.list(house.as_("ana"), "task", query)
            shown += ids(page["items"])
        return shown

    assert listed() == [first["id"], second["id"], third["id"]]
    house.change("ana", first, deadline=None)
    house.change("ana", third, deadline="2026-03-01T12:00:00Z")
    assert listed() == [third["id"], second["id"], first["id"]]


def test_overdue_today_and_planned_are_days_of_the_viewer(house: House) -> None:
    viewer = Viewer.of(house.as_("ana"))
    begins, ends = viewer.starts(viewer.today), viewer.starts(viewer.days_away(1))
    moment = timedelta(microseconds=1)
    deadlines = {
        "yesterday": begins - moment, "first": begins, "last": ends - moment, "tomorrow": ends,
        "in a week": viewer.starts(viewer.days_away(8)) - moment,
        "later": viewer.starts(viewer.days_away(8)),
    }  # fmt: skip
    for title, deadline in deadlines.items():
        house.task("ana", title=title, deadline=timestamp(deadline))
    house.task("ana", title="whenever")

    def found(deadline: Any) -> list[str]:
        items = house.seen("ana", "task", filter={"deadline": deadline, "done": False})
        return [item["title"] for item in items]

    assert found({"lt": "@today"}) == ["yesterday"]
    assert found("@today") == ["first", "last"]
    assert found({"gt": "@today"}) == ["tomorrow", "in a week", "later"]
    assert found({"within_next": 7}) == ["first", "last", "tomorrow", "in a week"]
    overdue, ahead = found({"lt": "@now"}), found({"gte": "@now"})
    assert overdue + ahead == [*deadlines]
    assert overdue[0] == "yesterday" and ahead[-3:] == ["tomorrow", "in a week", "later"]
    assert found(None) == ["whenever"]


def finished(house: House, who: str, lead: UUID) -> list[dict[str, Any]]:
    """What the timeline of a lead tells `who` of finished tasks."""
    items = house.timeline(who, "lead", lead)["items"]
    return [item for item in items if item["subject"] == "task.finished"]


def test_finishing_is_told_on_what_the_task_is_about_once_each_time(house: House) -> None:
    lead, deal = house.know("lead", "ana"), house.know("deal", "carla")
    made = house.task("root", ("lead", lead), ("deal", deal), title="Send the offer")
    assert finished(house, "ana", lead) == []
    done = house.change("root", made, done=True)
    assert done["done_at"] is not None
    [note] = finished(house, "ana", lead)
    assert (note["kind"], note["body"], note["done"]) == ("system", "Send the offer", True)
    assert note["links"] == [{"type": "lead", "id": str(lead)}]
    assert note["actor"]["id"] == str(known("root"))
    assert note["occurred_at"] == done["done_at"]
    again = house.change("root", done, title="Send the offer!", done=True)
    assert len(finished(house, "ana", lead)) == 1
    reopened = house.change("root", again, done=False)
    assert reopened["done_at"] is None
    second = house.change("root", reopened, done=True)
    assert second["done_at"] > done["done_at"]
    assert [note["body"] for note in finished(house, "ana", lead)] == [
        "Send the offer!", "Send the offer",
    ]  # fmt: skip
    # Whoever reads the lead alone reads that something was done, and not the task.
    with pytest.raises(NotFound):
        house.get("ana", made)


def test_finishing_is_one_transaction_with_its_event_and_has_one_effect(house: House) -> None:
    lead = house.know("lead", "ana")
    made = house.task("ana", ("lead", lead))
    context = house.as_("ana", command_key="once")
    for _ in range(3):
        house.service.update(context, "task", made["id"], {"done": True}, made["version"])
    assert len(finished(house, "ana", lead)) == 1
    with house.database.reading() as connection:
        query = text("SELECT name FROM journal WHERE entity = 'task' ORDER BY seq")
        names = connection.execute(query).scalars().all()
        event = connection.execute(
            text("SELECT id FROM journal WHERE name = 'task.finished'")
        ).scalar_one()
    assert names == ["task.created", "task.updated", "task.finished"]
    [note] = finished(house, "ana", lead)
    assert note["id"] == str(rules.activity_id(event))


def test_task_that_is_entered_done_is_told_and_one_about_nothing_is_told_nowhere(
    house: House,
) -> None:
    lead = house.know("lead", "ana")
    house.task("ana", ("lead", lead), done=True)
    assert len(finished(house, "ana", lead)) == 1
    house.task("ana", done=True)
    with house.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM activities")).scalar_one() == 1


def test_what_is_done_was_not_cancelled(house: House) -> None:
    with pytest.raises(Invalid) as caught:
        house.task("ana", done=True, cancelled=True)
    assert [(f.pointer, f.code) for f in caught.value.faults] == [
        ("/cancelled", "done_and_cancelled")
    ]


def test_checklist_is_ticked_in_place(house: House) -> None:
    made = house.task("ana", checklist=[{"text": "One"}, {"text": "Two", "done": True}])
    one, two = made["checklist"]
    assert [(one["text"], one["done"]), (two["text"], two["done"])] == [
        ("One", False), ("Two", True),
    ]  # fmt: skip
    ticked = house.change("ana", made, checklist=[{**one, "done": True}, two])
    assert ticked["checklist"] == [{**one, "done": True}, two]
    # Sent without ids, an item keeps the one that its text goes by.
    moved = house.change(
        "ana", ticked, checklist=[{"text": "Two"}, {"text": "Three"}, {"text": "One"}]
    )
    assert [item["id"] for item in moved["checklist"]][::2] == [two["id"], one["id"]]
    assert len({item["id"] for item in moved["checklist"]}) == 3
    same = house.change("ana", moved, checklist=moved["checklist"])
    assert same["version"] == moved["version"]


@pytest.mark.parametrize(
    ("values", "pointer", "code"),
    [
        ({"checklist": [{"text": " "}]}, "/checklist/0/text", "required"),
        ({"checklist": [{"text": "x" * 501}]}, "/checklist/0/text", "too_long"),
        ({"checklist": [{"text": "x"}] * 101}, "/checklist", "too_many"),
        ({"checklist": [{"id": str(known("x")), "text": "x"}] * 2}, "/checklist/1/id", "repeated"),
        ({"reminders": [5, 0]}, "/reminders/1", "out_of_range"),
        ({"reminders": [rules.LONGEST_REMINDER + 1]}, "/reminders/0", "out_of_range"),
        ({"reminders": list(range(1, 12))}, "/reminders", "too_many"),
        ({"priority": "extreme"}, "/priority", "unknown_choice"),
        ({"title": ""}, "/title", "required"),
    ],
)
def test_task_that_breaks_a_rule_is_refused(
    house: House, values: Mapping[str, Any], pointer: str, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        house.task("ana", **values)
    assert (pointer, code) in {(fault.pointer, fault.code) for fault in caught.value.faults}


def test_priorities_sort_by_weight(house: House) -> None:
    for priority in ("high", "low", "urgent", "normal"):
        house.task("ana", priority=priority)
    shown = [item["priority"] for item in house.seen("ana", "task", sort="-priority")]
    assert shown == ["urgent", "high", "normal", "low"]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(("checklist", "reminders", "links", "deadline", "priority")), anything)
def test_any_json_is_kept_or_refused_and_never_a_defect(name: str, value: Any) -> None:
    field = Task.entity.fields[name]
    if value is None:
        return
    try:
        parsed = field.parse(value)
    except Malformed:
        return
    settle_values(Task.entity, {name: parsed}, Organisation())


def test_tasks_of_a_converted_lead_are_linked_to_what_it_became(house: House) -> None:
    lead = house.know("lead", "ana")
    made = house.task("ana", ("lead", lead))
    others = [house.event("contact", "ana") for _ in range(199)]
    house.hear_facts(*others)
    full = house.task("ana", ("lead", lead), *(("contact", one.record_id) for one in others))
    contact, deal = house.know("contact", "ana"), house.know("deal", "ana")
    became = {"contact": str(contact), "deal": str(deal)}
    event = house.event("lead", "ana", id=lead, version=2, name="converted", converted_to=became)
    house.note(event)
    links = house.get("ana", made)["links"]
    assert [link["type"] for link in links] == ["lead", "contact", "deal"]
    assert len(house.get("ana", full)["links"]) == 200
