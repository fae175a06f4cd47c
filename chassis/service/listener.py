"""Marks the methods of a service that hear events, and finds them with what the catalogue says.

    @copy("identity", "user_names")
    def on_user(self, connection, events): ...

`@copy` methods may be given an event twice and go by its version. `@react` methods see every
event once, in order per record (`chassis.listening`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from chassis.errors import InternalError
from contracts.catalogue import LISTENERS
from contracts.speech import ListenerContract

Function = TypeVar("Function", bound=Callable[..., Any])

COPY, REACT = "copy", "react"
_MARK = "listener"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a method hears: listener `name` of the catalogue, from service `source`."""

    kind: str
    source: str
    name: str


@dataclass(frozen=True, slots=True)
class Listener:
    """A marked method of a service object and its line in the catalogue."""

    kind: str
    contract: ListenerContract
    function: Callable[..., None]


def copy(source: str, name: str) -> Callable[[Function], Function]:
    """Mark a method that keeps a copy: it may see an event again and must go by its version."""
    return _mark(Mark(COPY, source, name))


def react(source: str, name: str) -> Callable[[Function], Function]:
    """Mark a method that acts on events: it sees each once, in order per record."""
    return _mark(Mark(REACT, source, name))


def _mark(mark: Mark) -> Callable[[Function], Function]:
    def marked(function: Function) -> Function:
        setattr(function, _MARK, mark)
        return function

    return marked


def listeners_of(service: str, subject: object) -> list[Listener]:
    """The listeners of the service object `subject`; refuses what the catalogue does not name."""
    found = []
    for _, function in inspect.getmembers(subject, callable):
        mark = getattr(function, _MARK, None)
        if isinstance(mark, Mark):
            found.append(Listener(mark.kind, _contract(service, mark), function))
    return found


def _contract(service: str, mark: Mark) -> ListenerContract:
    for contract in LISTENERS:
        if (contract.consumer, contract.source, contract.name) == (service, mark.source, mark.name):
            return contract
    raise InternalError(f"The catalogue has no listener {mark.name} of {service} to {mark.source}.")
