"""Marks the methods of a service that others may call. Nothing else can be reached by the bus."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, overload

from chassis.context import Actor
from chassis.errors import Forbidden, Malformed

Function = TypeVar("Function", bound=Callable[..., Any])

_MARK = "entrypoint"


@dataclass(frozen=True, slots=True)
class Entrypoint:
    """How a method may be called. A query changes nothing and may be repeated at will.

    Without `callers` the proof must name a user. With them it must come from one of these
    speakers, and need not name a user. A `quiet` one is asked all the time by machines: its log
    line is written at level DEBUG. Whoever looks as somebody else gives no command but one that is
    `for_viewers`.
    """

    kind: str
    callers: tuple[str, ...] = ()
    quiet: bool = False
    for_viewers: bool = False

    def admit(self, actor: Actor) -> None:
        """Raise Forbidden unless `actor` may call at all."""
        if actor.viewed_by is not None and self.kind == "command" and not self.for_viewers:
            raise Forbidden("You are looking as somebody else.", code="view_only")
        if self.callers:
            if actor.service not in self.callers:
                raise Forbidden("This is not for that caller.", code="caller_refused")
        elif actor.id is None:
            raise Forbidden("This needs a user.", code="user_required")


@dataclass(frozen=True, slots=True)
class Method:
    """An entrypoint of a service object and the arguments it takes."""

    name: str
    entrypoint: Entrypoint
    function: Callable[..., Any]
    required: frozenset[str]
    known: frozenset[str]

    def check(self, arguments: dict[str, Any]) -> None:
        """Raise Malformed unless `arguments` fit."""
        given = arguments.keys()
        if not self.required <= given or not given <= self.known:
            raise Malformed(f"{self.name} does not take these arguments.", code="bad_arguments")


def _mark(
    kind: str,
    function: Any,
    callers: tuple[str, ...],
    *,
    quiet: bool = False,
    for_viewers: bool = False,
) -> Any:
    def mark(marked: Function) -> Function:
        setattr(marked, _MARK, Entrypoint(kind, callers, quiet, for_viewers))
        return marked

    return mark if function is None else mark(function)


@overload
def query(function: Function) -> Function: ...
@overload
def query(
    *, callers: tuple[str, ...] = (), quiet: bool = False
) -> Callable[[Function], Function]: ...
def query(function: Any = None, *, callers: tuple[str, ...] = (), quiet: bool = False) -> Any:
    """Mark a method that only reads. It is called with a Context and keyword arguments."""
    return _mark("query", function, callers, quiet=quiet)


@overload
def command(function: Function) -> Function: ...
@overload
def command(
    *, callers: tuple[str, ...] = (), for_viewers: bool = False
) -> Callable[[Function], Function]: ...
def command(
    function: Any = None, *, callers: tuple[str, ...] = (), for_viewers: bool = False
) -> Any:
    """Mark a method that changes something. It is called with a Context and keyword arguments."""
    return _mark("command", function, callers, for_viewers=for_viewers)


def methods_of(service: object) -> dict[str, Method]:
    """The entrypoints of `service` by name."""
    found = {}
    for name, function in inspect.getmembers(service, callable):
        entrypoint = getattr(function, _MARK, None)
        if isinstance(entrypoint, Entrypoint):
            found[name] = _method(name, entrypoint, function)
    return found


def _method(name: str, entrypoint: Entrypoint, function: Callable[..., Any]) -> Method:
    _context, *parameters = inspect.signature(function).parameters.values()
    known = frozenset(parameter.name for parameter in parameters)
    required = frozenset(
        parameter.name for parameter in parameters if parameter.default is parameter.empty
    )
    return Method(name, entrypoint, function, required, known)
