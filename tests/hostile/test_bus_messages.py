"""Messages that no service of ours sent: kept aside, never run, never logged, nobody stops."""

from __future__ import annotations

import json
import pickle
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import amqp
import psycopg2
import pytest

from chassis import wire
from chassis.identifiers import new_id
from contracts.catalogue import LISTENERS, SERVICES
from tests.hostile.attack import check_answer
from tests.hostile.bus import connect
from tests.system.client import Client
from tests.system.platform import Platform

MARKER = "zeppelin-4711"
OPENED = "/nonexistent/opened-by-a-message"


class Opener:
    """Unpickled, it would open a file."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (open, (OPENED, "w"))


BODIES = {
    "pickle": (pickle.dumps({"events": [MARKER], "kwargs": {"x": MARKER}, "run": Opener()}),
               "application/x-python-serialize"),
    "yaml": (f"!!python/object/apply:os.system ['echo {MARKER}']".encode(), "application/x-yaml"),
    "json said, pickle sent": (pickle.dumps([MARKER, Opener()]), "application/json"),
    "msgpack": (b"\x81\xa6events\x91\xad" + MARKER.encode(), "application/x-msgpack"),
    "garbage": (b"\x00\xff\xfe" + MARKER.encode() * 100, "application/octet-stream"),
    "compressed": (b"\x1f\x8b\x08\x00" + MARKER.encode(), "application/json"),
    "no JSON": (b'{"events": [' + MARKER.encode(), "application/json"),
    "lone surrogate": (b'{"events": ["\\ud800' + MARKER.encode() + b'"]}', "application/json"),
    "a text": (b'"' + MARKER.encode() + b'"', "application/json"),
    "no events": (wire.dumps({"events": [], "x": MARKER}), "application/json"),
    "events of texts": (wire.dumps({"events": [MARKER]}), "application/json"),
    "deep": (b'{"events": ' + b"[" * 2000 + MARKER.encode() + b"]" * 2000, "application/json"),
    "empty": (b"", "application/json"),
    "large": (b"x" * 4_000_000 + MARKER.encode(), "text/plain"),
}  # fmt: skip
# What a client of another kind, or a broken one, puts into headers.
HEADERS: tuple[dict[str, Any], ...] = (
    {},
    {"token": MARKER, "x": "a\udc80b", "nul": "a\0b", "\ud800": 1},
    {"nested": {"a": [1, {"b": datetime(2026, 1, 1)}]}, "float": 1.5, "bytes": b"\xff"},
)

# Every body, each with one of the headers; and one body with all of them.
MESSAGES = [
    *((*body, HEADERS[place % len(HEADERS)]) for place, body in enumerate(BODIES.values())),
    *((*BODIES["garbage"], headers) for headers in HEADERS),
]


def event(**given: Any) -> dict[str, Any]:
    """An event about a lead as the leads service would say it, but for what is `given`."""
    return {
        "id": str(new_id()), "entity": "lead", "record_id": str(new_id()), "record_version": 1,
        "position": 1, "schema": 1, "name": "lead.created",
        "actor": {"kind": "user", "id": str(uuid4()), "service": "gateway"},
        "root_cause": str(new_id()), "depth": 0, "traceparent": None, "silent": False,
        "occurred_at": datetime.now(UTC).isoformat(),
        "record": {"title": MARKER, "owner_id": str(uuid4())}, "changes": {}, **given,
    }  # fmt: skip


def nested(depth: int) -> Any:
    """Objects in one another."""
    value: Any = MARKER
    for _ in range(depth):
        value = {"a": value}
    return value


EVENTS = {
    "unknown version of the envelope": {"schema": "two"}, "no version": {"schema": None},
    "unknown entity and name": {"entity": "deal", "name": "deal.exploded"},
    "another type of id": {"id": 7}, "an id that is none": {"id": "' OR 1=1"},
    "record of a list": {"record": [MARKER]}, "actor of a text": {"actor": MARKER},
    "actor that is nobody": {"actor": {"kind": "user", "id": MARKER, "service": "x"}},
    "actor of a wrong type": {"actor": {"kind": "user", "id": 7, "service": ["x"]}},
    "time without zone": {"occurred_at": "2026-01-01"}, "time that is none": {"occurred_at": 7},
    "version too large": {"record_version": 2**40}, "version below": {"record_version": -1},
    "position too large": {"position": 2**63}, "depth too large": {"depth": 2**40},
    "endless chain": {"depth": 1000}, "nul": {"record": {"title": "a\0b", "owner_id": "\0"}},
    "nul in a name": {"name": "lead.\0created"}, "deep record": {"record": nested(240)},
    "deeper record": {"record": nested(600)}, "deep stranger": {"id": 7, "record": nested(600)},
    "large record": {"record": {"title": "x" * 1_000_000}},
    "changes that are none": {"changes": {"status": MARKER, "owner_id": [1]}},
    "record without anything": {"record": {}},
}  # fmt: skip


@pytest.fixture(scope="module")
def channel(apart: Platform) -> Iterator[amqp.Channel]:
    """A channel of somebody who got to the broker."""
    with connect(apart) as opened:
        yield opened


@pytest.fixture(scope="module")
def admin(apart: Platform) -> Client:
    """The administrator."""
    return apart.administrator()


def rows(platform: Platform, service: str, query: str) -> Any:
    """The first value that `query` gives in the database of `service`."""
    url = platform.environment["DATABASE_URL"].replace("{service}", service)
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def quarantined(platform: Platform, service: str) -> int:
    """How many messages the service has put aside."""
    return int(rows(platform, service, "SELECT count(*) FROM quarantine"))


def until(check: Callable[[], bool], seconds: float = 8.0) -> None:
    """Return once `check()` holds; fails when it does not within `seconds`."""
    limit = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < limit, "not in time"
        time.sleep(0.05)


def logs(platform: Platform) -> str:
    """Everything that every process has written."""
    return "".join(log.read_text(errors="replace") for log in platform.logs.glob("*.log"))


def require_alive(platform: Platform, admin: Client) -> None:
    """Every process runs, answers, and still hears events."""
    assert all(process.poll() is None for process in platform.processes.values())
    made = admin.made("/leads", {"title": f"Lead {uuid4().hex}"})
    heard = f"SELECT count(*) FROM activity_links WHERE target_id = '{made['id']}'"
    until(lambda: rows(platform, "activities", heard) > 0)
    name = f"Renamed {uuid4().hex}"
    user = admin.made(
        "/users", {"name": "N", "email": f"{uuid4().hex}@example.com", "password": uuid4().hex}
    )
    admin.changed(f"/users/{user['id']}", {"name": name})
    copied = f"SELECT count(*) FROM labels WHERE name = '{name}'"
    until(lambda: rows(platform, "leads", copied) == 1)


def send(channel: amqp.Channel, body: bytes, kind: str, headers: dict[str, Any], **to: str) -> None:
    """Put a message where `to` says."""
    message = amqp.Message(
        body, content_type=kind, content_encoding="binary", application_headers=headers
    )
    channel.basic_publish(message, **to)


def test_undecodable_message_on_an_event_queue_is_put_aside(
    apart: Platform, channel: amqp.Channel, admin: Client
) -> None:
    """Pickle, YAML and garbage where events are expected."""
    for listener in LISTENERS:
        before = quarantined(apart, listener.consumer)
        for body, kind, headers in MESSAGES:
            send(channel, body, kind, headers, exchange="", routing_key=listener.queue)
        expected = before + len(MESSAGES)
        until(lambda name=listener.consumer, n=expected: quarantined(apart, name) == n)
    require_alive(apart, admin)
    assert MARKER not in logs(apart)
    assert "Traceback" not in logs(apart)


def test_undecodable_message_on_a_call_queue_is_put_aside(
    apart: Platform, channel: amqp.Channel, admin: Client
) -> None:
    """Pickle, YAML and garbage where calls are expected, with and without an answer."""
    for service in SERVICES:
        before = quarantined(apart, service)
        for body, kind, headers in MESSAGES:
            to = {"exchange": "nameko-rpc", "routing_key": f"{service}.get"}
            send(channel, body, kind, headers, **to)
            send(channel, body, kind, headers, exchange="", routing_key=f"rpc-{service}")
        expected = before + 2 * len(MESSAGES)
        until(lambda service=service, n=expected: quarantined(apart, service) == n)
    require_alive(apart, admin)
    assert MARKER not in logs(apart)
    assert "Traceback" not in logs(apart)


def test_strange_event_stops_no_queue(
    apart: Platform, channel: amqp.Channel, admin: Client
) -> None:
    """An event of an unknown version, or with values that nobody can keep."""
    for listener in LISTENERS:
        for given in EVENTS.values():
            one = event(**{"entity": listener.entities[0],
                           "name": f"{listener.entities[0]}.created", **given})  # fmt: skip
            body = dumps({"events": [one]})
            send(channel, body, "application/json", {}, exchange="", routing_key=listener.queue)
            both = dumps({"events": [event(entity=listener.entities[0]), one]})
            send(channel, both, "application/json", {}, exchange="", routing_key=listener.queue)
    require_alive(apart, admin)
    assert MARKER not in logs(apart)


def dumps(value: Any) -> bytes:
    """`value` as JSON, however deep."""
    return json.dumps(value).encode()


def test_flood_of_messages_keeps_calls_answered(
    apart: Platform, channel: amqp.Channel, admin: Client
) -> None:
    """Thousands of messages that are no calls, while people work."""
    for number in range(200):
        send(channel, b"\x80" + MARKER.encode(), "x", {}, exchange="nameko-rpc",
             routing_key=f"leads.m{number}")  # fmt: skip
    began = time.monotonic()
    for _ in range(5):
        answer = admin.get("/leads", limit=1)
        check_answer(answer)
        assert answer.status_code == 200
    assert time.monotonic() - began < 8.0
