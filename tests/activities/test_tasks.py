"""Tasks: who sees them, and what they show of what they are about."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from chassis.errors import Invalid
from chassis.identifiers import new_id
from tests.activities.house import House
from tests.activities.test_visibility import PEOPLE, ids, sees
from tests.leads.house import known


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
