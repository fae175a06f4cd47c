"""What the journal's tests share: a database, somebody who acts, and a bus that can fail."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from chassis import wire
from chassis.access.organisation import Organisation
from chassis.context import Actor, Context
from chassis.database.engine import Database
from chassis.database.metadata import chassis_metadata
from chassis.errors import Unavailable
from chassis.identifiers import new_id
from chassis.journal import tables as tables
from chassis.journal.sending import Message
from chassis.journal.writing import NewEvent


class RecordingBus:
    """Takes messages as a broker does; `down` makes it refuse, `break_after` cuts it in a batch."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.down = False
        self.break_after: int | None = None

    def publish(self, messages: Sequence[Message]) -> None:
        if self.down:
            raise Unavailable("down")
        for message in messages:
            if self.break_after == len(self.messages):
                self.break_after = None
                raise Unavailable("cut")
            self.messages.append(message)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for message in self.messages for event in wire.loads(message[2])["events"]]


@pytest.fixture
def bus() -> RecordingBus:
    return RecordingBus()


@pytest.fixture
def context() -> Context:
    return Context(
        actor=Actor("user", new_id(), "gateway"),
        organisation=Organisation.empty(),
        deadline=time.monotonic() + 60,
    )


@pytest.fixture
def database(make_database: Callable[..., Database]) -> Database:
    return make_database(chassis_metadata, service="leads")


@pytest.fixture
def lead_event() -> Callable[..., NewEvent]:
    def build(record_id: Any = None, version: int = 1, **given: Any) -> NewEvent:
        values: dict[str, Any] = {
            "name": "lead.created" if version == 1 else "lead.updated",
            "entity": "lead",
            "record_id": record_id or new_id(),
            "record_version": version,
            "record": {"name": "Ana Souza", "status": "new"},
            "changes": {"name": [None, "Ana Souza"], "status": [None, "new"]},
            "personal": frozenset({"name", "email"}),
        }
        return NewEvent(**(values | given))

    return build


def wait_for(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.01)


@pytest.fixture
def background() -> Iterator[Callable[[Any], Any]]:
    running: list[tuple[Any, threading.Thread]] = []

    def start(part: Any) -> Any:
        thread = threading.Thread(target=part.run, daemon=True)
        thread.start()
        running.append((part, thread))
        return part

    yield start
    for part, _ in running:
        part.stop()
    for _, thread in running:
        thread.join(10)
        assert not thread.is_alive()
