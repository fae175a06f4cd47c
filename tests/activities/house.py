"""A small organisation, and the service of activities called as its people would."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from chassis import wire
from chassis.access.organisation import Organisation
from chassis.bus.client import Call
from chassis.context import Actor, Context
from chassis.database.engine import Database
from chassis.errors import Forbidden, Malformed, Refusal, Unavailable
from chassis.identifiers import new_id
from chassis.journal.reading import EVENT_COLUMNS, envelope
from chassis.listening.event import Event
from chassis.records.reading import IDENTIFIERS_LIMIT
from chassis.service.base import Parts
from chassis.work.due import DueWorker
from contracts.catalogue import ENTITIES
from services.activities.service import ActivitiesService
from tests.leads.house import Snapshot, known, organisation, role

LINKED = ("lead", "contact", "company", "deal")
EVERYTHING = ("read", "add", "update", "delete")


def grants(level: str, activity: str | None = None) -> dict[str, Any]:
    """Grants of `level` on what activities are about, and of `activity` on these and on tasks."""
    return {
        **{entity: dict.fromkeys(EVERYTHING, level) for entity in LINKED},
        **{entity: dict.fromkeys(EVERYTHING, activity or level) for entity in ("activity", "task")},
    }


ROLES = [
    role("administrator"),
    role("manager", grants=grants("own")),
    role("head_of_department", grants=grants("subdepartments")),
    role("chief_executive", grants=grants("all")),
    role("reader", grants=grants("none", "all")),
    role("discreet", grants=grants("own"),
         fields={"activity": {"body": "hidden"}, "deal": {"title": "hidden"}}),
]  # fmt: skip


@dataclass
class Owners:
    """The services that own what activities are about, as far as activities ask them: what is
    known of each record is what `facts` says; `away` are the services that do not answer."""

    organisation: Organisation
    facts: dict[tuple[str, UUID], dict[str, Any]] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def remote(self, service: str) -> Owners:
        """The owner called `service`."""
        return self

    def prepared(self, context: Context, method: str, entity: str, ids: list[str]) -> Call:
        """A call that carries who asks in place of a proof of it."""
        arguments = {"context": context, "entity": entity, "ids": ids}
        return Call(ENTITIES[entity].service, method, arguments, "", context.remaining, "", {})

    def gather(self, calls: list[Call], *, partial: bool = False) -> list[Any]:
        """What each owner answers; a refusal is raised unless it is wanted as it is."""
        answers = [self._answer(call) for call in calls]
        for answer in answers:
            if isinstance(answer, Refusal) and not partial:
                raise answer
        return answers

    def _answer(self, call: Call) -> Any:
        self.asked.append(f"{call.service}.{call.method}")
        if call.service in self.away:
            return Unavailable("Away.")
        readable = self._readable(**call.arguments)
        if call.method == "readable" or isinstance(readable, Refusal):
            return readable
        entity = call.arguments["entity"]
        return [{"id": each, **self.facts[entity, UUID(each)]} for each in readable]

    def _readable(self, context: Context, entity: str, ids: list[str]) -> list[str] | Refusal:
        if not context.rights.anywhere(entity, "read"):
            return Forbidden("No.")
        if len(ids) > IDENTIFIERS_LIMIT:
            return Malformed("Too many.")
        found = {each: self.facts.get((entity, UUID(each))) for each in ids}
        return [
            each
            for each, facts in found.items()
            if facts and not facts["deleted"] and context.rights.covers(entity, "read", facts)
        ]


_TOLD = text(f"""
    SELECT j.seq AS position, {EVENT_COLUMNS} FROM journal j
    LEFT JOIN journal_personal s ON s.event_id = j.id WHERE j.seq > :after ORDER BY j.seq
""")


def _envelope(row: Any) -> Any:
    """A row of the journal as listeners are told of it."""
    return wire.loads(wire.dumps(envelope(row, row["position"])))


@dataclass
class House:
    """The service of activities, and who calls it."""

    database: Database
    organisation: Organisation = field(default_factory=lambda: organisation(roles=ROLES))

    def __post_init__(self) -> None:
        self.owners: Any = Owners(self.organisation)
        holder: Any = Snapshot(self.organisation)
        nothing: Any = None
        parts = Parts(
            "activities", nothing, self.owners, nothing, holder, nothing, self.database
        )  # fmt: skip
        parts.remote = self.owners.remote  # type: ignore[method-assign, assignment]
        self.service = ActivitiesService(parts)
        self._positions = itertools.count(1)
        self._heard = 0

    def as_(self, name: str, **parts: Any) -> Context:
        """A call by `name`."""
        actor = Actor("user", known(name), "gateway")
        return replace(Context(actor, self.organisation, time.monotonic() + 10), **parts)

    def event(self, entity: str, owner: str | None, **parts: Any) -> Event:
        """What an owner says of a record; its `version` is 1 unless another is given."""
        version = parts.pop("version", 1)
        record_id = parts.pop("id", None) or new_id()
        changes = parts.pop("changes", {})
        name = parts.pop("name", "created" if version == 1 else "updated")
        facts = {"owner_id": owner and str(known(owner)), "stage_id": None, "open": False,
                 "observer_ids": [], "deleted": False, "title": "T", "name": "N"}  # fmt: skip
        return Event(
            id=new_id(), entity=entity, record_id=record_id, record_version=version,
            position=next(self._positions), schema=1, name=f"{entity}.{name}",
            actor={"kind": "user", "id": owner and str(known(owner)), "service": "gateway"},
            root_cause=new_id(), depth=0, traceparent=None, silent=False,
            occurred_at=datetime.now(UTC), record={**facts, **parts}, changes=changes,
        )  # fmt: skip

    def know(self, entity: str, owner: str | None, **parts: Any) -> UUID:
        """A record that activities have heard of, as their owner has it; its id."""
        event = self.event(entity, owner, **parts)
        self.hear_facts(event)
        return event.record_id

    def hear_facts(self, *events: Event) -> None:
        """Let the listeners of access facts hear of records."""
        for entity in {event.entity for event in events}:
            told = [event for event in events if event.entity == entity]
            self.owners.facts |= {(entity, event.record_id): event.record for event in told}
            hear = {
                "lead": self.service.on_lead_facts,
                "deal": self.service.on_deal_facts,
            }.get(entity, self.service.on_customer_facts)
            with self.database.transaction() as connection:
                hear(connection, told)

    def note(self, *events: Event) -> None:
        """Let the listeners that note what happened hear of records."""
        with self.database.transaction() as connection:
            self.service.on_lead(connection, list(events))

    def hear_own(self, *, again: bool = False) -> None:
        """Let the service hear of its own activities and tasks, what it heard before left out
        unless `again`."""
        with self.database.reading() as connection:
            rows = connection.execute(_TOLD, {"after": 0 if again else self._heard}).mappings()
            told = [Event.from_wire(_envelope(row)) for row in rows]
        self._heard = max([self._heard, *(event.position for event in told)])
        with self.database.transaction() as connection:
            self.service.on_own(connection, told)

    def work(self) -> int:
        """Do what is due; says how much it was."""
        worker = DueWorker(self.database, self.service.short_work())
        done = 0
        while worker.do_one():
            done += 1
        return done

    def told(self, who: str, **query: Any) -> list[dict[str, Any]]:
        """What `who` was told, newest first."""
        items: list[dict[str, Any]] = self.service.notifications(self.as_(who), **query)["items"]
        return items

    def create(self, who: str, *about: tuple[str, UUID], **values: Any) -> dict[str, Any]:
        """An activity that `who` enters about records."""
        return self._made(who, "activity", about, {"kind": "call", "subject": "A call", **values})

    def task(self, who: str, *about: tuple[str, UUID], **values: Any) -> dict[str, Any]:
        """A task that `who` gives, about records."""
        return self._made(who, "task", about, {"title": "A task", **values})

    def change(self, who: str, record: dict[str, Any], **values: Any) -> dict[str, Any]:
        """An activity or a task after `who` changed it."""
        entity, identifier, version = record["type"], record["id"], record["version"]
        changed = self.service.update(self.as_(who), entity, identifier, values, version)
        return dict(changed.get("record", changed))

    def get(self, who: str, record: dict[str, Any], **options: Any) -> dict[str, Any]:
        """An activity or a task as `who` sees it."""
        return self.service.get(self.as_(who), record["type"], record["id"], **options)

    def seen(self, who: str, entity: str = "activity", **query: Any) -> list[dict[str, Any]]:
        """What the list shows to `who`."""
        items: list[dict[str, Any]] = self.service.list(self.as_(who), entity, query)["items"]
        return items

    def _made(
        self, who: str, entity: str, about: tuple[tuple[str, UUID], ...], values: dict[str, Any]
    ) -> dict[str, Any]:
        links = [{"type": linked, "id": str(identifier)} for linked, identifier in about]
        made = self.service.create(self.as_(who), entity, {"links": links, **values})
        return dict(made.get("record", made))

    def timeline(self, who: str, entity: str, identifier: UUID, **query: Any) -> dict[str, Any]:
        """A page of the timeline of a record."""
        return self.service.timeline(self.as_(who), entity, str(identifier), query)
