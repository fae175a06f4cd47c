"""Identity on a real database, asked as its callers ask it, without a bus in between."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

import pytest

import chassis.journal.tables
import chassis.listening.tables
import chassis.records.commands
import chassis.stages.tables
import chassis.work.tables  # noqa: F401
from chassis import log
from chassis.access.holder import OrganisationHolder
from chassis.access.keys import ensure_keys, load_signer
from chassis.bus.client import BusClient
from chassis.context import Actor, Context
from chassis.database.metadata import chassis_metadata
from chassis.service.base import Parts
from chassis.settings import load
from services.identity.service import IdentityService
from services.identity.tables import Session

PASSWORD = "a long pass phrase"
ADMIN = "admin@example.com"


class Identity:
    """The service, and shorthands for calling it as somebody."""

    def __init__(self, service: IdentityService) -> None:
        self.service = service
        self.database = service.parts.database

    def system(self) -> Context:
        """Nobody acts: what commands on the machine are."""
        return self.context(None)

    def context(
        self,
        user_id: UUID | str | None,
        *,
        session_id: UUID | None = None,
        scopes: tuple[str, ...] | None = None,
        key: str | None = None,
    ) -> Context:
        """A call of `user_id` by the organisation as it is now."""
        if user_id is None:
            actor = Actor("service", None, "identity")
        else:
            actor = Actor("user", UUID(str(user_id)), "gateway", session_id, scopes)
        organisation = self.service.parts.holder.refresh()
        return Context(actor, organisation, time.monotonic() + 5, command_key=key)

    @property
    def admin_id(self) -> UUID:
        """The first administrator."""
        organisation = self.service.parts.holder.refresh()
        return next(user.id for user in organisation.users.values() if user.email == ADMIN)

    def create(self, entity: str, as_: Any = None, /, **values: Any) -> dict[str, Any]:
        """A new record, made by the administrator or by `as_`."""
        context = self.context(as_ or self.admin_id)
        return self.service.create(context, entity, values)["record"]

    def update(self, record: dict[str, Any], as_: Any = None, /, **values: Any) -> dict[str, Any]:
        """The changed record."""
        context = self.context(as_ or self.admin_id)
        return self.service.update(context, record["type"], record["id"], values)["record"]

    def delete(self, record: dict[str, Any], as_: Any = None) -> None:
        """Put the record into the bin."""
        self.service.delete(self.context(as_ or self.admin_id), record["type"], record["id"])

    def user(self, name: str, as_: Any = None, /, **values: Any) -> dict[str, Any]:
        """A new user with a password."""
        given = {"name": name, "email": f"{name}@example.com", "password": PASSWORD} | values
        return self.create("user", as_, **given)

    def role(self, code: str, grants: Any = None, as_: Any = None, /, **values: Any) -> Any:
        """A new role."""
        return self.create("role", as_, code=code, name=code, grants=grants or {}, **values)

    def rights(self, record: dict[str, Any]) -> Any:
        """What the user of `record` may do now."""
        return self.context(record["id"]).rights

    def login(self, email: str, password: str = PASSWORD, ip: str = "10.0.0.1") -> dict[str, Any]:
        """A sign-in."""
        return self.service.login(self.system(), email, password, ip, "tests")

    def alive(self, token: str) -> dict[str, Any]:
        """Whose session the token is."""
        from services.identity.sessions import hash_of

        return self.service.session(self.system(), hash_of(token).hex())


@pytest.fixture
def identity(make_database, tmp_path) -> Identity:
    """Identity with its default roles and the first administrator."""
    ensure_keys(tmp_path / "keys", ["identity"])
    database = make_database(chassis_metadata, Session.metadata, service="identity")
    service: IdentityService
    holder = OrganisationHolder(lambda since: service.organisation_source()(since))
    parts = Parts(
        service="identity",
        settings=load({"RAPPORT_HOME": str(tmp_path)}),
        client=BusClient("embedded://identity-tests", "tests"),
        signer=load_signer(tmp_path / "keys", "identity"),
        holder=holder,
        log=log.logger("identity"),
        stored=database,
    )
    service = IdentityService(parts)
    found = Identity(service)
    assert service.ensure_first_administrator(found.system(), ADMIN, PASSWORD)
    return found
