"""A saga of toy steps over a real database: what its targets hold is a dictionary."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, text

import chassis.sagas.tables
import chassis.work.tables  # noqa: F401
from chassis.access.organisation import Organisation
from chassis.context import Actor, Context
from chassis.database.engine import Database
from chassis.database.metadata import chassis_metadata
from chassis.errors import NotFound
from chassis.sagas import keeping
from chassis.sagas.definition import Progress, Request, Saga, Step, made_id
from chassis.sagas.running import Sagas
from chassis.service.base import Parts
from chassis.settings import load
from chassis.work.due import DueWorker

STEPS = ("first", "second", "third")


class Holder:
    """An organisation of nobody."""

    current = Organisation.empty()


def made(step: str) -> Callable[[Progress], Request | None]:
    def request(progress: Progress) -> Request | None:
        if step in progress.plan["skip"]:
            return None
        return Request("toys", "create", {"id": str(made_id(progress.id, step))})

    return request


def taken_back(step: str) -> Callable[[Progress], Request | None]:
    def request(progress: Progress) -> Request | None:
        return Request("toys", "discard", {"id": str(made_id(progress.id, step))})

    return request


@dataclass
class World:
    """The toys that are there, who asked for them, and what happens to the next calls."""

    database: Database
    toys: set[str] = field(default_factory=set)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    # What to raise at the call of this number, before or after its effect.
    before: dict[int, Exception] = field(default_factory=dict)
    after: dict[int, Exception] = field(default_factory=dict)
    at_end: list[Exception] = field(default_factory=list)

    def __post_init__(self) -> None:
        nothing: Any = None
        holder: Any = Holder()
        parts = Parts("leads", load({}), nothing, nothing, holder, nothing, self.database)
        steps = tuple(Step(name, made(name), undo=taken_back(name)) for name in STEPS)
        saga = Saga("toy", steps, completed=self.end, released=self.end)
        self.sagas = Sagas(parts, saga, ask=self.ask)

    def ask(self, context: Context, request: Request) -> dict[str, Any]:
        number = len(self.asked)
        self.asked.append((request.method, context.command_key))
        if number in self.before:
            raise self.before[number]
        toy = request.arguments["id"]
        if request.method == "create":
            self.toys.add(toy)
        elif toy in self.toys:
            self.toys.remove(toy)
        else:
            raise NotFound("There is no such toy.")
        if number in self.after:
            raise self.after[number]
        return {"id": toy}

    def end(self, connection: Connection, context: Context, progress: Progress) -> None:
        if self.at_end:
            raise self.at_end.pop()
        self.ended.append(progress.state)

    def begin(self, *skip: str, subject: UUID | None = None) -> tuple[UUID, UUID]:
        context = Context(Actor("user", uuid4(), "gateway"), Organisation.empty(), 0)
        saga_id = uuid4()
        with self.database.transaction() as connection:
            lease = keeping.begin(
                connection, context,
                kind="toy", saga_id=saga_id, subject=subject or uuid4(), facts={"a": 1},
                plan={"skip": list(skip)},
            )  # fmt: skip
        return saga_id, lease

    def run(self, saga_id: UUID, lease: UUID) -> Progress:
        return self.sagas.run(saga_id, lease, time.monotonic() + 5)

    def find(self, saga_id: UUID) -> Progress:
        with self.database.reading() as connection:
            progress = keeping.find(connection, saga_id)
        assert progress is not None
        return progress

    def let_time_pass(self) -> None:
        """Let every wait and every lease be over."""
        with self.database.transaction() as connection:
            connection.execute(text("UPDATE due_work SET due_at = now(), lease_until = NULL"))
            connection.execute(text("UPDATE sagas SET lease_until = now() - interval '1 s'"))

    def work(self) -> None:
        """Do due work until none is left, letting its waits pass."""
        worker = DueWorker(self.database, {"saga.toy": self.sagas.resume}, lease=timedelta(30))
        self.let_time_pass()
        while worker.do_one():
            self.let_time_pass()

    def due(self) -> int:
        with self.database.reading() as connection:
            return int(connection.execute(text("SELECT count(*) FROM due_work")).scalar_one())


@pytest.fixture
def world(make_database: Callable[..., Database]) -> World:
    return World(make_database(chassis_metadata, service="leads"))
