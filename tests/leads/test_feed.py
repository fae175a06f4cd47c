"""The event feed of leads: replayable, in order, and never more than its reader may read now."""

from __future__ import annotations

from uuid import UUID

import pytest

from chassis.errors import Malformed
from chassis.journal.history import erase_records
from chassis.journal.numbering import end_of_chain, number_pending
from chassis.records import feed
from tests.leads.house import House, known


@pytest.fixture
def world(house: House) -> House:
    """A lead of Ana, changed; one of Bruno; one of Ana in the bin; each of them told of."""
    lead = house.create("ana", title="Ana's", amount={"amount": "10.00", "currency": "BRL"})
    house.create("bruno", title="Bruno's")
    binned = house.create("ana", title="Binned")
    lead = house.update("ana", lead, comments="A change")
    lead = house.update("ana", lead, amount={"amount": "20.00", "currency": "BRL"})
    house.update("ana", lead, status="in_progress")
    house.service.delete(house.as_("ana"), "lead", binned["id"], 1)
    number(house)
    return house


def number(house):
    with house.database.transaction() as connection:
        number_pending(connection, end_of_chain(connection), 1_000)


def page(house, who, after=0, **options):
    return house.service.events(house.as_(who), after=after, **options)


def names(found):
    return [(item["name"], item["record"].get("title")) for item in found["items"]]


ANAS = [
    ("lead.created", "Ana's"), ("lead.created", "Binned"), ("lead.updated", "Ana's"),
    ("lead.updated", "Ana's"), ("lead.status_changed", "Ana's"), ("lead.deleted", "Binned"),
]  # fmt: skip


def test_everybody_is_told_of_what_they_may_read(world: House) -> None:
    assert names(page(world, "ana")) == ANAS
    assert names(page(world, "bruno")) == [("lead.created", "Bruno's")]
    assert len(page(world, "head")["items"]) == len(page(world, "root")["items"]) == 7
    for nobody in ("nobody", "gone", "carla"):
        assert page(world, nobody) == {"items": [], "position": 7, "more": False}


def test_the_feed_is_the_same_however_it_is_paged(world: House) -> None:
    whole, items, after = page(world, "ana"), [], 0
    while True:
        part = page(world, "ana", after, limit=2)
        items += part["items"]
        after = part["position"]
        if not part["more"]:
            break
    assert items == whole["items"]
    assert [item["position"] for item in items] == [1, 3, 4, 5, 6, 7]
    assert page(world, "ana", after) == {"items": [], "position": 7, "more": False}
    assert page(world, "ana", 1_000)["position"] == 1_000
    assert world.service.events(world.as_("ana")) == {"items": [], "position": 7, "more": False}


def test_rights_are_those_of_the_reader_now(world: House) -> None:
    [before] = page(world, "bruno")["items"]
    lead = world.service.get(world.as_("bruno"), "lead", before["record_id"])
    world.update("head", lead, owner_id=str(known("ana")))
    number(world)
    assert page(world, "bruno")["items"] == []
    told = names(page(world, "ana"))
    assert told[1] == ("lead.created", "Bruno's") and told[-1] == ("lead.updated", "Bruno's")


def test_hidden_fields_are_nowhere_and_what_tells_of_nothing_else_is_left_out(
    world: House,
) -> None:
    lead = world.create("dora", title="Dora's")
    changed = world.update("chief", lead, amount={"amount": "77.00", "currency": "BRL"})
    world.update("chief", changed, amount=None, tags=["told"])
    number(world)
    seen = page(world, "dora")
    assert [item["name"] for item in seen["items"]] == ["lead.created", "lead.updated"]
    assert set(seen["items"][1]["changes"]) == {"tags"}
    assert "amount" not in str(seen) and "77.00" not in str(seen)
    assert "77.00" in str(page(world, "chief"))
    assert {"stage_id"}.isdisjoint(seen["items"][0]["record"])


def test_a_page_costs_two_statements_whatever_it_holds(world: House, statements) -> None:
    for who, limit in (("root", 500), ("ana", 1), ("nobody", 50)):
        with statements() as seen:
            page(world, who, limit=limit)
        assert len(seen) == 2


def test_a_page_that_may_show_little_says_that_there_is_more(world: House, monkeypatch) -> None:
    monkeypatch.setattr(feed, "WINDOW", 2)
    first = page(world, "bruno", limit=50)
    assert names(first) == [("lead.created", "Bruno's")]
    second = page(world, "bruno", first["position"])
    assert second == {"items": [], "position": 4, "more": True}
    assert page(world, "bruno", 6) == {"items": [], "position": 7, "more": False}


def test_erased_values_are_not_told(world: House) -> None:
    record = UUID(page(world, "ana")["items"][0]["record_id"])
    with world.database.transaction() as connection:
        erase_records(connection, "lead", [record])
    told = page(world, "ana")["items"][0]
    assert told["record"]["title"] is None and told["changes"]["title"] is None
    assert told["record"]["amount"] == {"amount": "10.00", "currency": "BRL"}


def test_of_a_purged_record_only_that_is_told_and_only_to_who_could_read_it(world: House) -> None:
    binned = next(i for i in page(world, "ana")["items"] if i["name"] == "lead.deleted")
    world.service.purge(world.as_("chief"), "lead", binned["record_id"], 2)
    number(world)
    told = page(world, "ana")["items"]
    assert ("lead.created", "Binned") not in names({"items": told})
    assert told[-1]["name"] == "lead.purged"
    assert told[-1]["record_id"] == binned["record_id"]
    assert told[-1]["record"]["deleted"] is True and told[-1]["changes"] == {}
    assert all(item["name"] != "lead.purged" for item in page(world, "bruno")["items"])


def test_the_feed_can_be_narrowed(world: House) -> None:
    found = page(world, "ana", name="lead.status_changed")
    assert names(found) == [("lead.status_changed", "Ana's")]
    assert found["position"] == 7
    assert len(page(world, "ana", entity="lead")["items"]) == len(ANAS)
    for wrong in ({"entity": "deal"}, {"limit": 0}, {"limit": "9"}, {"after": -1}, {"after": "1"},
                  {"after": True}, {"after": 2**53}, {"name": ["x"]}):  # fmt: skip
        with pytest.raises(Malformed):
            world.service.events(world.as_("ana"), **{"after": 0, **wrong})
