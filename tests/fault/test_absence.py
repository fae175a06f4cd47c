"""A part that is gone or stuck breaks its own area only, quickly and visibly."""

from __future__ import annotations

import time
from uuid import uuid4

from chassis.testing.rabbitmq import Broker
from tests.fault.scenes import twenty_times
from tests.system.people import make_people
from tests.system.platform import Platform


@twenty_times
def test_stopped_service_answers_503_at_once_and_only_for_its_area(
    platform: Platform, turn: int
) -> None:
    client = platform.administrator()
    platform.kill("leads")
    began = time.monotonic()
    answer = client.get("/leads")
    assert time.monotonic() - began < 2.0
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert client.get("/users").status_code == 200
    time.sleep(0.6)  # Readiness is asked for twice a second at most.
    ready = client.http.get("/health/ready")
    assert ready.status_code == 503 and ready.json()["services"]["leads"]["ready"] is False
    platform.start("leads")
    platform.wait_ready()
    assert client.get("/leads").status_code == 200


def test_activity_shows_no_words_while_its_leads_owner_cannot_be_asked(platform: Platform) -> None:
    people = make_people(platform)
    lead = people.ana.made("/leads", {"title": uuid4().hex})
    about = {"links": [{"type": "lead", "id": lead["id"]}], "subject": "Call", "body": "Secret."}
    made = people.head.made("/activities", {"kind": "call", "done": True, **about})
    path = f"/activities/{made['id']}"
    until = time.monotonic() + 10
    while people.ana.get(path).status_code != 200:
        assert time.monotonic() < until, "the seller never saw it"
        time.sleep(0.05)
    platform.kill("leads")
    shown = people.ana.get(path).json()
    assert (shown["subject"], shown["body"]) == (None, None)
    [listed] = people.ana.get("/activities", filter='{"kind": "call"}').json()["items"]
    assert (listed["subject"], listed["body"]) == (None, None)
    assert people.head.get(path).json()["body"] == "Secret."
    platform.start("leads")
    platform.wait_ready()
    assert people.ana.get(path).json()["body"] == "Secret."


def test_the_event_feed_goes_on_without_a_service_and_misses_nothing(platform: Platform) -> None:
    client = platform.administrator()
    start = client.get("/events", after="end").json()["next_cursor"]
    deal = client.made("/deals", {"title": uuid4().hex})
    platform.kill("deals")
    lead = client.made("/leads", {"title": uuid4().hex})
    known, after, limit = set[str](), start, time.monotonic() + 15
    while lead["id"] not in known:
        page = client.get("/events", after=after).json()
        assert page["unavailable"] == ["deals"]
        known |= {item["record_id"] for item in page["items"]}
        after = page["next_cursor"]
        assert time.monotonic() < limit
    assert deal["id"] not in known
    assert client.get("/events", after="end").status_code == 503
    assert client.get("/events", entity="deal").status_code == 503
    platform.start("deals")
    platform.wait_ready()
    while deal["id"] not in known:
        page = client.get("/events", after=after).json()
        known |= {item["record_id"] for item in page["items"]}
        after = page["next_cursor"]
        assert time.monotonic() < limit + 45


def test_cached_sessions_work_when_identity_is_down(platform: Platform) -> None:
    client = platform.administrator()
    made = client.made("/leads", {"title": uuid4().hex})
    platform.kill("identity")
    assert client.get(f"/leads/{made['id']}").status_code == 200
    assert client.post("/leads", {"title": uuid4().hex}).status_code == 201
    began = time.monotonic()
    assert client.get("/users").status_code == 503
    refused = platform.client().post("/auth/login", {"email": "a@example.com", "password": "x"})
    assert refused.status_code == 503
    assert time.monotonic() - began < 4.0
    platform.start("identity")
    platform.wait_ready()
    assert client.get("/users").status_code == 200


@twenty_times
def test_memory_alarm_never_hangs_a_request_past_its_deadline(
    platform: Platform, rabbitmq: Broker, turn: int
) -> None:
    client = platform.administrator()
    rabbitmq.alarm(on=True)
    try:
        for _ in range(3):
            began = time.monotonic()
            answer = client.post("/leads", {"title": uuid4().hex})
            assert answer.status_code in (201, 503)
            assert time.monotonic() - began < 6.5
    finally:
        rabbitmq.alarm(on=False)
    platform.wait_ready()
    assert client.post("/leads", {"title": uuid4().hex}).status_code == 201
