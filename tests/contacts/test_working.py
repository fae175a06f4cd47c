"""Creating, changing and reading contacts and companies."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.errors import Forbidden, Invalid, Malformed, Refusal
from tests.contacts.house import ROLES, House, grants, known
from tests.leads.house import organisation, role


def faults(refusal: Refusal) -> list[tuple[str, str]]:
    """Where the faults of a refusal point, and their codes."""
    return [(fault.pointer, fault.code) for fault in refusal.faults]


def test_created_contact_is_answered_whole_and_found_again(house: House) -> None:
    company = house.create("ana", "company", name="Acme Ltda", industry="retail")
    contact = house.create(
        "ana",
        "contact",
        first_name="João",
        middle_name="P.",
        last_name="Silva",
        phones=[{"value": "(11) 95351-1234"}],
        emails=[{"value": "Joao@Example.com"}],
        birthday="1980-02-29",
        address={"city": "Recife"},
        companies=[{"id": company["id"], "role": "buyer"}],
    )
    assert contact["type"] == "contact" and contact["name"] == "João P. Silva"
    assert contact["companies"] == [{"id": company["id"], "role": "buyer", "primary": True}]
    assert contact["phones"][0]["value"] == "+5511953511234"
    assert contact["birthday"] == "1980-02-29" and contact["owner_id"] == str(known("ana"))
    assert house.found("ana", "contact") == [contact]
    assert house.found("ana", "contact", q="silva joão") == [contact]
    (shown,) = house.found("ana", "contact", include="companies", fields="name")
    assert shown["companies"] == [
        {"id": company["id"], "name": "Acme Ltda", "industry": "retail", "role": "buyer",
         "primary": True}
    ]  # fmt: skip


def test_contact_is_called_by_names_else_by_what_it_is_reached_at(house: House) -> None:
    assert house.create("ana", "contact", last_name=None, first_name="Ana")["name"] == "Ana"
    reached = house.create("ana", "contact", last_name=None, emails=[{"value": "a@b.example"}])
    assert reached["name"] == "a@b.example"
    assert house.update("ana", reached, last_name="Lis")["name"] == "Lis"
    with pytest.raises(Invalid) as refused:
        house.create("ana", "contact", last_name=" ")
    assert faults(refused.value) == [("/last_name", "required")]
    with pytest.raises(Malformed):
        house.create("ana", "contact", name="Somebody")


def test_company_is_created_and_filtered(house: House) -> None:
    body = {"name": "Acme", "industry": "retail", "employees": 12, "tax_id": "12.345/0001",
            "revenue": {"amount": "1000", "currency": "USD"},
            "websites": [{"value": "acme.example"}]}  # fmt: skip
    company = house.create("ana", "company", **body)
    assert company["revenue"] == {"amount": "1000.00", "currency": "USD"}
    assert house.found("ana", "company", filter={"industry": "retail"}) == [company]
    assert house.found("ana", "company", filter={"employees": {"gt": 12}}) == []
    with pytest.raises(Invalid) as refused:
        house.create("ana", "company", name=None, employees=-1)
    assert set(faults(refused.value)) >= {("/name", "required")}


def test_contacts_are_filtered_and_sorted_by_companies(house: House) -> None:
    retail = house.create("ana", "company", name="Acme", industry="retail")
    steel = house.create("ana", "company", name="Beta", industry="steel", parent_id=retail["id"])
    both = house.create("ana", "contact", companies=[{"id": retail["id"]}, {"id": steel["id"]}])
    one = house.create("ana", "contact", companies=[{"id": steel["id"]}])
    none = house.create("ana", "contact")

    def ids(condition: Any) -> set[str]:
        return {each["id"] for each in house.found("ana", "contact", filter=condition)}

    assert ids({"companies": steel["id"]}) == {both["id"], one["id"]}
    assert ids({"companies.industry": "retail"}) == {both["id"]}
    assert ids({"companies.name": {"empty": True}}) == {none["id"]}
    shown = house.found("ana", "company", sort="parent.name,name", include="parent")
    assert [each["name"] for each in shown] == ["Beta", "Acme"]
    assert shown[0]["parent"] == {"id": retail["id"], "name": "Acme", "industry": "retail"}
    page = house.service.list(house.as_("ana"), "company", {"sort": "parent.name", "limit": 1})
    rest = {"sort": "parent.name", "limit": 1, "cursor": page["next_cursor"]}
    following = house.service.list(house.as_("ana"), "company", rest)["items"]
    assert {page["items"][0]["name"], following[0]["name"]} == {"Acme", "Beta"}


def test_what_one_cannot_read_cannot_be_referred_to(house: House) -> None:
    theirs = house.create("carla", "company")
    for target in (theirs["id"], str(uuid4())):
        with pytest.raises(Invalid) as refused:
            house.create("ana", "contact", companies=[{"id": target}])
        assert faults(refused.value) == [("/companies/0/id", "unreadable_reference")]
        with pytest.raises(Invalid) as refused:
            house.create("ana", "company", parent_id=target)
        assert faults(refused.value) == [("/parent_id", "unreadable_reference")]
    contact = house.create("chief", "contact", companies=[{"id": theirs["id"]}])
    moved = house.update("chief", contact, owner_id=str(known("ana")))
    mine = house.create("ana", "company", name="Mine")
    kept = house.update("ana", moved, companies=[{"id": theirs["id"]}, {"id": mine["id"]}])
    assert len(kept["companies"]) == 2


def test_unreadable_company_reads_filters_and_sorts_as_empty(house: House) -> None:
    theirs = house.create("carla", "company", name="Secret", industry="arms")
    mine = house.create("ana", "company", name="Mine")
    house.update("chief", mine, parent_id=theirs["id"])
    contact = house.create("chief", "contact", companies=[{"id": theirs["id"]}])
    house.update("chief", contact, owner_id=str(known("ana")))
    (shown,) = house.found("ana", "contact", include="companies")
    assert shown["companies"][0]["name"] is None and "industry" not in shown["companies"][0]
    (company,) = house.found("ana", "company", include="parent")
    assert company["parent"] == {"id": theirs["id"], "name": None}
    for condition in ({"companies.name": "Secret"}, {"companies.industry": {"nempty": True}}):
        assert house.found("ana", "contact", filter=condition) == []
        assert len(house.found("chief", "contact", filter=condition)) == 1
    assert len(house.found("ana", "contact", filter={"companies.name": None})) == 1
    assert house.found("ana", "company", filter={"parent.industry": "arms"}) == []
    house.service.delete(house.as_("chief"), "company", theirs["id"], 1)
    (seen,) = house.found("chief", "contact", include="companies")
    assert seen["companies"][0]["name"] is None


def test_hidden_copies_are_neither_shown_nor_filtered(house: House) -> None:
    company = house.create("chief", "company", industry="arms", observer_ids=[str(known("dora"))])
    contact = house.create("chief", "contact", companies=[{"id": company["id"]}])
    house.update("chief", contact, owner_id=str(known("dora")))
    (shown,) = house.found("dora", "contact", include="companies")
    assert shown["companies"][0]["name"] == "Acme" and "industry" not in shown["companies"][0]
    for query in ({"filter": {"companies.industry": "arms"}}, {"sort": "companies.industry"}):
        with pytest.raises(Malformed):
            house.found("dora", "contact", **query)


def test_company_does_not_come_to_stand_above_itself(house: House) -> None:
    top = house.create("ana", "company", name="Top")
    middle = house.create("ana", "company", name="Middle", parent_id=top["id"])
    low = house.create("ana", "company", name="Low", parent_id=middle["id"])
    for parent in (top, middle, low):
        with pytest.raises(Invalid) as refused:
            house.update("ana", top, parent_id=parent["id"])
        assert faults(refused.value) == [("/parent_id", "company_cycle")]
    assert house.update("ana", low, parent_id=top["id"])["parent_id"] == top["id"]
    assert house.update("ana", middle, parent_id=None)["parent_id"] is None


def test_companies_written_at_the_same_time_form_no_circle(house: House) -> None:
    companies = [house.create("ana", "company", name=str(n)) for n in range(6)]
    refused: list[Refusal] = []

    def put_below(place: int) -> None:
        parent = companies[(place + 1) % len(companies)]
        try:
            house.update("ana", companies[place], parent_id=parent["id"])
        except Invalid as refusal:
            refused.append(refusal)

    threads = [threading.Thread(target=put_below, args=(n,)) for n in range(len(companies))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    tops = [c for c in house.found("ana", "company") if c["parent_id"] is None]
    assert len(tops) == 1


def test_check_says_what_creating_would_and_writes_nothing(house: House) -> None:
    known_one = house.create("ana", "contact", emails=[{"value": "a@b.example"}])
    told: list[int] = []
    house.database.after_journal = lambda: told.append(1)
    body = {"last_name": "Lis", "emails": [{"value": "A@b.example"}],
            "companies": [{"id": str(uuid4())}], "phones": [{"value": "x"}]}  # fmt: skip
    found = house.service.check(house.as_("ana"), "contact", body)
    assert {fault["pointer"] for fault in found["faults"]} == {
        "/companies/0/id", "/phones/0/value",
    }  # fmt: skip
    assert [(d["id"], d["strength"]) for d in found["duplicates"]] == [(known_one["id"], "strong")]
    fine = house.service.check(house.as_("ana"), "contact", {"last_name": "Other"})
    assert fine == {"faults": [], "duplicates": []}
    assert len(house.found("ana", "contact")) == 1 and not told
    with pytest.raises(Malformed):
        house.service.check(house.as_("ana"), "contact", {"colour": 1})
    with pytest.raises(Forbidden):
        house.service.check(house.as_("rita"), "contact", {"last_name": "Lis"})
    with pytest.raises(Forbidden):
        house.service.check(
            house.as_("ana"), "contact", {"last_name": "L", "owner_id": str(known("bruno"))}
        )


def test_lead_a_record_comes_from_is_checked_by_its_label(house: House) -> None:
    mine, theirs = house.lead("ana"), house.lead("carla")
    house.hear(mine, theirs)
    made = house.create("ana", "contact", lead_id=str(mine.record_id))
    assert house.found("ana", "contact", filter={"lead.name": "A lead"}) == [made]
    with pytest.raises(Invalid) as refused:
        house.create("ana", "contact", lead_id=str(theirs.record_id))
    assert faults(refused.value) == [("/lead_id", "unreadable_reference")]
    (shown,) = house.found("ana", "contact", include="lead")
    assert shown["lead"] == {"id": str(mine.record_id), "name": "A lead"}
    house.hear(house.lead("carla", lead_id=mine.record_id, version=2))
    (shown,) = house.found("ana", "contact", include="lead")
    assert shown["lead"]["name"] is None
    assert house.found("ana", "contact", filter={"lead.name": "A lead"}) == []


@pytest.mark.parametrize(
    ("facts", "readable"),
    [
        ({"owner": "ana"}, True),
        ({"owner": "carla"}, False),
        ({"owner": "carla", "open": True}, True),
        ({"owner": "carla", "observer_ids": [str(known("ana"))]}, True),
        ({"owner": "ana", "stage_id": str(known("closed"))}, False),
        ({"owner": "carla", "stage_id": str(known("shared"))}, True),
        ({"owner": "ana", "deleted": True}, False),
    ],
)
def test_labels_are_read_by_the_same_rights_as_records(
    house: House, facts: dict[str, Any], readable: bool
) -> None:
    stages = {str(known("closed")): {"read": "none"}, str(known("shared")): {"read": "all"}}
    lead_role = role(
        "manager", grants=grants("own") | {"lead": {"read": "open"}}, stages={"lead": stages}
    )
    house = House(house.database, organisation(roles=[lead_role, *ROLES[3:]]))
    told = house.lead(facts.pop("owner"), **facts)
    house.hear(told)
    lead_id = str(told.record_id)
    if readable:
        house.create("ana", "contact", lead_id=lead_id)
    else:
        with pytest.raises(Invalid):
            house.create("ana", "contact", lead_id=lead_id)
        made = house.create("chief", "contact")
        records = house.service.records("contact")
        with house.database.transaction() as connection:
            values = {"lead_id": told.record_id, "owner_id": known("ana")}
            records.trusted(connection, house.as_("chief")).put(UUID(made["id"]), values)
    (shown,) = house.found("ana", "contact", include="lead")
    assert (shown["lead"]["name"] is not None) is readable
    for condition in ({"lead.name": "A lead"}, {"lead.name": {"nempty": True}}):
        assert bool(house.found("ana", "contact", filter=condition)) is readable
