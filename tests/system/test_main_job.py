"""The main job, over HTTP: from a captured lead to a deal that is won, and to one that is lost.

It is the tour of docs/guide-api-client.md, on both buses.
"""

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


def unknown_phone() -> str:
    """A mobile phone in São Paulo that nobody here has."""
    return f"(11) 9{uuid4().int % 10**8:08}"


def captured(seller: Client, **values: Any) -> dict[str, Any]:
    """A lead as a form would bring it."""
    return seller.made(
        "/leads",
        {
            "title": f"Fair {uuid4().hex}",
            "first_name": "João",
            "last_name": "da Silva",
            "company_name": "Silva & Filhos",
            "position": "Buyer",
            "phones": [{"value": unknown_phone(), "kind": "mobile", "primary": True}],
            "emails": [{"value": f"{uuid4().hex}@example.com", "kind": "work", "primary": True}],
            "source": "fair",
            "amount": {"amount": "1200.00", "currency": "BRL"},
            **values,
        },
    )


def converted(seller: Client, lead: dict[str, Any], body: Any) -> dict[str, Any]:
    """The lead's conversion once it is done, however long the platform takes."""
    answer = seller.post(f"/leads/{lead['id']}/convert", body, key=uuid4().hex)
    assert answer.status_code in (200, 202), answer.text
    where = f"/conversions/{answer.json()['id']}"
    if answer.status_code == 202:
        assert answer.headers["Location"].endswith(where)
    eventually(lambda: seller.get(where).json()["state"] == "done", 30)
    found: dict[str, Any] = seller.get(where).json()
    return found


ALL = {
    "contact": {"create": {}},
    "company": {"create": {"industry": "retail"}},
    "deal": {"create": {"expected_close": "2030-01-31"}},
}


def test_lead_is_captured_worked_converted_and_its_deal_won(people: People) -> None:
    ana = people.ana
    lead = captured(ana)
    path = f"/leads/{lead['id']}"
    ana.changed(path, {"status": "in_progress", "comments": "Wants a visit"})
    ana.changed(path, {"status": "qualified"})
    done = converted(ana, lead, ALL)
    contact = ana.get(f"/contacts/{done['contact']['id']}").json()
    company = ana.get(f"/companies/{done['company']['id']}").json()
    where = f"/deals/{done['deal']['id']}"
    deal = ana.get(where).json()
    assert (contact["first_name"], contact["emails"]) == ("João", lead["emails"])
    assert contact["companies"][0]["id"] == company["id"] and company["industry"] == "retail"
    assert deal["company_id"] == company["id"] and deal["contacts"][0]["id"] == contact["id"]
    assert deal["amount"] == lead["amount"] and deal["stage"] == "new"
    assert {contact["lead_id"], company["lead_id"], deal["lead_id"]} == {lead["id"]}
    closed = ana.get(path).json()
    assert closed["status"] == "converted" and closed["deal_id"] == deal["id"]
    refused = ana.patch(path, {"title": "Other"}, version=closed["version"])
    assert refused.status_code == 409 and refused.json()["code"] == "record_closed"
    for stage in ("qualification", "proposal", "negotiation", "won"):
        deal = ana.changed(where, {"stage": stage})
        assert deal["stage"] == stage
    assert deal["closed_at"] is not None and deal["probability"] == 100
    history = ana.get(f"{where}/history").json()["items"]
    moves = [entry["changes"]["stage"][1] for entry in history if "stage" in entry["changes"]]
    assert moves == ["won", "negotiation", "proposal", "qualification", "new"]


def test_names_follow_from_service_to_service(people: People) -> None:
    ana = people.ana
    lead = captured(ana)
    done = converted(ana, lead, ALL)
    ana.changed(f"/companies/{done['company']['id']}", {"name": "Silva SA"})

    def shows() -> bool:
        deal = ana.get(f"/deals/{done['deal']['id']}", include="company,lead").json()
        become = ana.get(f"/leads/{lead['id']}", include="company,contact,deal").json()
        return bool(
            deal["company"]["name"] == become["company"]["name"] == "Silva SA"
            and deal["lead"]["name"] == lead["title"] == become["deal"]["name"]
            and become["contact"]["name"] == "João da Silva"
        )

    eventually(shows, 10)


def test_deal_that_comes_to_nothing_is_lost_with_its_reason(people: People) -> None:
    ana = people.ana
    done = converted(ana, captured(ana), {"deal": {"create": {}}})
    where = f"/deals/{done['deal']['id']}"
    deal = ana.changed(where, {"stage": "proposal"})
    refused = ana.patch(where, {"stage": "lost"}, version=deal["version"])
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/reason"]
    lost = ana.changed(where, {"stage": "lost", "reason": "Price"})
    assert (lost["stage"], lost["reason"], lost["probability"]) == ("lost", "Price", 0)


def test_lead_of_a_known_customer_is_a_repeat_and_becomes_a_deal_of_theirs(people: People) -> None:
    ana = people.ana
    first = captured(ana)
    known = converted(ana, first, {"contact": {"create": {}}, "company": {"create": {}}})
    second = captured(ana, emails=first["emails"])
    path = f"/leads/{second['id']}"
    eventually(lambda: ana.get(path).json()["repeat"], 10)
    flagged = ana.get(path).json()
    assert flagged["contact_id"] == known["contact"]["id"]
    body = {
        "contact": {"link": flagged["contact_id"]}, "company": {"link": flagged["company_id"]},
        "deal": {"create": {}},
    }  # fmt: skip
    done = converted(ana, second, body)
    deal = ana.get(f"/deals/{done['deal']['id']}").json()
    assert deal["company_id"] == known["company"]["id"]
    assert [each["id"] for each in deal["contacts"]] == [known["contact"]["id"]]


def test_conversion_that_is_refused_says_where_and_writes_nothing(people: People) -> None:
    ana = people.ana
    lead = captured(ana)
    body = {
        "contact": {"create": {"emails": [{"value": "nothing"}]}},
        "company": {"link": str(uuid4())},
        "deal": {"create": {}},
    }
    refused = ana.post(f"/leads/{lead['id']}/convert", body)
    assert refused.status_code == 422
    assert {error["pointer"] for error in refused.json()["errors"]} == {
        "/contact/create/emails/0/value", "/company/link",
    }  # fmt: skip
    same = {"filter": {"lead_id": lead["id"]}}
    assert ana.post("/deals/search", same).json()["items"] == []
    after = ana.get(f"/leads/{lead['id']}").json()
    assert after["status"] == "new" and after["converted_to"] is None
    ana.changed(f"/leads/{lead['id']}", {"status": "qualified"})


def test_stranger_can_neither_convert_nor_look(people: People) -> None:
    lead = captured(people.ana)
    assert people.bruno.post(f"/leads/{lead['id']}/convert", ALL).status_code == 404
    done = converted(people.ana, lead, ALL)
    assert people.bruno.get(f"/conversions/{done['id']}").status_code == 404
    assert people.bruno.post(f"/conversions/{done['id']}/undo").status_code == 404
    for target, plural in (("contact", "contacts"), ("company", "companies"), ("deal", "deals")):
        assert people.bruno.get(f"/{plural}/{done[target]['id']}").status_code == 404
        assert people.head.get(f"/{plural}/{done[target]['id']}").status_code == 200


def test_conversion_is_undone_while_nobody_has_touched_it(people: People) -> None:
    ana = people.ana
    lead = captured(ana)
    done = converted(ana, lead, ALL)
    assert ana.post(f"/conversions/{done['id']}/undo").status_code in (200, 202)
    eventually(lambda: ana.get(f"/conversions/{done['id']}").json()["state"] == "undone", 30)
    assert ana.get(f"/deals/{done['deal']['id']}").status_code == 404
    assert ana.get(f"/leads/{lead['id']}").json()["status"] == "new"
    again = converted(ana, lead, {"deal": {"create": {}}})
    ana.changed(f"/deals/{again['deal']['id']}", {"stage": "proposal"})
    refused = ana.post(f"/conversions/{again['id']}/undo")
    assert refused.status_code == 409 and refused.json()["code"] == "touched"
    assert refused.json()["errors"][0]["pointer"] == "/deal"
