"""A listener: takes lists of events into its service's database, once each, in order per record."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from chassis import wire
from chassis.database.engine import Database
from chassis.errors import Unavailable
from chassis.listening.event import Event
from chassis.listening.marks import Listening
from chassis.listening.quarantine import keep
from chassis.listening.recording import (
    advance,
    blocked_records,
    claim,
    overtake,
    park,
    recorded_by,
    understood,
)
from chassis.listening.retrying import retry_record
from chassis.work.due import DELAYS
from chassis.work.failure import described
from contracts.envelope import DEPTH_LIMIT
from contracts.speech import ListenerContract

# What cannot be done for want of a database or a service is tried again as it came, before it
# counts as a failure of single events.
_PATIENCE: Final = (0.1, 0.2, 0.4, 0.8, 1.0)

_log = logging.getLogger(__name__)

Reaction = Callable[[Connection, list[Event]], None]
Missed = Callable[[int], list[Any]]
"""Asks the source: some of what a listener was sent after a position, in order; none at the end."""


def _nobody(_position: int) -> list[Any]:
    return []


class Listener:
    """Hands the events of one queue to `method`, which carries the mark `@copy` or `@react`.

    What the bus lost on the way is asked of the source by `missed` before anything later is taken.
    """

    def __init__(
        self,
        database: Database,
        contract: ListenerContract,
        method: Reaction,
        missed: Missed = _nobody,
    ) -> None:
        self.contract = contract
        self.method = method
        self._database = database
        self._listening: Listening = method.listening  # type: ignore[attr-defined]
        self._missed = missed
        self._position = 0
        self._turn = threading.Lock()

    def take(self, raw_events: list[Any], follows: int = 0) -> None:
        """Record every event of a message: done, parked or in quarantine.

        `follows` is the position of the last event that was sent before. Returns only when all is
        committed, so the message can be acknowledged. Raises when it could not be done for a
        while: then the same message must be given again before any later one of its queue.
        """
        with self._turn:
            if follows > self._position:
                self._catch_up(follows)
            self._record(raw_events)

    def _catch_up(self, position: int) -> None:
        with self._database.reading() as connection:
            self._position = recorded_by(connection, self.contract)
        while self._position < position and (missed := self._missed(self._position)):
            self._record(missed)
            _log.warning("%s fetched %d events that it missed", self.contract.queue, len(missed))
            self._position = missed[-1]["position"]
        # A source that has no more of them (it was restored from a copy) is not asked each time.
        self._position = max(self._position, position)

    def _record(self, raw_events: list[Any]) -> None:
        events = self._understood(raw_events)
        for wait in _PATIENCE:
            try:
                self._take(events, stubborn=False)
                break
            except Unavailable as refusal:
                _log.warning("%s waits: %s", self.contract.queue, refusal.code)
                time.sleep(wait)
        else:
            self._take(events, stubborn=True)
        self._position = max([self._position, *(event.position for event in events)])

    def retry(self, record_id: UUID) -> None:
        """Try again what is parked of a record, in order, as far as it goes."""
        retry_record(self._database, self.contract.queue, self.method, record_id)

    def _understood(self, raw_events: list[Any]) -> list[Event]:
        found = [(raw, understood(raw)) for raw in raw_events]
        strange = [raw for raw, event in found if event is None]
        if strange:
            with self._database.transaction() as connection:
                for raw in strange:
                    keep(connection, self.contract.queue, _body(raw), {}, "malformed event")
        return [event for _, event in found if event is not None]

    def _take(self, events: Sequence[Event], stubborn: bool) -> None:
        """All of `events` in one transaction; when that fails, half by half down to the culprit."""
        if not events:
            return
        try:
            with self._database.transaction() as connection:
                self._apply(connection, events)
        except Exception as error:
            if isinstance(error, Unavailable) and not stubborn:
                raise
            if len(events) > 1:
                middle = len(events) // 2
                self._take(events[:middle], stubborn)
                self._take(events[middle:], stubborn)
            else:
                self._park(events[0], error)

    def _apply(self, connection: Connection, events: Sequence[Event]) -> None:
        wanted = [event for event in events if self._listening.hears(event.name)]
        erasing = [event for event in events if event.erases]
        if erasing:
            # What is parked holds the record as it was.
            overtake(connection, self.contract.queue, erasing)
        if self._listening.kind == "copy":
            in_order = sorted(wanted, key=lambda event: event.record_version)
            newest = list({event.record_id: event for event in in_order}.values())
            if newest:
                self.method(connection, newest)
                overtake(connection, self.contract.queue, newest)
        elif wanted:
            self._react(connection, wanted)
        advance(connection, self.contract, max(event.position for event in events))

    def _react(self, connection: Connection, wanted: Sequence[Event]) -> None:
        claimed = claim(connection, self.contract.queue, wanted)
        fresh = [event for event in wanted if event.id in claimed]
        if not fresh:
            return
        deep = [event for event in fresh if event.depth > DEPTH_LIMIT]
        if deep:
            park(
                connection, self.contract, deep,
                state="dead", blocks=False, failure="depth limit",
            )  # fmt: skip
        blocked = blocked_records(connection, self.contract.queue, fresh)
        shallow = [event for event in fresh if event.depth <= DEPTH_LIMIT]
        behind = [event for event in shallow if event.record_id in blocked]
        if behind:
            park(connection, self.contract, behind, state="behind")
        ready = [event for event in shallow if event.record_id not in blocked]
        if ready:
            self.method(connection, ready)

    def _park(self, event: Event, error: Exception) -> None:
        _log.warning("%s parks %s: %s", self.contract.queue, event.id, described(error))
        try:
            self._park_to_retry(event, error)
        except Unavailable:
            raise
        except Exception as unkeepable:
            # Such as a number that no column holds: behind it the whole queue would wait.
            with self._database.transaction() as connection:
                reason = f"cannot be kept: {described(unkeepable)}"
                keep(connection, self.contract.queue, _body(event.as_wire()), {}, reason)

    def _park_to_retry(self, event: Event, error: Exception) -> None:
        with self._database.transaction() as connection:
            if self._listening.kind == "react" and not claim(
                connection, self.contract.queue, [event]
            ):
                return
            park(
                connection, self.contract, [event],
                state="waiting", failure=described(error), delay=DELAYS[0],
            )  # fmt: skip
            advance(connection, self.contract, event.position)


def _body(raw: Any) -> bytes:
    """`raw` as a message's body; empty when it nests deeper than JSON can be written."""
    try:
        return wire.dumps(raw)
    except TypeError:
        return b""
