"""Recognising leads, contacts and companies by their phones, e-mails, tax numbers and names."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from chassis.errors import Forbidden, Malformed
from chassis.journal.tables import JOURNAL
from services.contacts import rules
from services.contacts.models import Contact
from tests.contacts.house import House, known

PHONE = [{"value": "+55 11 95351-1234"}]
EMAIL = [{"value": "Joao@Example.com"}]


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Padaria São João Ltda.", "padaria sao joao"),
        ("PADARIA SAO JOAO LTDA", "padaria sao joao"),
        ("Construções Silva S.A.", "construcoes silva"),
        ("Acme, Inc.", "acme"),
        ("SA", "sa"),
        ("Ltda ME", "ltda"),
        ("D'Ávila & Filhos", "davila filhos"),
        ("Компания №1", "компания no1"),
        (None, ""),
    ],
)
def test_company_names_are_compared_without_accents_and_legal_form(
    name: str | None, folded: str
) -> None:
    assert rules.folded_company(name) == folded


def test_whoever_is_known_is_found_by_any_key(house: House) -> None:
    contact = house.create("ana", "contact", first_name="João", phones=PHONE, emails=EMAIL)
    company = house.create("ana", "company", name="Acme Ltda", tax_id="12.345.678/0001-90")
    lead = house.lead("ana", first_name="Joao", last_name="Silva", company_name="ACME SA")
    house.hear(lead)

    def ids(**asked: Any) -> list[tuple[str, str]]:
        return [(match["id"], match["strength"]) for match in house.matches("ana", **asked)]

    assert ids(phones=["(11) 95351-1234"]) == [(contact["id"], "strong")]
    assert ids(emails=["JOAO@example.com", "x@y.example"]) == [(contact["id"], "strong")]
    assert ids(tax_id="12345678000190") == [(company["id"], "strong")]
    named = [(contact["id"], "medium"), (str(lead.record_id), "medium")]
    assert ids(name="joão silva") == named
    assert ids(company_name="acme") == [
        (company["id"], "medium"), (str(lead.record_id), "medium"),
    ]  # fmt: skip
    assert ids(name="João Silva", emails=["joao@example.com"])[0] == (contact["id"], "strong")
    assert ids(phones=["95351"]) == ids() == []
    assert ids(name="joão silva", apart_from=contact["id"]) == named[1:]


def test_of_unreadable_matches_only_the_owner_is_told(house: House) -> None:
    house.create("carla", "contact", emails=EMAIL)
    house.hear(house.lead("carla", emails=[{"value": "joao@example.com"}]))
    assert house.matches("ana", emails=["joao@example.com"]) == [
        {"entity": "contact", "strength": "strong", "id": None, "ask": "Carla"},
        {"entity": "lead", "strength": "strong", "id": None, "ask": "Carla"},
    ]
    assert all(match["id"] for match in house.matches("chief", emails=["joao@example.com"]))
    assert house.matches("dora", emails=["joao@example.com"])[0]["entity"] == "lead"
    with pytest.raises(Forbidden):
        house.matches("rita", emails=["joao@example.com"])
    for wrong in ({"phones": "1"}, {"emails": [1]}, {"name": {}}, {"name": "x" * 400}):
        with pytest.raises(Malformed):
            house.matches("ana", **wrong)


def test_keys_follow_changes_the_bin_and_bulk(house: House) -> None:
    contact = house.create("ana", "contact", emails=EMAIL)
    asked = {"emails": ["joao@example.com"]}
    changed = house.update("ana", contact, emails=[{"value": "new@example.com"}])
    assert house.matches("ana", **asked) == []
    assert len(house.matches("ana", emails=["new@example.com"])) == 1
    house.service.delete(house.as_("ana"), "contact", contact["id"], changed["version"])
    assert house.matches("ana", emails=["new@example.com"]) == []
    house.service.restore(house.as_("ana"), "contact", contact["id"])
    assert len(house.matches("ana", emails=["new@example.com"])) == 1
    records = [{"name": "Bulk", "owner_id": known("ana")}]
    house.service.records("company").create_many(house.as_("ana"), records)
    assert house.matches("ana", company_name="bulk")[0]["name"] == "Bulk"


def test_keys_of_leads_follow_their_newest_event(house: House) -> None:
    first = house.lead("ana", emails=[{"value": "a@b.example"}])
    later = house.lead("ana", lead_id=first.record_id, version=2, emails=[{"value": "c@d.example"}])
    house.hear(later)
    house.hear(first)
    assert house.matches("ana", emails=["a@b.example"]) == []
    assert len(house.matches("ana", emails=["c@d.example"])) == 1
    house.hear(house.lead("ana", lead_id=first.record_id, version=3, deleted=True,
                          emails=[{"value": "c@d.example"}]))  # fmt: skip
    assert house.matches("ana", emails=["c@d.example"]) == []


def told(house: House) -> list[dict[str, Any]]:
    """The matches that were told of."""
    query = select(JOURNAL.c.record).where(JOURNAL.c.name == "lead_match.found")
    with house.database.reading() as connection:
        found = connection.execute(query.order_by(JOURNAL.c.seq)).scalars().all()
    return [{name: each[name] for name in ("id", "contact_id", "company_id")} for each in found]


def test_new_lead_of_somebody_known_is_told_of(house: House) -> None:
    company = house.create("carla", "company", phones=[{"value": "+551133334444"}])
    contact = house.create("carla", "contact", emails=EMAIL, companies=[{"id": company["id"]}])
    house.create("ana", "contact", phones=PHONE)
    by_email = house.lead("ana", emails=[{"value": "joao@example.com"}],
                          phones=[{"value": "+5511953511234"}])  # fmt: skip
    by_phone = house.lead("ana", phones=[{"value": "+551133334444"}])
    by_name = house.lead("ana", last_name="Silva", company_name="Acme")
    silent = house.lead("ana", emails=[{"value": "joao@example.com"}])
    object.__setattr__(silent, "silent", True)
    house.hear(by_email, by_phone, by_name, silent)
    assert told(house) == [
        {"id": str(by_email.record_id), "contact_id": contact["id"], "company_id": company["id"]},
        {"id": str(by_phone.record_id), "contact_id": None, "company_id": company["id"]},
    ]


def test_what_a_lead_became_is_no_sign_of_who_it_is_from(house: House) -> None:
    """It may be heard of only after it was converted, and then its conversion be undone."""
    lead = house.lead("ana", emails=[{"value": "joao@example.com"}])
    made = house.create("ana", "contact", emails=EMAIL)
    table = Contact.entity.table
    with house.database.transaction() as connection:
        became = update(table).where(table.c.id == UUID(made["id"]))
        connection.execute(became.values(lead_id=lead.record_id))
    house.hear(lead)
    assert told(house) == []
    other = house.create("carla", "contact", emails=EMAIL)
    again = house.lead("ana", emails=[{"value": "joao@example.com"}])
    house.hear(again)
    [match] = told(house)
    assert match["id"] == str(again.record_id)
    assert match["contact_id"] in (made["id"], other["id"])
