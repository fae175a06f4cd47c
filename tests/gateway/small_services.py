"""Two services without a database that stand where identity and leads stand.

They run in the real host, on a real bus, behind real proofs; what they know fits in memory, so that
tests can end sessions, move versions and look at what the gateway asked.
"""

from __future__ import annotations

import hashlib
import time
from typing import Any, ClassVar
from uuid import UUID, uuid5

from chassis.context import Context
from chassis.errors import Fault, Forbidden, Invalid, NotFound, Stale, Unauthenticated
from chassis.service.base import Fetch, Service
from chassis.service.entrypoints import command, query
from contracts.catalogue import SPEAKERS

_SPACE = UUID("6f9619ff-8b86-d011-b42d-00c04fc964ff")
ROLES = {
    "ana": {"grants": {"lead": {"read": "own", "add": "own", "update": "own"}}, "settings": []},
    "adm": {"grants": {}, "settings": ["users", "roles", "pipelines", "organisation"]},
    "eva": {"grants": {}, "settings": []},
}


def id_of(name: str) -> UUID:
    """The same id for the same name in every run."""
    return uuid5(_SPACE, name)


class SmallIdentity(Service):
    """Knows three users whose passwords are their names; their token is `rap_` and the name."""

    name = "identity"
    keeps_data: ClassVar[bool] = False
    version = 1
    ended: ClassVar[dict[UUID, int]] = {}
    sessions_asked = 0

    def organisation_source(self) -> Fetch:
        """Itself."""
        return self._changes

    @query(callers=SPEAKERS)
    def organisation_changes(self, context: Context, since: int) -> dict[str, Any]:
        """Everything, or what ended."""
        return self._changes(since)

    def _changes(self, since: int) -> dict[str, Any]:
        cls = type(self)
        ended = [one for one, version in cls.ended.items() if version > since]
        full = since == 0
        return {
            "version": cls.version,
            "full": full,
            "users": [_user(name) for name in ROLES] if full else [],
            "departments": [],
            "groups": [],
            "roles": [_role(name) for name in ROLES] if full else [],
            "organisation": {"name": "Small"} if full else None,
            "ended_sessions": ended,
            "now": time.time(),
        }

    @command(callers=("gateway",))
    def login(
        self, context: Context, email: str, password: str, ip: str, user_agent: str
    ) -> dict[str, Any]:
        """A session when the password is the name."""
        name = email.partition("@")[0]
        if name not in ROLES or password != name:
            raise Unauthenticated("Wrong e-mail or password.", code="wrong_credentials")
        return {"token": f"rap_{name}_0000000", "expires_at": None, "user": _user(name), "ip": ip}

    @query(callers=("gateway",))
    def session(self, context: Context, token_hash: str) -> dict[str, Any]:
        """The session of a token."""
        type(self).sessions_asked += 1
        for name in ROLES:
            token = f"rap_{name}_0000000"
            if hashlib.sha256(token.encode()).hexdigest() == token_hash:
                if id_of(token) in type(self).ended:
                    break
                return {"user_id": id_of(name), "session_id": id_of(token), "scopes": None,
                        "expires_at": None}  # fmt: skip
        raise Unauthenticated("No such session.")

    @command
    def logout(self, context: Context) -> None:
        """End the caller's session."""
        self.end(context.actor.session_id)

    @classmethod
    def end(cls, session_id: UUID | None) -> None:
        """End a session from outside."""
        assert session_id is not None
        cls.version += 1
        cls.ended[session_id] = cls.version

    @query
    def me(self, context: Context) -> dict[str, Any]:
        """Who calls, by the proof that came over the bus."""
        return {"id": context.user_id, "call_id": context.call_id}


class SmallLeads(Service):
    """Answers with what it was asked."""

    name = "leads"
    keeps_data: ClassVar[bool] = False

    @query(callers=SPEAKERS)
    def describe(self, context: Context) -> list[dict[str, Any]]:
        """One entity of two fields."""
        title, number = {"type": "string"}, {"type": "integer"}
        schemas = {
            "record": {"type": "object", "properties": {"title": title, "number": number}},
            "create": {"type": "object", "properties": {"title": title}, "required": ["title"]},
            "update": {"type": "object", "properties": {"title": title}},
        }
        return [{"entity": "lead", "schemas": schemas}]

    @query
    def list(self, context: Context, entity: str, query: dict[str, Any]) -> dict[str, Any]:
        """The query itself."""
        return {"items": [{"id": str(id_of("x")), "version": 1, "query": query}],
                "next_cursor": None}  # fmt: skip

    @query
    def get(
        self,
        context: Context,
        entity: str,
        id: str,  # noqa: A002
        fields: str | None = None,
        include: str | None = None,
    ) -> dict[str, Any]:
        """A record for the id of "x", a defect for the id of "defect"."""
        if UUID(id) == id_of("defect"):
            raise RuntimeError("secret inside")
        if UUID(id) != id_of("x"):
            raise NotFound()
        return {"id": id, "type": entity, "version": 7, "title": "X"}

    @command
    def create(self, context: Context, entity: str, values: dict[str, Any]) -> dict[str, Any]:
        """The values with the key that came along."""
        if values.get("title") == "":
            fault = Fault("/title", "required", "This is required.")
            raise Invalid("A rule is broken.", faults=[fault])
        return {"id": str(id_of("x")), "type": entity, "version": 1, **values,
                "command_key": context.command_key}  # fmt: skip

    @command
    def update(
        self,
        context: Context,
        entity: str,
        id: str,  # noqa: A002
        values: dict[str, Any],
        expected_version: int | str | None,
    ) -> dict[str, Any]:
        """Version 7 can be changed."""
        if expected_version not in (7, "*"):
            raise Stale("Changed.", version=7, fields=["title"])
        if values == {"title": "not mine"}:
            raise Forbidden("Not yours.")
        return {"record": {"id": id, "type": entity, "version": 8, **values}}


def _user(name: str) -> dict[str, Any]:
    return {
        "id": id_of(name), "name": name, "email": f"{name}@example.com", "active": True,
        "locale": "pt-BR" if name == "eva" else "en", "time_zone": None, "department_ids": [],
        "role_codes": [name], "deleted": False,
    }  # fmt: skip


def _role(name: str) -> dict[str, Any]:
    return {"id": id_of(f"role {name}"), "code": name, "name": name, "stages": {}, "fields": {},
            "switches": {}, "transitions": {}, "assigned_to": {}, "deleted": False,
            **ROLES[name]}  # fmt: skip
