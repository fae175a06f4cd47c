"""Contacts and companies over HTTP, and what other services know of them, on both buses."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.system.client import Client
from tests.system.people import People, make_people
from tests.system.platform import Platform
from tests.system.test_working_leads import eventually


@pytest.fixture(scope="module")
def people(platform: Platform) -> People:
    """The organisation the module's tests work in."""
    return make_people(platform)


def company_of(seller: Client, **values: Any) -> dict[str, Any]:
    """A new company of `seller`."""
    return seller.made(
        "/companies", {"name": f"Acme {uuid4().hex}", "industry": "retail", **values}
    )


def contact_of(seller: Client, **values: Any) -> dict[str, Any]:
    """A new contact of `seller`."""
    return seller.made("/contacts", {"first_name": "João", "last_name": "Silva", **values})


def deal_of(seller: Client, **values: Any) -> dict[str, Any]:
    """A new deal of `seller`."""
    return seller.made("/deals", {"title": f"Deal {uuid4().hex}", **values})


def test_company_can_be_referred_to_the_moment_it_is_made(people: People) -> None:
    ana = people.ana
    for _ in range(5):
        company = company_of(ana)
        contact = contact_of(ana, companies=[{"id": company["id"], "role": "buyer"}])
        deal = deal_of(ana, company_id=company["id"], contacts=[{"id": contact["id"]}])
        assert deal["company_id"] == company["id"]
        assert deal["contacts"] == [{"id": contact["id"], "primary": True}]
    path = f"/deals/{deal['id']}"

    def named() -> bool:
        shown = ana.get(path, include="company,contacts").json()
        return bool(shown["company"]["name"] and shown["contacts"][0]["name"])

    eventually(named, 5)
    shown = ana.get(path, include="company,contacts").json()
    assert shown["company"] == {
        "id": company["id"], "name": company["name"], "industry": "retail",
    }  # fmt: skip
    assert shown["contacts"][0]["name"] == "João Silva"
    found = ana.get("/deals", filter=f'{{"company.name": "{company["name"]}"}}').json()["items"]
    assert [each["id"] for each in found] == [deal["id"]]


def test_what_one_cannot_read_is_refused_and_reads_as_empty(people: People) -> None:
    ana, carla, chief = people.ana, people.carla, people.chief
    theirs = company_of(carla)
    for target in (theirs["id"], str(uuid4())):
        refused = ana.post("/deals", {"title": "Mine", "company_id": target})
        assert refused.status_code == 422, refused.text
        (error,) = refused.json()["errors"]
        assert (error["pointer"], error["code"]) == ("/company_id", "unreadable_reference")
    mine = company_of(ana)
    deal = deal_of(ana, company_id=mine["id"])
    asked = {"filter": f'{{"company.name": "{mine["name"]}"}}', "include": "company"}

    def seen() -> list[Any]:
        items = ana.get("/deals", **asked).json()["items"]
        return [item["company"]["name"] for item in items]

    eventually(lambda: seen() == [mine["name"]], 5)
    chief.changed(f"/companies/{mine['id']}", {"owner_id": carla.user["id"]})
    eventually(lambda: seen() == [], 5)
    shown = ana.get(f"/deals/{deal['id']}", include="company").json()
    assert shown["company"] == {"id": mine["id"], "name": None}
    ordered = ana.get("/deals", sort="-company.name").json()["items"]
    assert len(ordered) > 1 and ordered[-1]["id"] == deal["id"]


def test_new_lead_of_somebody_known_is_linked_and_flagged(people: People) -> None:
    address = f"{uuid4().hex}@example.com"
    company = company_of(people.ana)
    contact = contact_of(people.ana, emails=[{"value": address}], companies=[{"id": company["id"]}])
    lead = people.bruno.made("/leads", {"title": "Again", "emails": [{"value": address.upper()}]})
    path = f"/leads/{lead['id']}"
    eventually(lambda: people.bruno.get(path).json()["repeat"], 10)
    linked = people.bruno.get(path, include="contact,company").json()
    assert (linked["contact_id"], linked["company_id"]) == (contact["id"], company["id"])
    assert linked["contact"]["name"] is None
    eventually(
        lambda: people.chief.get(path, include="contact").json()["contact"]["name"] == "João Silva",
        5,
    )
    stranger = people.bruno.made(
        "/leads", {"title": "New", "emails": [{"value": f"{uuid4().hex}@example.com"}]}
    )
    assert people.bruno.get(f"/leads/{stranger['id']}").json()["repeat"] is False
