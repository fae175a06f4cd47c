"""Runs sagas: step by step forward, or backward after a refusal; resumed after every interruption.

No transaction is open across a call. Each call carries a key of its saga and step, so that one
that is repeated, because its answer was lost or its process was, has one effect.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from uuid import UUID

from chassis.context import Actor, Context
from chassis.errors import InternalError, NotFound, Refusal, TooMany, Unauthenticated, Unavailable
from chassis.sagas import keeping
from chassis.sagas.definition import (
    DONE,
    FAILED,
    NEEDS_ATTENTION,
    RUNNING,
    UNDOING,
    UNDONE,
    End,
    Progress,
    Request,
    Saga,
)
from chassis.work.failure import described
from chassis.work.job import Job, Later

if TYPE_CHECKING:
    from chassis.service.base import Parts

Ask: TypeAlias = Callable[[Context, Request], Any]
_DELAYS: Final = (1, 2, 4, 8, 15)
_POLL_SECONDS: Final = 0.03
# What says nothing about the request, and passes: but not for ever.
_PASSING: Final = (InternalError, Unauthenticated, TooMany)
_PATIENCE: Final = 12

_log = logging.getLogger(__name__)


class Sagas:
    """The sagas of one kind in one service. `ask` makes the calls; tests may give their own."""

    def __init__(self, parts: Parts, saga: Saga, ask: Ask | None = None) -> None:
        self._parts = parts
        self._saga = saga
        self._ask = ask or self._call

    def run(self, saga_id: UUID, lease: UUID, deadline: float) -> Progress:
        """Go on until the saga ends, `deadline` passes or a service is away; how far it is then."""
        with self._parts.database.reading() as connection:
            progress = keeping.find(connection, saga_id)
        assert progress is not None
        try:
            return self._go_on(progress, lease, deadline)
        except keeping.LeaseLost:
            pass
        except (Unavailable, *_PASSING):
            with self._parts.database.transaction() as connection:
                keeping.let_go(connection, saga_id, lease)
        return self._now(saga_id)

    def resume(self, job: Job) -> None:
        """The due work that goes on with a saga whose runner is gone or had to wait."""
        saga_id = UUID(job.arguments["saga"])
        try:
            with self._parts.database.transaction() as connection:
                claimed = keeping.claim(connection, saga_id)
            if claimed is not None:
                self._resumed(*claimed)
        except keeping.LeaseLost:
            raise Later(keeping.SOON) from None

    def wait(self, saga_id: UUID, seconds: float) -> Progress:
        """The saga once it has ended, or as it stands after `seconds`."""
        limit = time.monotonic() + seconds
        progress = self._now(saga_id)
        while progress.under_way and time.monotonic() < limit:
            time.sleep(_POLL_SECONDS)
            progress = self._now(saga_id)
        return progress

    def _resumed(self, progress: Progress, lease: UUID) -> None:
        deadline = time.monotonic() + self._parts.settings.write_deadline
        try:
            self._go_on(progress, lease, deadline)
        except keeping.LeaseLost:
            raise
        except Exception as error:
            _log.warning("%s (%s) waits: %s", progress.kind, progress.id, described(error))
            with self._parts.database.transaction() as connection:
                keeping.let_go(connection, progress.id, lease)
            place = min(max(progress.attempts, 1), len(_DELAYS)) - 1
            raise Later(timedelta(seconds=_DELAYS[place])) from None

    def _now(self, saga_id: UUID) -> Progress:
        with self._parts.database.reading() as connection:
            progress = keeping.find(connection, saga_id)
        assert progress is not None
        return progress

    def _go_on(self, progress: Progress, lease: UUID, deadline: float) -> Progress:
        if progress.state == RUNNING:
            progress = self._forward(progress, lease, deadline)
        if progress.state == UNDOING:
            progress = self._back(progress, lease, deadline)
        return progress

    def _forward(self, progress: Progress, lease: UUID, deadline: float) -> Progress:
        at = None
        try:
            for step in self._saga.steps:
                at = step.name
                request = None if step.name in progress.done else step.forward(progress)
                if request is not None:
                    context = self._context(progress, step.name, deadline)
                    answer = self._ask(context, request)
                    done = {**progress.done, step.name: answer}
                    progress = self._note(progress, lease, done=done)
            at = None
            return self._end(progress, lease, DONE, self._saga.completed, deadline)
        except keeping.LeaseLost:
            raise
        except Refusal as refusal:
            if _passes(refusal, progress):
                raise
            failure = {**refusal.as_wire(), "step": at}
            return self._note(progress, lease, state=UNDOING, done={}, attempts=0, failure=failure)

    def _back(self, progress: Progress, lease: UUID, deadline: float) -> Progress:
        for step in reversed(self._saga.steps):
            request = None if step.name in progress.done else step.undo(progress)
            if request is None:
                continue
            remaining = progress.remaining
            try:
                self._ask(self._context(progress, f"undo:{step.name}", deadline), request)
            except NotFound:
                pass  # It was never made, or somebody else has deleted it.
            except Refusal as refusal:
                if _passes(refusal, progress):
                    raise
                remaining = [*remaining, {"step": step.name, "code": refusal.code}]
            done = {**progress.done, step.name: True}
            progress = self._note(progress, lease, done=done, remaining=remaining)
        state = FAILED if progress.failure else UNDONE
        if progress.remaining:
            state = NEEDS_ATTENTION
        return self._end(progress, lease, state, self._saga.released, deadline)

    def _note(self, progress: Progress, lease: UUID, **values: Any) -> Progress:
        with self._parts.database.transaction() as connection:
            return keeping.note(connection, progress.id, lease, **values)

    def _end(
        self, progress: Progress, lease: UUID, state: str, ended: End, deadline: float
    ) -> Progress:
        context = self._context(progress, state, deadline)
        with self._parts.database.transaction() as connection:
            closed = keeping.end(connection, progress.id, lease, state)
            ended(connection, context, replace(progress, state=state))
            return closed

    def _context(self, progress: Progress, step: str, deadline: float) -> Context:
        return Context(
            actor=Actor(
                "service",
                progress.actor,
                self._parts.service,
                scopes=None if progress.scopes is None else tuple(progress.scopes),
                cause=f"{self._saga.kind}:{progress.id}",
            ),
            organisation=self._parts.holder.current,
            deadline=deadline,
            command_key=f"{progress.id}:{step}",
            root_cause=progress.id,
            depth=progress.depth,
        )

    def _call(self, context: Context, request: Request) -> Any:
        if context.remaining <= 0:
            raise Unavailable("The time is up.", code="deadline_passed", retry_after=1)
        remote = self._parts.remote(request.service)
        call = remote.prepared(context, request.method, **request.arguments)
        [answer] = self._parts.client.gather([replace(call, retry=True)])
        return answer


def _passes(refusal: Refusal, progress: Progress) -> bool:
    """Whether it is worth to ask again: a service that is away comes back, a defect may not."""
    if isinstance(refusal, Unavailable):
        return True
    return isinstance(refusal, _PASSING) and progress.attempts < _PATIENCE
