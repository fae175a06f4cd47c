"""Asks one request as the person, and checks its answer against the expectation and the state."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import uuid4

import httpx

from tests.matrix.expectations import Role
from tests.matrix.state import State, difference
from tests.matrix.tally import Tally
from tests.matrix.world import World
from tests.system.client import BASE, Client

# These tell one request from another and say nothing about its object.
OWN_TO_THE_REQUEST = frozenset({"instance", "request_id", "call_id"})


@dataclass(frozen=True)
class Request:
    """One HTTP request. `version` becomes `If-Match`."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    version: int | None = None

    def __str__(self) -> str:
        return self._text

    @cached_property
    def _text(self) -> str:
        query = str(httpx.QueryParams(dict(self.query)))
        parts = [self.method, self.path + (f"?{query}" if query else "")]
        if self.body is not None:
            parts.append(json.dumps(self.body))
        if self.version is not None:
            parts.append(f'If-Match: "{self.version}"')
        return " ".join(parts)

    def send(self, client: Client) -> httpx.Response:
        """The answer that `client` gets."""
        return client.http.request(
            self.method,
            BASE + self.path,
            params=self.query or None,
            json=self.body,
            headers={} if self.version is None else {"If-Match": f'"{self.version}"'},
        )

    def about(self, record_id: str, other: str) -> Request:
        """The same request about another record."""
        path = self.path.replace(record_id, other)
        return Request(self.method, path, self.query, self.body, self.version)


def problem(answer: httpx.Response) -> dict[str, Any]:
    """What a refusal says about its object."""
    body = answer.json() if answer.content else {}
    return {name: value for name, value in body.items() if name not in OWN_TO_THE_REQUEST}


@dataclass
class Door:
    """The person's way in. `roles` is what they hold now, for the cells' descriptions."""

    world: World
    state: State
    tally: Tally
    roles: Sequence[Role] = ()
    client: Client | None = None
    note: str = ""
    _before: str | None = None

    def give(self, *roles: Role) -> None:
        """The person holds exactly `roles` from now on."""
        self.roles = roles
        self.world.give(*roles)
        self._before = None

    def moved(self) -> None:
        """Something was changed on purpose: the state is another one now."""
        self._before = None

    def cell(self, text: Any) -> str:
        """A cell's description: roles, note, request."""
        roles = " + ".join(str(role) for role in self.roles) or "no role"
        return f"[{roles}] {self.note + ': ' if self.note else ''}{text}"

    def ask(self, request: Request) -> httpx.Response:
        """The answer to `request`; one that refuses must have changed nothing."""
        if self._before is None:
            self._before = self.state.digest()
        answer = request.send(self.client or self.world.user)
        self.tally.requests += 1
        if answer.status_code >= 400:
            after = self.state.digest()
            if after != self._before:
                what = difference(self._before, after)
                cell = f"{self.cell(request)} -> {answer.status_code} changed {what}"
                self.tally.check(False, "state changed", cell)
            self._before = after
        elif request.method != "GET" and not request.path.endswith("/search"):
            self._before = None
        return answer

    def expect(self, request: Request, status: int, about: str = "") -> httpx.Response:
        """One cell: `request` must be answered with `status`."""
        answer = self.ask(request)
        cell = self.cell(f"{about}: {request}" if about else request)
        if answer.status_code != status:
            cell += f" {answer.text[:160]}"
        self.tally.status(status, answer.status_code, cell)
        return answer

    def expect_record(self, request: Request, status: int, record_id: str, about: str) -> Any:
        """One cell about a record; a 404 must read as the one for a record that does not exist."""
        answer = self.expect(request, status, about)
        if status == 404 == answer.status_code:
            absent = self.ask(request.about(record_id, str(uuid4())))
            same = absent.status_code == 404 and problem(absent) == problem(answer)
            text = f"{about}: {request} -> {answer.text} but absent {absent.text}"
            self.tally.check(same, "differs from absent", self.cell(text))
        return answer
