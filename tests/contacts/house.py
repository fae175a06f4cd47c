"""A small organisation, and the service of contacts called as its people would."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis.access.organisation import Organisation
from chassis.context import Actor, Context
from chassis.database.engine import Database
from chassis.identifiers import new_id
from chassis.listening.event import Event
from chassis.service.base import Parts
from services.contacts.service import ContactsService
from tests.leads.house import Snapshot, known, organisation, role

EVERYTHING = ("read", "add", "update", "delete")


def grants(level: str, *operations: str) -> dict[str, Any]:
    """Grants of `level` on all that is sold to."""
    return {
        entity: dict.fromkeys(operations or EVERYTHING, level)
        for entity in ("contact", "company", "lead")
    }


ROLES = [
    role("administrator"),
    role("manager", grants=grants("own")),
    role("head_of_department", grants=grants("subdepartments")),
    role("chief_executive", grants=grants("all")),
    role("reader", grants=grants("all", "read")),
    role(
        "discreet",
        grants=grants("own"),
        fields={"company": {"industry": "hidden"}, "contact": {"emails": "hidden"}},
    ),
]


@dataclass
class House:
    """The service of contacts, and who calls it."""

    database: Database
    organisation: Organisation = field(default_factory=lambda: organisation(roles=ROLES))

    def __post_init__(self) -> None:
        holder: Any = Snapshot(self.organisation)
        nothing: Any = None
        parts = Parts("contacts", nothing, nothing, nothing, holder, nothing, self.database)
        self.service = ContactsService(parts)
        self._positions = itertools.count(1)

    def as_(self, name: str) -> Context:
        """A call by `name`."""
        actor = Actor("user", known(name), "gateway")
        return Context(actor, self.organisation, time.monotonic() + 10)

    def create(self, who: str, entity: str, **values: Any) -> dict[str, Any]:
        """A record that `who` makes."""
        defaults = {"contact": {"last_name": "Silva"}, "company": {"name": "Acme"}}[entity]
        made = self.service.create(self.as_(who), entity, defaults | values)
        record: dict[str, Any] = made["record"]
        return record

    def update(self, who: str, record: dict[str, Any], **values: Any) -> dict[str, Any]:
        """The record after `who` changed it."""
        done = self.service.update(
            self.as_(who), record["type"], record["id"], values, record["version"]
        )
        return dict(done.get("record", done))

    def found(self, who: str, entity: str, **query: Any) -> list[dict[str, Any]]:
        """What a list shows to `who`."""
        items: list[dict[str, Any]] = self.service.list(self.as_(who), entity, query)["items"]
        return items

    def matches(self, who: str, **asked: Any) -> list[dict[str, Any]]:
        """Who is known by what is asked."""
        items: list[dict[str, Any]] = self.service.matches(self.as_(who), **asked)["items"]
        return items

    def lead(
        self, owner: str, *, lead_id: UUID | None = None, version: int = 1, **record: Any
    ) -> Event:
        """What leads say of a new lead of `owner`, or of a later version of it."""
        identifier = lead_id or new_id()
        facts = {"owner_id": str(known(owner)), "stage_id": None, "open": False,
                 "observer_ids": [], "deleted": False}  # fmt: skip
        return Event(
            id=new_id(), entity="lead", record_id=identifier, record_version=version,
            position=next(self._positions), schema=1,
            name="lead.created" if version == 1 else "lead.updated",
            actor={"kind": "user", "id": str(known(owner)), "service": "gateway"},
            root_cause=new_id(), depth=0, traceparent=None, silent=False,
            occurred_at=datetime.now(UTC),
            record={"id": str(identifier), "title": "A lead", **facts, **record}, changes={},
        )  # fmt: skip

    def hear(self, *events: Event) -> None:
        """Let the service hear of leads."""
        with self.database.transaction() as connection:
            self.service.on_lead(connection, list(events))
        with self.database.transaction() as connection:
            self.service.on_new_lead(
                connection, [event for event in events if event.name == "lead.created"]
            )
