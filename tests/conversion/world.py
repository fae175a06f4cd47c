"""Leads, contacts, deals and activities in one process, called as the gateway would."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import eventlet
from sqlalchemy import Engine, create_engine, text

from chassis.access.keys import load_signer
from chassis.bus.client import BusClient
from chassis.command_line.services import load_service
from chassis.database.engine import with_driver
from chassis.service.base import Fetch, Service
from chassis.service.host import Host
from chassis.settings import Settings
from services.identity.default_roles import default_roles
from tests.deals.house import stage_id
from tests.leads.house import known, role, user

SERVICES = ("leads", "contacts", "deals", "activities")


def roles() -> list[dict[str, Any]]:
    """The default roles, and some that lack what converting needs."""
    given = {each["code"]: each for each in default_roles()}
    usual = [
        role(code, grants=each["grants"], settings=each.get("settings", []))
        for code, each in given.items()
    ]
    granted = given["manager"]["grants"]
    enters = {entity: {"add": "own"} for entity in ("contact", "company", "deal")}
    heads = {"lead": dict.fromkeys(("read", "update"), "all"), "deal": {"add": "all"}}
    return [
        *usual,
        role("no_deals", grants={n: g for n, g in granted.items() if n != "deal"}),
        role("discreet", grants=granted, fields={"lead": {"amount": "hidden"}}),
        role("bound", grants=granted, fields={"deal": {"amount": "read"}}),
        role("entering", grants={**enters, "lead": granted["lead"]}),
        role("starting", grants=heads, stages={"deal": {str(stage_id("new")): {"add": "own"}}}),
    ]


USERS = [
    user("root", None, "administrator"),
    user("ana", "north", "manager"),
    user("bruno", "north", "manager"),
    user("head", "north", "head_of_department"),
    user("chief", None, "chief_executive"),
    user("dealless", "north", "no_deals"),
    user("discreet", "north", "discreet"),
    user("bound", "north", "bound"),
    user("entering", "north", "entering"),
    user("starting", "north", "starting"),
]


def organisation(_since: int) -> dict[str, Any]:
    """The organisation of these tests, for ever in version 1."""
    return {
        "version": 1,
        "full": True,
        "users": USERS,
        "departments": [
            {"id": str(known("north")), "name": "north", "parent_id": None, "head_id": None}
        ],
        "groups": [],
        "roles": roles(),
        "organisation": {"base_currency": "BRL", "rates": {"USD": "5"}, "default_locale": "en",
                         "time_zone": "America/Sao_Paulo"},
        "ended_sessions": [],
    }  # fmt: skip


class Identity(Service):
    """Knows the organisation of these tests and nothing else."""

    name = "identity"
    keeps_data = False

    def organisation_source(self) -> Fetch:
        return organisation


@dataclass
class World:
    """A running host. `classes` may stand in for the services that the names give."""

    settings: Settings
    client: BusClient = field(init=False)
    host: Host | None = None
    engines: dict[str, Engine] = field(default_factory=dict)

    def start(self, **classes: type[Service]) -> None:
        """Run the services; those given take the place of their namesakes."""
        kinds = [classes.get(name) or load_service(name) for name in SERVICES]
        self.host = Host(self.settings, [Identity, *kinds])
        self.host.start()
        self.client = BusClient(self.settings.amqp_uri, "gateway")
        self.signer = load_signer(self.settings.keys, "gateway")

    def stop(self) -> None:
        """Stop everything that runs."""
        if self.host is not None:
            self.client.close()
            self.host.stop()
            self.host = None
        for engine in self.engines.values():
            engine.dispose()

    def call(
        self,
        who: str,
        service: str,
        method: str,
        *,
        key: str | None = None,
        scopes: tuple[str, ...] | None = None,
        timeout: float = 8.0,
        seconds: float | None = None,
        **arguments: Any,
    ) -> Any:
        """What `service.method` answers to `who`, who waits `timeout` seconds for it.

        The service is told that it has `seconds`, when they are given.
        """
        headers = {"command_key": key, "deadline_ms": seconds and int(seconds * 1000)}
        return self.client.call(
            service, method, arguments,
            token=self.signer.user_token(known(who), uuid4(), scopes, 1), timeout=timeout,
            call_id=uuid4().hex,
            headers={name: value for name, value in headers.items() if value is not None},
        )  # fmt: skip

    def lead(self, who: str = "ana", **values: Any) -> dict[str, Any]:
        """A lead that `who` entered."""
        body = {
            "title": f"Lead {uuid4().hex[:8]}", "first_name": "João", "last_name": "da Silva",
            "company_name": "Silva & Filhos", "position": "Buyer", "source": "fair",
            "comments": "Wants a call", "amount": {"amount": "1200.00", "currency": "USD"},
            "phones": [{"value": f"11 9{uuid4().int % 10**8:08}"}],
            "emails": [{"value": f"{uuid4().hex}@example.com"}],
            "address": {"city": "Santos"}, **values,
        }  # fmt: skip
        made: dict[str, Any] = self.call(who, "leads", "create", entity="lead", values=body)
        return dict(made["record"])

    def convert(self, lead: dict[str, Any], who: str = "ana", **body: Any) -> dict[str, Any]:
        """The conversion of `lead`; the keys of `options` go to the call."""
        names = ("key", "scopes", "timeout", "seconds")
        options = {name: body.pop(name) for name in names if name in body}
        answer = self.call(who, "leads", "convert", id=lead["id"], wishes=body, **options)
        return dict(answer)

    def get(self, entity: str, identifier: str, who: str = "chief") -> dict[str, Any]:
        """The record as `who` sees it."""
        service = "contacts" if entity in ("contact", "company") else f"{entity}s"
        record: dict[str, Any] = self.call(who, service, "get", entity=entity, id=identifier)
        return record

    def update(self, entity: str, identifier: str, who: str = "chief", **values: Any) -> Any:
        """The record after `who` changed it."""
        service = "contacts" if entity in ("contact", "company") else f"{entity}s"
        return self.call(
            who, service, "update",
            entity=entity, id=identifier, values=values, expected_version="*",
        )  # fmt: skip

    def rows(self, service: str, statement: str, **values: Any) -> Sequence[Any]:
        """What a statement finds in the database of `service`."""
        if service not in self.engines:
            url = with_driver(self.settings.database_url_for(service))
            self.engines[service] = create_engine(url, pool_size=2)
        with self.engines[service].begin() as connection:
            found = connection.execute(text(statement), values)
            return found.all() if found.returns_rows else []

    def made_of(self, lead: dict[str, Any]) -> list[str]:
        """What stands undeleted in contacts and deals because of `lead`, as entities."""
        found = []
        for entity, service, table in (
            ("company", "contacts", "companies"), ("contact", "contacts", "contacts"),
            ("deal", "deals", "deals"),
        ):  # fmt: skip
            rows = self.rows(
                service,
                f"SELECT id FROM {table} WHERE lead_id = :lead AND deleted_at IS NULL",
                lead=UUID(lead["id"]),
            )
            found += [entity] * len(rows)
        return found

    def conversion(self, identifier: str, who: str = "chief") -> dict[str, Any]:
        """The conversion as it stands."""
        answer: dict[str, Any] = self.call(who, "leads", "conversion", id=identifier)
        return answer


def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for `condition`; fails when it does not come true in time."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "what was waited for did not happen"
        eventlet.sleep(0.05)
