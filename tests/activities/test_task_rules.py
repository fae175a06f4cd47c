"""What a task can be, and what finishing one tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from chassis.access.organisation import Organisation
from chassis.errors import Invalid, Malformed, NotFound
from chassis.records.schema import settle_values
from services.activities import rules
from services.activities.models import Task
from tests.activities.house import House
from tests.leads.house import known
from tests.records.test_field_types import anything


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
