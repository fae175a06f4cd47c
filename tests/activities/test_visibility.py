"""Who sees which activity: one's own, those one takes part in, those of a record one reads."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from chassis.errors import Forbidden, NotFound, Unavailable
from chassis.identifiers import new_id
from chassis.records.facts import facts_of
from chassis.records.rows import find_row
from services.activities.models import Activity, Task
from tests.activities.house import LINKED, House
from tests.leads.house import known

PEOPLE = ("ana", "bruno", "carla", "head", "chief", "rita", "root")
OWNERS = ("ana", "bruno", "carla", None)
TABLES = {"activity": "activities", "task": "tasks"}
DEADLINES = (None, "2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z")


def ids(items: list[dict[str, Any]]) -> list[str]:
    """The ids of what was answered."""
    return [item["id"] for item in items]


def sees(house: House, who: str, record: dict[str, Any]) -> bool:
    """Whether `who` sees the activity or task, by every door."""
    listed = record["id"] in ids(house.seen(who, record["type"]))
    try:
        house.get(who, record)
        got = True
    except NotFound:
        got = False
    assert listed is got
    return got


def test_activity_is_seen_by_those_who_read_any_of_its_records(house: House) -> None:
    lead, deal = house.know("lead", "ana"), house.know("deal", "carla")
    made = house.create("root", ("lead", lead), ("deal", deal))
    assert {who for who in PEOPLE if sees(house, who, made)} == {
        "ana", "carla", "head", "chief", "root",
    }  # fmt: skip
    shown = house.service.get(house.as_("ana"), "activity", made["id"])
    assert shown["links"] == [{"type": "lead", "id": str(lead)}]


def test_activity_about_nothing_is_seen_as_far_as_the_level_reaches(house: House) -> None:
    made = house.create("ana")
    seeing = {who for who in PEOPLE if sees(house, who, made)}
    assert seeing == {"ana", "head", "chief", "rita", "root"}


def test_level_alone_does_not_show_what_is_about_unreadable_records(house: House) -> None:
    made = house.create("ana", ("lead", house.know("lead", "ana")))
    assert not sees(house, "rita", made)


@pytest.mark.parametrize("field", ["participant_ids", "observer_ids"])
def test_whoever_takes_part_sees_it_without_the_record(house: House, field: str) -> None:
    lead = house.know("lead", "ana")
    made = house.create("ana", ("lead", lead), **{field: [str(known("carla"))]})
    assert sees(house, "carla", made)
    assert house.service.get(house.as_("carla"), "activity", made["id"])["links"] == []
    with pytest.raises(NotFound):
        house.timeline("carla", "lead", lead)


def test_whoever_enters_it_for_another_observes_it(house: House) -> None:
    made = house.create("head", owner_id=str(known("ana")))
    assert made["observer_ids"] == [str(known("head"))]
    assert sees(house, "ana", made)


def test_unreadable_link_cannot_be_filtered_by(house: House) -> None:
    lead, deal = house.know("lead", "ana"), house.know("deal", "carla")
    made = house.create("root", ("lead", lead), ("deal", deal))
    assert ids(house.seen("ana", filter={"links": str(lead)})) == [made["id"]]
    assert house.seen("ana", filter={"links": str(deal)}) == []
    assert house.seen("ana", filter={"links": {"ne": str(deal)}}) != []


def test_links_that_one_cannot_see_outlive_an_edit_of_the_others(house: House) -> None:
    lead, deal, other = (
        house.know("lead", "ana"), house.know("deal", "carla"), house.know("lead", "ana"),
    )  # fmt: skip
    made = house.create("root", ("lead", lead), ("deal", deal), owner_id=str(known("ana")))
    given_links = [{"type": "lead", "id": str(other)}]
    house.service.update(
        house.as_("ana"), "activity", made["id"], {"links": given_links}, made["version"]
    )
    seen = house.service.get(house.as_("root"), "activity", made["id"])["links"]
    assert {link["id"] for link in seen} == {str(other), str(deal)}


def test_activity_follows_when_its_record_changes_hands_or_goes_to_the_bin(house: House) -> None:
    lead = house.know("lead", "ana")
    made = house.create("root", ("lead", lead))
    house.know("lead", "carla", id=lead, version=2)
    assert sees(house, "carla", made) and not sees(house, "ana", made)
    house.know("lead", "carla", id=lead, version=3, deleted=True)
    assert not sees(house, "carla", made)
    house.know("lead", "carla", id=lead, version=4)
    assert sees(house, "carla", made)


def test_owner_decides_before_its_event_has_come(house: House) -> None:
    lead = house.know("lead", "ana")
    made = house.create("root", ("lead", lead))
    house.owners.facts["lead", lead]["owner_id"] = str(known("carla"))
    assert not sees(house, "ana", made)


def test_timeline_is_there_before_the_event_of_its_record_has_come(house: House) -> None:
    lead = house.event("lead", "ana")
    house.owners.facts["lead", lead.record_id] = lead.record
    house.create("ana", ("lead", lead.record_id))
    assert len(house.timeline("ana", "lead", lead.record_id)["items"]) == 1
    with pytest.raises(NotFound):
        house.timeline("carla", "lead", lead.record_id)
    with pytest.raises(NotFound):
        house.timeline("chief", "lead", new_id())
    house.owners.away.add("leads")
    with pytest.raises(Unavailable):
        house.timeline("ana", "lead", lead.record_id)


def test_words_are_withheld_while_the_owner_is_away(house: House) -> None:
    lead = house.know("lead", "ana")
    made = house.create("root", ("lead", lead), body="Secret.")
    house.owners.away.add("leads")
    shown = house.service.get(house.as_("ana"), "activity", made["id"])
    assert (shown["subject"], shown["body"]) == (None, None)
    [listed] = house.seen("ana")
    assert (listed["subject"], listed["body"]) == (None, None)
    assert house.service.get(house.as_("root"), "activity", made["id"])["body"] == "Secret."


def test_page_asks_each_owner_once_and_nobody_for_what_all_may_read(house: House) -> None:
    for _ in range(5):
        house.create("root", ("lead", house.know("lead", "ana")))
        house.create("root", ("contact", house.know("contact", "ana")))
    house.owners.asked.clear()
    assert len(house.seen("ana")) == 10
    assert sorted(house.owners.asked) == ["contacts.readable", "leads.readable"]
    house.owners.asked.clear()
    assert len(house.seen("chief")) == 10
    assert house.owners.asked == []


def test_page_that_links_to_more_than_can_be_asked_about_at_once_is_whole(house: House) -> None:
    leads = [house.event("lead", "ana") for _ in range(1_100)]
    house.hear_facts(*leads)
    for first in range(0, len(leads), 200):
        about = [("lead", lead.record_id) for lead in leads[first : first + 200]]
        house.create("root", *about)
    seen = house.seen("ana")
    assert sum(len(activity["links"]) for activity in seen) == len(leads)


def test_history_tells_nothing_of_links_that_one_cannot_see(house: House) -> None:
    lead, deal = house.know("lead", "ana"), house.know("deal", "carla")
    made = house.create("root", ("lead", lead))
    both = [{"type": "lead", "id": str(lead)}, {"type": "deal", "id": str(deal)}]
    house.service.update(house.as_("root"), "activity", made["id"], {"links": both}, 1)

    def told(who: str) -> list[Any]:
        items = house.service.history(house.as_(who), "activity", made["id"])["items"]
        return [item["changes"].get("links") for item in items]

    assert told("root") == [[both[:1], both], [None, both[:1]]]
    assert told("ana") == [[None, both[:1]]]
    house.owners.facts["lead", lead]["owner_id"] = str(known("carla"))
    with pytest.raises(NotFound):
        told("ana")


def test_what_the_system_noted_names_no_hidden_field(house: House) -> None:
    deal = house.know("deal", "dora")
    changes = {"title": ["T", "U"], "comments": [None, "x"]}
    house.note(house.event("deal", "dora", id=deal, version=2, changes=changes))

    def named(who: str, **query: Any) -> list[str]:
        [noted] = house.timeline(who, "deal", deal, **query)["items"]
        fields: list[str] = noted["data"]["fields"]
        return fields

    # The subject says whose fields they are; where it is not asked for, doubt hides a name.
    for query in ({}, {"fields": "data"}):
        assert named("dora", **query) == ["comments"]
        assert named("root", **query) == ["comments", "title"]


def test_nobody_without_the_grant_sees_any(house: House) -> None:
    with pytest.raises(Forbidden):
        house.seen("nobody")
    with pytest.raises(Forbidden):
        house.timeline("nobody", "lead", house.know("lead", "ana"))


def filled(house: House, entity: str, chance: random.Random) -> list[UUID]:
    """Activities or tasks about records of all kinds, owned, open and observed in all ways."""
    records = [
        (entity, house.know(
            entity, owner, open=chance.random() < 0.2, deleted=chance.random() < 0.1,
            observer_ids=[str(known("carla"))] if chance.random() < 0.2 else [],
        ))
        for entity in LINKED for owner in OWNERS
    ]  # fmt: skip
    made = []
    for _ in range(40):
        about = [
            each for each in chance.sample(records, chance.choice((0, 1, 1, 2, 3)))
            if not house.owners.facts[each]["deleted"]
        ]  # fmt: skip
        taking_part = [str(known("bruno"))] if chance.random() < 0.1 else []
        make = house.create if entity == "activity" else house.task
        values = {} if entity == "activity" else {"deadline": chance.choice(DEADLINES)}
        record = make("root", *about, participant_ids=taking_part,
                      owner_id=str(known(chance.choice(("ana", "carla", "root")))),
                      open=chance.random() < 0.1, **values)  # fmt: skip
        made.append(UUID(record["id"]))
    with house.database.transaction() as connection:
        statement = text(f"UPDATE {TABLES[entity]} SET created_by = :who WHERE id = :id")
        for identifier in chance.sample(made, 15):
            who = known(chance.choice(("bruno", "carla", "rita")))
            connection.execute(statement, {"who": who, "id": identifier})
    return made


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10_000))
@pytest.mark.parametrize("model", [Activity, Task])
def test_lists_show_exactly_what_the_rights_cover(
    house: House, model: type[Activity | Task], seed: int
) -> None:
    entity, name = model.entity, model.entity.name
    with house.database.transaction() as connection:
        connection.execute(text(f"DELETE FROM {TABLES[name]}"))
    made = filled(house, name, random.Random(seed))
    with house.database.reading() as connection:
        rows = [find_row(connection, entity, each) for each in made]
    for who in PEOPLE:
        rights = house.as_(who).rights
        covered = {
            str(row["id"])
            for row in rows
            if row and rights.covers(name, "read", facts_of(entity, row))
        }
        mine = {str(each) for each in made}
        shown: list[str] = []
        query: dict[str, Any] = {"limit": 17}
        while True:
            page = house.service.list(house.as_(who), name, query)
            shown += ids(page["items"])
            if page["next_cursor"] is None:
                break
            query["cursor"] = page["next_cursor"]
        assert len(shown) == len(set(shown))
        assert set(shown) & mine == covered
        other = house.seen(who, name, sort="created_at", limit=500)
        assert set(ids(other)) & mine == covered
        total = house.service.list(house.as_(who), name, {"count": "estimate"})["total"]
        assert total == len(shown)


def test_what_becomes_another_kind_is_found_by_that_through_its_records(house: House) -> None:
    """The links repeat the kind, by which a seller's list is walked."""
    lead, starts = house.know("lead", "ana"), "2027-03-01T12:00:00Z"
    made = house.create("root", ("lead", lead), done=False, starts_at=starts)
    assert ids(house.seen("ana", filter={"kind": "call"})) == [made["id"]]
    house.change("root", made, kind="meeting")
    assert house.seen("ana", filter={"kind": "call"}) == []
    for wanted in ("meeting", {"in": ["meeting", "note"]}):
        assert ids(house.seen("ana", filter={"kind": wanted})) == [made["id"]]
    assert house.seen("ana", filter={"and": [{"kind": "meeting"}, {"kind": "note"}]}) == []


def test_pages_hold_each_record_once_however_many_links_show_it(house: House) -> None:
    leads = [house.know("lead", who) for who in ("ana", "bruno", "carla") for _ in range(6)]
    made = [house.create("root", ("lead", lead)) for lead in leads]
    made.append(house.create("root", *(("lead", lead) for lead in leads)))
    for who in ("head", "chief"):
        wanted = [each["id"] for each in reversed(made) if sees(house, who, each)]
        seen: list[str] = []
        answer: dict[str, Any] = {"next_cursor": None}
        while not seen or answer["next_cursor"]:
            asked = {"cursor": answer["next_cursor"]} if seen else {}
            answer = house.service.list(house.as_(who), "activity", {"limit": 4, **asked})
            seen += ids(answer["items"])
        assert seen == wanted
