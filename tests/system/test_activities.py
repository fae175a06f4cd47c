"""Activities and timelines over real HTTP: who enters them, who sees them, what they unlock."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.system.client import Client
from tests.system.people import People, make_people
from tests.system.platform import Platform


@pytest.fixture(scope="module")
def people(platform: Platform) -> People:
    """The organisation the module's tests work in."""
    return make_people(platform)


def eventually(check: Callable[[], Any], seconds: float = 10.0) -> Any:
    """The first true value of `check`; fails when none comes in time."""
    until = time.monotonic() + seconds
    while not (value := check()):
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)
    return value


def call(about: dict[str, Any], **values: Any) -> dict[str, Any]:
    """The body of a call about a record."""
    links = [{"type": about["type"], "id": about["id"]}]
    return {"kind": "call", "subject": f"Call {uuid4().hex}", "links": links, **values}


def timeline(client: Client, record: dict[str, Any], plural: str, **query: Any) -> list[Any]:
    """The first page of a record's timeline."""
    answer = client.get(f"/{plural}/{record['id']}/timeline", **query)
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


def subjects(client: Client, record: dict[str, Any], plural: str) -> list[str]:
    """What a timeline shows, newest first."""
    return [item["subject"] for item in timeline(client, record, plural)]


def test_call_is_seen_by_whoever_reads_its_lead_and_by_nobody_else(people: People) -> None:
    lead = people.ana.made("/leads", {"title": uuid4().hex})
    made = people.ana.made("/activities", call(lead, done=True, direction="outgoing", body="Yes."))
    path = f"/activities/{made['id']}"
    assert made["links"] == [{"type": "lead", "id": lead["id"]}]
    assert eventually(lambda: people.head.get(path).status_code == 200)
    assert people.head.get(path).json()["body"] == "Yes."
    assert people.bruno.get(path).status_code == people.carla.get(path).status_code == 404
    refusals = [people.carla.get(f"/activities/{each}").json() for each in (made["id"], uuid4())]
    own = {"instance", "request_id", "call_id"}
    unreadable, absent = ({k: v for k, v in r.items() if k not in own} for r in refusals)
    assert unreadable == absent
    assert made["subject"] in subjects(people.head, lead, "leads")
    assert people.carla.get(f"/leads/{lead['id']}/timeline").status_code == 404
    listed = people.carla.get("/activities", limit=500).json()["items"]
    assert made["id"] not in {item["id"] for item in listed}
    mine = people.ana.get("/activities", filter=json.dumps({"links": lead["id"]})).json()["items"]
    assert made["id"] in {item["id"] for item in mine}


def test_activity_follows_its_lead_to_another_seller(people: People) -> None:
    lead = people.ana.made("/leads", {"title": uuid4().hex})
    made = people.head.made("/activities", call(lead, done=True))
    path = f"/activities/{made['id']}"
    assert eventually(lambda: people.ana.get(path).status_code == 200)
    owner = {"owner_id": people.carla.user["id"]}
    changed = people.chief.changed(f"/leads/{lead['id']}", owner)
    assert changed["owner_id"] == owner["owner_id"]
    # The owner of the lead is asked before anything is shown: no event needs to have come.
    assert people.ana.get(path).status_code == 404
    assert eventually(lambda: people.carla.get(path).status_code == 200)
    assert made["subject"] in subjects(people.carla, lead, "leads")
    # Whoever is responsible for the activity keeps it, without the link they may not see.
    mine = people.head.get(path).json()
    assert mine["links"] == []
    assert people.head.get(f"/leads/{lead['id']}/timeline").status_code == 404


def test_planned_activity_is_moved_completed_and_then_closed(people: People) -> None:
    lead = people.ana.made("/leads", {"title": uuid4().hex})
    start = datetime.now(UTC) + timedelta(days=2)
    planned = people.ana.made(
        "/activities",
        call(lead, starts_at=start.isoformat(), ends_at=(start + timedelta(hours=1)).isoformat()),
    )
    path = f"/activities/{planned['id']}"
    assert (planned["done"], planned["done_at"]) == (False, None)
    assert planned["occurred_at"] == planned["starts_at"]
    later = (start + timedelta(days=1)).isoformat()
    wrong = people.ana.patch(path, {"starts_at": later}, version=planned["version"])
    assert wrong.status_code == 422
    assert [e["pointer"] for e in wrong.json()["errors"]] == ["/ends_at"]
    moved = people.ana.changed(path, {"starts_at": later, "ends_at": None})
    assert moved["occurred_at"] == moved["starts_at"]
    done = people.ana.changed(path, {"done": True, "body": "They want it."})
    assert done["done_at"] is not None
    assert done["occurred_at"] == done["done_at"]
    closed = people.ana.patch(path, {"body": "Other."}, version=done["version"])
    assert (closed.status_code, closed.json()["code"]) == (409, "activity_closed")
    other = people.ana.made("/leads", {"title": uuid4().hex})
    linked = people.ana.changed(
        path, {"links": [*done["links"], {"type": "lead", "id": other["id"]}]}
    )
    assert [link["id"] for link in linked["links"]] == [lead["id"], other["id"]]
    assert done["subject"] in subjects(people.ana, other, "leads")


def test_records_show_what_was_last_done_and_what_is_next(people: People) -> None:
    deal = people.ana.made("/deals", {"title": uuid4().hex})
    contact = people.ana.made("/contacts", {"last_name": "Silva"})
    both = [{"type": "deal", "id": deal["id"]}, {"type": "contact", "id": contact["id"]}]
    start = datetime.now(UTC) + timedelta(days=2)
    made = people.ana.made(
        "/activities", {"kind": "call", "links": both, "starts_at": start.isoformat()}
    )
    paths = [f"/deals/{deal['id']}", f"/contacts/{contact['id']}"]
    for path in paths:
        eventually(lambda p=path: people.ana.get(p).json()["next_activity_at"] == made["starts_at"])
    done = people.ana.changed(f"/activities/{made['id']}", {"done": True})
    for path in paths:
        eventually(lambda p=path: people.ana.get(p).json()["last_activity_at"] == done["done_at"])
        assert people.ana.get(path).json()["next_activity_at"] is None
    assert people.ana.get(paths[0]).json()["version"] == deal["version"]


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"kind": "system"}, "/kind", "reserved_kind"),
        ({"kind": "note", "direction": "incoming"}, "/direction", "no_direction"),
        ({"done": True, "cancelled": True}, "/cancelled", "done_and_cancelled"),
        ({"links": [{"type": "lead", "id": str(uuid4())}]}, "/links/0/id", "unreadable_reference"),
    ],
)
def test_activity_that_breaks_a_rule_is_refused(
    people: People, wrong: dict[str, Any], pointer: str, code: str
) -> None:
    answer = people.ana.post("/activities", {"kind": "call", "subject": "x", **wrong})
    assert answer.status_code == 422, answer.text
    assert (pointer, code) in {(e["pointer"], e["code"]) for e in answer.json()["errors"]}


def test_seller_cannot_link_to_what_they_do_not_read(people: People) -> None:
    foreign = people.carla.made("/leads", {"title": uuid4().hex})
    refused = people.ana.post("/activities", call(foreign))
    absent = people.ana.post("/activities", call({"type": "lead", "id": str(uuid4())}))
    assert refused.status_code == absent.status_code == 422
    assert refused.json()["errors"] == absent.json()["errors"]


def test_company_timeline_holds_its_contacts_and_deals_each_once(people: People) -> None:
    company = people.ana.made("/companies", {"name": f"Acme {uuid4().hex}"})
    contact = people.ana.made(
        "/contacts", {"last_name": "Silva", "companies": [{"id": company["id"]}]}
    )
    deal = people.ana.made("/deals", {"title": uuid4().hex, "company_id": company["id"]})
    both = [{"type": "contact", "id": contact["id"]}, {"type": "deal", "id": deal["id"]}]
    meeting = people.ana.made(
        "/activities", {"kind": "meeting", "subject": uuid4().hex, "links": both, "done": True}
    )
    note = people.ana.made("/activities", call(deal, kind="note", body="Nice."))
    wanted = {"company.created", "contact.created", "deal.created"}
    eventually(lambda: wanted <= set(subjects(people.ana, company, "companies")))
    shown = subjects(people.ana, company, "companies")
    assert shown.count(meeting["subject"]) == shown.count(note["subject"]) == 1
    pages = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = people.ana.get(f"/companies/{company['id']}/timeline", **query).json()
        pages += page["items"]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert [item["subject"] for item in pages] == shown
    only = timeline(people.ana, company, "companies", filter='{"kind": "note"}')
    assert [item["id"] for item in only] == [note["id"]]
    refused = people.ana.get(f"/deals/{deal['id']}/timeline", cursor=page["next_cursor"] or "x")
    assert refused.status_code == 400


def test_converted_leads_story_stays_with_what_it_became(people: People) -> None:
    lead = people.ana.made("/leads", {"title": uuid4().hex, "company_name": "Acme"})
    made = people.ana.made("/activities", call(lead, done=True))
    answer = people.ana.post(
        f"/leads/{lead['id']}/convert",
        {"contact": {"create": {"last_name": "Lima"}}, "company": {"create": {}},
         "deal": {"create": {}}},
        key=uuid4().hex,
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    became = people.ana.get(f"/leads/{lead['id']}").json()["converted_to"]
    for plural, entity in (("contacts", "contact"), ("companies", "company"), ("deals", "deal")):
        record = {"id": became[entity]}
        eventually(
            lambda r=record, p=plural: (
                {made["subject"], "lead.created", "lead.converted"}
                <= set(subjects(people.ana, r, p))
            )
        )
    links = people.ana.get(f"/activities/{made['id']}").json()["links"]
    assert {link["type"] for link in links} == {"lead", "contact", "company", "deal"}


def test_stage_that_demands_a_call_opens_once_it_is_done(people: People) -> None:
    made = people.administrator.made("/pipelines", {"code": f"p{uuid4().hex[:8]}", "name": "P"})
    stage = f"/pipelines/{made['id']}/stages/proposal"
    demand = {"required_activity": "call"}
    assert people.administrator.patch(stage, demand).status_code == 200
    deal = people.ana.made("/deals", {"title": "x", "pipeline_id": made["id"]})
    path = f"/deals/{deal['id']}"
    planned = people.ana.made("/activities", call(deal))
    refused = people.ana.patch(path, {"stage": "proposal"}, version=deal["version"])
    assert refused.status_code == 422
    assert [e["code"] for e in refused.json()["errors"]] == ["activity_required"]
    people.ana.changed(f"/activities/{planned['id']}", {"done": True})
    eventually(
        lambda: (
            people.ana.patch(path, {"stage": "proposal"}, version=deal["version"]).status_code
            == 200
        )
    )
