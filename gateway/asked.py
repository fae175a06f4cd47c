"""A request as routes see it: parsed, checked, with the means to call services on its behalf."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MultiDict

from gateway.answers import Answer

if TYPE_CHECKING:
    from gateway.calls import Calls
    from gateway.registry import Route
    from gateway.sessions import SignedInUser


@dataclass(slots=True)
class Asked:
    """One request. `user` is None on public routes; `path` holds the path's parameters.

    Pages have what was filled in as `form`, and `fragment` when a part of one was asked for.
    """

    route: Route
    calls: Calls
    call_id: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    user: SignedInUser | None = None
    version: int | str | None = None
    key: str | None = None
    address: str = ""
    user_agent: str = ""
    form: MultiDict[str, str] = field(default_factory=MultiDict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    fragment: bool = False
    languages: str | None = None

    def call(self, service: str, method: str, arguments: Mapping[str, Any]) -> Any:
        """The result of `service.method(**arguments)` on behalf of whoever asked."""
        return self.calls.call(self, service, method, dict(arguments))

    def gather(
        self,
        calls: Sequence[tuple[str, str, Mapping[str, Any]]],
        patience: float | None = None,
    ) -> list[Any]:
        """The results of calls (service, method, arguments) made at the same time on behalf of
        whoever asked, within `patience` seconds; a refusal stands for its result."""
        return self.calls.gather(self, calls, patience)

    def keyed(self, part: object) -> Asked:
        """The same request for one `part` of its effect: each is repeatable by itself."""
        return replace(self, key=f"{self.key}-{part}" if self.key else None)


def nothing(_asked: Asked) -> dict[str, Any]:
    """No arguments."""
    return {}


def as_it_is(_asked: Asked, result: Any) -> Answer:
    """The result as the body of a 200."""
    return Answer(result)


def without_body(_asked: Asked, _result: Any) -> Answer:
    """204."""
    return Answer(status=204)


@dataclass(frozen=True, slots=True)
class Remote:
    """A route that is one call: how its arguments are made and how its result is answered."""

    service: str
    method: str
    arguments: Callable[[Asked], Mapping[str, Any]] = nothing
    reply: Callable[[Asked, Any], Answer] = as_it_is

    def __call__(self, asked: Asked) -> Answer:
        return self.reply(asked, asked.call(self.service, self.method, self.arguments(asked)))
