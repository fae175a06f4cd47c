"""The two marks that make a method a listener: `@copy` keeps a value, `@react` acts once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, TypeVar

Method = TypeVar("Method", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Listening:
    """What a marked method hears. `only` are patterns of event names; empty means all."""

    kind: str
    source: str
    name: str
    only: tuple[str, ...] = ()

    def hears(self, event_name: str) -> bool:
        """True when the method wants events of this name."""
        return not self.only or _matches(event_name, self.only)


@lru_cache(maxsize=1_000)
def _matches(event_name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(event_name, pattern) for pattern in patterns)


def copy(source: str, name: str, *, only: tuple[str, ...] = ()) -> Callable[[Method], Method]:
    """Keep a value of `source`: the method is given the newest event of each record.

    `(connection, events)`, in a transaction. An event may come again or late, so the method must
    ignore versions that it already has. `name` is the listener's in the contracts catalogue.
    """
    return _marking(Listening("copy", source, name, only))


def react(source: str, name: str, *, only: tuple[str, ...] = ()) -> Callable[[Method], Method]:
    """Act upon events of `source`: the method is given each once, those of a record in order.

    `(connection, events)`, in the transaction that records them as taken. Its effects on that
    connection happen exactly once; effects elsewhere belong into due work scheduled on it. When it
    raises, the events are tried one by one, and the one at fault waits for its next attempt.
    """
    return _marking(Listening("react", source, name, only))


def _marking(listening: Listening) -> Callable[[Method], Method]:
    def mark(method: Method) -> Method:
        method.listening = listening  # type: ignore[attr-defined]
        return method

    return mark
