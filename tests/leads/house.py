"""A small organisation, and the service of leads called as its people would."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from chassis.access.organisation import Organisation
from chassis.context import Actor, Context
from chassis.database.engine import Database
from chassis.service.base import Parts
from chassis.work.due import DueWorker
from chassis.work.marks import jobs_of
from services.leads.service import LeadsService

SPACE = UUID("6f1f5a52-0b0e-4a43-9d1e-4d6f6c1a7a10")


def known(name: str) -> UUID:
    """The id of whoever, or whatever, is called `name` in these tests."""
    return uuid5(SPACE, name)


def user(name: str, department: str | None, *roles: str, active: bool = True) -> dict[str, Any]:
    """A user as identity tells of them."""
    return {
        "id": str(known(name)),
        "name": name.title(),
        "email": f"{name}@example.com",
        "active": active,
        "locale": "en",
        "time_zone": "America/Sao_Paulo",
        "department_ids": [str(known(department))] if department else [],
        "role_codes": list(roles),
    }


def role(code: str, **parts: Any) -> dict[str, Any]:
    """A role as identity tells of it."""
    empty: dict[str, Any] = {
        "grants": {}, "stages": {}, "fields": {}, "settings": [], "switches": {}, "transitions": {},
        "assigned_to": {"users": [], "groups": [], "departments": []},
    }  # fmt: skip
    return {"id": str(known(code)), "code": code, "name": code} | empty | parts


def levels(level: str, *operations: str) -> dict[str, Any]:
    """Grants of `level` on leads."""
    return {"lead": dict.fromkeys(operations, level)}


EVERYTHING = ("read", "add", "update", "delete")
ROLES = [
    role("administrator"),
    role("manager", grants=levels("own", *EVERYTHING)),
    role("head_of_department", grants=levels("subdepartments", *EVERYTHING)),
    role("chief_executive", grants=levels("all", *EVERYTHING)),
    role("reader", grants=levels("all", "read")),
    role(
        "discreet",
        grants=levels("own", *EVERYTHING),
        fields={"lead": {"amount": "hidden", "comments": "read"}},
    ),
]
USERS = [
    user("root", None, "administrator"),
    user("ana", "north", "manager"),
    user("bruno", "north", "manager"),
    user("carla", "south", "manager"),
    user("head", "north", "head_of_department"),
    user("chief", None, "chief_executive"),
    user("rita", None, "reader"),
    user("dora", "north", "discreet"),
    user("nobody", None),
    user("gone", "north", "manager", active=False),
]


def organisation(*, version: int = 1, roles: list[dict[str, Any]] | None = None) -> Organisation:
    """The organisation of these tests."""
    return Organisation.empty().apply(
        {
            "version": version,
            "full": True,
            "users": USERS,
            "departments": [
                {"id": str(known(name)), "name": name, "parent_id": None, "head_id": None}
                for name in ("north", "south")
            ],
            "groups": [],
            "roles": ROLES if roles is None else roles,
            "organisation": {
                "base_currency": "BRL",
                "rates": {"USD": "5.10"},
                "default_locale": "pt-BR",
                "time_zone": "America/Sao_Paulo",
            },
            "ended_sessions": [],
        }
    )


class Snapshot:
    """What a service knows of the organisation: here simply this."""

    def __init__(self, current: Organisation) -> None:
        self.current = current

    def at_least(self, version: int) -> Organisation:
        """The organisation, whatever is asked for."""
        return self.current

    def refresh(self) -> Organisation:
        """The organisation, after looking for changes."""
        return self.current


@dataclass
class House:
    """The service of leads, and who calls it."""

    database: Database
    organisation: Organisation = field(default_factory=organisation)

    def __post_init__(self) -> None:
        holder: Any = Snapshot(self.organisation)
        nothing: Any = None
        parts = Parts("leads", nothing, nothing, nothing, holder, nothing, self.database)
        self.service = LeadsService(parts)
        self.service.on_migrate()

    def as_(self, name: str, *, key: str | None = None) -> Context:
        """A call by `name`."""
        actor = Actor("user", known(name), "gateway")
        return Context(actor, self.organisation, time.monotonic() + 10, command_key=key)

    def create(self, name: str, **values: Any) -> dict[str, Any]:
        """A lead that `name` makes."""
        body = {"title": "A lead", **values}
        made = self.service.create(self.as_(name), "lead", body)
        record: dict[str, Any] = made["record"]
        return record

    def update(self, who: str, lead: dict[str, Any], **values: Any) -> dict[str, Any]:
        """The lead after `who` changed it."""
        done = self.service.update(self.as_(who), "lead", lead["id"], values, lead["version"])
        return done.get("record", done)

    def get(self, who: str, lead: dict[str, Any], **options: Any) -> dict[str, Any]:
        """The lead as `who` sees it."""
        return self.service.get(self.as_(who), "lead", lead["id"], **options)

    def seeded(self, status: str) -> dict[str, Any]:
        """A lead of the chief that came to `status` by other ways than an edit."""
        context = self.as_("chief")
        self.service.records("lead").create_many(context, [{"title": "Seeded", "status": status}])
        query = {"filter": {"status": status}}
        found: dict[str, Any] = self.service.list(context, "lead", query)["items"][0]
        return found

    def work(self) -> None:
        """Do all due work."""
        worker = DueWorker(self.database, jobs_of(self.service))
        while worker.do_one():
            pass
