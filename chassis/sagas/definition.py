"""What a saga is: its steps, as data that reads from top to bottom, and its two ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import Connection

from chassis.context import Context

RUNNING: Final = "running"
UNDOING: Final = "undoing"
DONE: Final = "done"
UNDONE: Final = "undone"
FAILED: Final = "failed"
NEEDS_ATTENTION: Final = "needs_attention"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a saga is.

    `facts` are kept for good, `plan` until it ends. `done` has by step what it answered or, while
    it is taken back, which steps are; `remaining` the steps that could not be taken back and why.
    """

    id: UUID
    kind: str
    subject: UUID
    state: str
    facts: dict[str, Any]
    plan: dict[str, Any] = field(repr=False)
    done: dict[str, Any] = field(repr=False)
    remaining: list[dict[str, Any]]
    failure: dict[str, Any] | None
    actor: UUID | None
    scopes: list[str] | None
    depth: int
    attempts: int
    created_at: datetime
    finished_at: datetime | None

    @property
    def under_way(self) -> bool:
        """Whether it has not ended yet."""
        return self.state in (RUNNING, UNDOING)


@dataclass(frozen=True, slots=True)
class Request:
    """One call of a step: what is asked of which service."""

    service: str
    method: str
    arguments: dict[str, Any] = field(repr=False)


def nothing(_progress: Progress) -> None:
    """The step has nothing to do."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a saga: what it asks, and what takes that back. Both are pure and may be asked
    twice, so that every record they make has an id from `made_id`."""

    name: str
    forward: Callable[[Progress], Request | None]
    undo: Callable[[Progress], Request | None] = nothing


End = Callable[[Connection, Context, Progress], None]


@dataclass(frozen=True, slots=True)
class Saga:
    """The steps in order. `completed` and `released` are called in the transaction that ends it:
    when all is done, and when all that can be has been taken back."""

    kind: str
    steps: tuple[Step, ...]
    completed: End
    released: End


def made_id(saga_id: UUID, step: str) -> UUID:
    """The id of what `step` makes: always the same one, so that a repeat lands on it."""
    return uuid5(saga_id, step)
