"""A small organisation, and the service of deals called as its people would."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from chassis.access.organisation import Organisation
from chassis.context import Actor, Context
from chassis.database.engine import Database
from chassis.listening.event import Event
from chassis.service.base import Parts
from chassis.work.due import DueWorker
from chassis.work.marks import jobs_of
from services.deals.service import DealsService
from tests.leads.house import Snapshot, known, role, user

EVERYTHING = ("read", "add", "update", "delete")
SALES = uuid5(UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8"), "pipeline:deal:sales")


def grants(level: str, *operations: str) -> dict[str, Any]:
    """Grants of `level` on deals, and reading of everything a deal points at."""
    every = {entity: {"read": "own"} for entity in ("company", "contact", "lead")}
    return {"deal": dict.fromkeys(operations or EVERYTHING, level), **every}


def stage_id(code: str) -> UUID:
    """The id of a stage of the first pipeline."""
    return uuid5(UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8"), f"stage:deal:sales:{code}")


ROLES = [
    role("administrator"),
    role("manager", grants=grants("own")),
    role("head_of_department", grants=grants("subdepartments"),
         switches={"deal": {"reopen": True}}),
    role("chief_executive", grants=grants("all"), switches={"deal": {"reopen": True}}),
    role("reader", grants=grants("all", "read"), switches={"deal": {"hide_totals": True}}),
    role("discreet", grants=grants("all"),
         fields={"deal": {"amount": "hidden"}, "lead": {"title": "hidden"}}),
    role("bound", grants=grants("own"), transitions={str(SALES): {
        str(stage_id("new")): [str(stage_id("qualification"))],
        str(stage_id("qualification")): "none",
    }}),
    role("blind", grants=grants("all"), fields={"deal": {"stage": "hidden"}}),
    role("early", grants=grants("all", "read"),
         stages={"deal": {str(stage_id("won")): {"read": "none"}}}),
]  # fmt: skip
USERS = [
    user("root", None, "administrator"),
    user("ana", "north", "manager"),
    user("bruno", "north", "manager"),
    user("carla", "south", "manager"),
    user("head", "north", "head_of_department"),
    user("chief", None, "chief_executive"),
    user("rita", None, "reader"),
    user("dora", "north", "discreet"),
    user("boris", "north", "bound"),
    user("sam", "north", "blind"),
    user("ella", "north", "early"),
]


def organisation(rates: dict[str, str] | None = None) -> Organisation:
    """The organisation of these tests."""
    return Organisation.empty().apply(
        {
            "version": 1,
            "full": True,
            "users": USERS,
            "departments": [
                {"id": str(known(name)), "name": name, "parent_id": None, "head_id": None}
                for name in ("north", "south")
            ],
            "groups": [],
            "roles": ROLES,
            "organisation": {
                "base_currency": "BRL",
                "rates": {"USD": "5.10"} if rates is None else rates,
                "default_locale": "en",
                "time_zone": "America/Sao_Paulo",
            },
            "ended_sessions": [],
        }
    )


def event(entity: str, record_id: UUID, version: int = 1, **record: Any) -> Event:
    """An event of another service."""
    return Event(
        id=uuid4(), entity=entity, record_id=record_id, record_version=version, position=1,
        schema=1, name=f"{entity}.created", actor={"kind": "user"}, root_cause=uuid4(), depth=0,
        traceparent=None, silent=False, occurred_at=datetime.now(UTC), record=record, changes={},
    )  # fmt: skip


@dataclass
class House:
    """The service of deals, and who calls it."""

    database: Database
    organisation: Organisation = field(default_factory=organisation)

    def __post_init__(self) -> None:
        self.holder: Any = Snapshot(self.organisation)
        nothing: Any = None
        parts = Parts("deals", nothing, nothing, nothing, self.holder, nothing, self.database)
        self.service = DealsService(parts)
        self.service.on_migrate()

    def rates(self, **rates: str) -> None:
        """From now on money is worth this."""
        self.organisation = self.holder.current = organisation(rates)

    def as_(self, name: str, **parts: Any) -> Context:
        """A call by `name`."""
        actor = Actor("user", known(name), "gateway")
        return replace(Context(actor, self.organisation, time.monotonic() + 10), **parts)

    def create(self, name: str, **values: Any) -> dict[str, Any]:
        """A deal that `name` makes."""
        made = self.service.create(self.as_(name), "deal", {"title": "A deal", **values})
        record: dict[str, Any] = made["record"]
        return record

    def update(self, who: str, deal: dict[str, Any], **values: Any) -> dict[str, Any]:
        """The deal after `who` changed it."""
        done = self.service.update(self.as_(who), "deal", deal["id"], values, deal["version"])
        return done.get("record", done)

    def get(self, who: str, deal: dict[str, Any], **options: Any) -> dict[str, Any]:
        """The deal as `who` sees it."""
        return self.service.get(self.as_(who), "deal", deal["id"], **options)

    def pipeline(self, code: str, **values: Any) -> dict[str, Any]:
        """A pipeline that the administrator adds."""
        body = {"code": code, "names": {"en": code.title()}, **values}
        return self.service.create_pipeline(self.as_("root"), "deal", body)

    def demand(self, code: str, **values: Any) -> dict[str, Any]:
        """A stage of the first pipeline after the administrator changed it."""
        return self.service.update_stage(
            self.as_("root"), "deal", code, values, pipeline=str(SALES)
        )

    def board(self, who: str, **query: Any) -> dict[str, Any]:
        """The board as `who` sees it."""
        return self.service.board(self.as_(who), "deal", query)

    def column(self, who: str, code: str, **query: Any) -> dict[str, Any]:
        """The column of a stage as `who` sees it."""
        columns = self.board(who, **query)["columns"]
        return next(column for column in columns if column["stage"]["code"] == code)

    def work(self) -> None:
        """Do all due work."""
        worker = DueWorker(self.database, jobs_of(self.service))
        while worker.do_one():
            pass
