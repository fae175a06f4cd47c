"""The event feed as an integration reads it."""

from __future__ import annotations

import time
from uuid import uuid4

from tests.system.people import make_people
from tests.system.platform import Platform


def everything(client, after=None, **filters):
    """All events after a cursor, page by page, and the last cursor."""
    items = []
    while True:
        given = filters if after is None else {**filters, "after": after}
        answer = client.get("/events", **given)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert page["unavailable"] == []
        items += page["items"]
        after = page["next_cursor"]
        if not page["more"]:
            return items, after


def awaited(client, after, wanted):
    """What follows `after`, once all events in `wanted` (name, record) are there."""
    limit = time.monotonic() + 10
    while True:
        items, cursor = everything(client, after)
        if wanted <= {(item["name"], item["record_id"]) for item in items}:
            return items, cursor
        assert time.monotonic() < limit, items
        time.sleep(0.05)


def of_service(events, service):
    return [event["id"] for event in events if event["service"] == service]


def test_a_mirror_follows_all_that_its_reader_may_read(platform: Platform) -> None:
    people = make_people(platform)
    start = people.ana.get("/events", after="end").json()
    assert start["items"] == [] and start["more"] is False
    word = uuid4().hex
    lead = people.ana.made("/leads", {"title": f"Lead {word}"})
    company = people.ana.made("/companies", {"name": f"Company {word}"})
    deal = people.ana.made("/deals", {"title": f"Deal {word}", "company_id": company["id"]})
    hidden = people.carla.made("/leads", {"title": f"Foreign {word}"})
    people.ana.changed(f"/deals/{deal['id']}", {"stage": "proposal"})

    wanted = {
        ("lead.created", lead["id"]),
        ("company.created", company["id"]),
        ("deal.stage_changed", deal["id"]),
    }
    items, cursor = awaited(people.ana, start["next_cursor"], wanted)
    told = [item["name"] for item in items if item["record_id"] == deal["id"]]
    assert told == ["deal.created", "deal.updated", "deal.stage_changed"]
    assert {item["service"] for item in items} >= {"leads", "contacts", "deals"}
    assert hidden["id"] not in {item["record_id"] for item in items}
    assert {i["actor"]["name"] for i in items if i["record_id"] == deal["id"]} == {"Ana"}
    assert awaited(people.ana, start["next_cursor"], wanted)[0] == items
    assert everything(people.ana, cursor)[0] == []

    paged, after = [], start["next_cursor"]
    while len(paged) < len(items):
        page = people.ana.get("/events", after=after, limit=2).json()
        paged += page["items"]
        after = page["next_cursor"]
    for service in ("leads", "contacts", "deals", "identity"):
        assert of_service(paged, service) == of_service(items, service)

    only, _ = everything(people.ana, start["next_cursor"], name="deal.stage_changed")
    assert [item["changes"]["stage"] for item in only] == [["new", "proposal"]]
    assert everything(people.ana, start["next_cursor"], entity="contact")[0] == []


def test_who_audits_looks_back_in_all_services(platform: Platform) -> None:
    people, root = make_people(platform), platform.administrator()
    word = uuid4().hex
    lead = people.ana.made("/leads", {"title": f"Lead {word}"})
    company = people.ana.made("/companies", {"name": f"Company {word}"})
    people.ana.changed(f"/companies/{company['id']}", {"name": f"Renamed {word}"})
    ana = people.ana.get("/me").json()["id"]
    made, cursor, sought = [], None, {"actor": ana, "limit": 1}
    while True:
        given = sought if cursor is None else {**sought, "cursor": cursor}
        page = root.get("/audit/events", **given).json()
        made += [(item["name"], item["record_id"], item["service"]) for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert page["unavailable"] == []
    assert made[:3] == [
        ("company.updated", company["id"], "contacts"),
        ("company.created", company["id"], "contacts"),
        ("lead.created", lead["id"], "leads"),
    ]
    narrow = {"entity": "company", "act": "updated", "field": "name", "record": company["id"]}
    [told] = root.get("/audit/events", **narrow).json()["items"]
    assert told["changes"]["name"] == [f"Company {word}", f"Renamed {word}"]
    assert root.get("/audit/events", record=lead["id"], until=told["occurred_at"]).json()["items"]
    assert people.ana.get("/audit/events").status_code == 403
    for wrong in ({"cursor": "x"}, {"cursor": "eHg="}, {"entity": "x"}, {"act": "x"},
                  {"actor": "x"}, {"since": "x"}, {"limit": 0}):  # fmt: skip
        assert root.get("/audit/events", **wrong).status_code == 400, wrong


def test_what_is_wrong_with_a_question_is_said(platform: Platform) -> None:
    client = platform.administrator()
    for wrong in ({"after": "x"}, {"limit": 0}, {"limit": 501}, {"entity": "x"}, {"name": "x.y"},
                  {"name": "pipeline.created"}, {"order": "x"}):  # fmt: skip
        answer = client.get("/events", **wrong)
        assert answer.status_code == 400, wrong
    assert platform.client().get("/events").status_code == 401
