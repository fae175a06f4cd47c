"""The route registry: each HTTP route is one row, and everything else is made from the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from chassis.settings import SettingError

if TYPE_CHECKING:
    from gateway.answers import Answer
    from gateway.asked import Asked
    from gateway.parameters import Parameter
    from gateway.permissions import Permission

BASE: Final = "/api/v1"
Schema: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is no problem: what it means, its JSON schema (None: no body), its headers.

    `leads_to` names the routes that take the `id` in the answer, for the document's links.
    """

    description: str
    schema: Schema | None = None
    headers: tuple[str, ...] = ()
    media_type: str = "application/json"
    leads_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """A JSON body. `checked` ones are validated here, the others by the service that owns them."""

    schema: Schema
    checked: bool = False
    required: bool = True
    media_types: tuple[str, ...] = ("application/json",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One HTTP route. `path` is written as in OpenAPI; `name` is its operation id.

    A `page` is for browsers: HTML over a cookie's session, its writes are forms, and it stands in
    no OpenAPI document. `refusals` are the statuses it may answer besides those that every route
    with its permission may. `renews` routes change the organisation, which is then read again
    before they answer. The writes of `repeatable` ones have one effect however often the bus
    delivers them with their key.
    """

    method: str
    path: str
    name: str
    summary: str
    area: str
    permission: Permission
    answer: Callable[[Asked], Answer]
    replies: Mapping[int, Reply]
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    refusals: tuple[int, ...] = ()
    writes: bool = False
    renews: bool = False
    repeatable: bool = False
    versioned: bool = False
    limited: bool = True
    page: bool = False
    parameter_names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        names = frozenset(parameter.name for parameter in self.parameters)
        object.__setattr__(self, "parameter_names", names)


class RouteError(SettingError):
    """A route is declared wrongly, so that the gateway must not start."""


class Registry:
    """All routes of the gateway, by name."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes: dict[str, Route] = {}
        for route in routes:
            if route.name in self._routes:
                raise RouteError(f"Two routes are named {route.name}.")
            if route.permission is None:
                raise RouteError(f"{route.method} {route.path} declares no permission.")
            self._routes[route.name] = route

    def named(self, name: str | None) -> Route | None:
        """The route of this name, or None."""
        return self._routes.get(name or "")

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes.values())

    def require_complete(self, rules: Iterable[Any], document: Mapping[str, Any]) -> None:
        """Raise RouteError when a rule of Flask has no row here, or a row is not documented."""
        for rule in rules:
            if rule.endpoint not in self._routes:
                raise RouteError(
                    f"{rule.rule} ({rule.endpoint}) stands in no row of gateway/routes: declare "
                    "its method, path and permission there."
                )
        for route in self:
            documented = document["paths"].get(route.path, {})
            if not route.page and route.method.lower() not in documented:
                raise RouteError(f"The OpenAPI document lacks {route.method} {route.path}.")
