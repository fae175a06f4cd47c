"""How far each listener is behind its source, and what it missed told again when the bus lost it.

The broker confirms an event that reached at least one queue. A queue that was deleted or emptied,
a binding that went missing, a broker that came back without its disk: only the listener's own
position tells that it never heard.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from chassis import metrics
from chassis.database.engine import Database
from chassis.errors import Refusal
from chassis.journal.replaying import replay
from chassis.journal.sending import Publisher
from chassis.work.failure import described
from contracts.speech import ListenerContract

LOOK_SECONDS: Final = 5.0
# Longer than a listener takes for a message, and than a standby needs to take over.
PATIENCE_SECONDS: Final = 8.0
ALERT_SECONDS: Final = 30.0
_MOST_TOLD: Final = 2_000
_MOST_COUNTED: Final = 10_000

_END: Final = text("SELECT position, sent_position FROM sequencer_state")
_UNHEARD: Final = text("""
    SELECT count(*) AS events, max(position) FILTER (WHERE position <= :sent) AS sent,
           coalesce(extract(epoch FROM clock_timestamp() - min(occurred_at)), 0) AS seconds
    FROM (SELECT p.position, j.occurred_at
          FROM journal_positions p JOIN journal j ON j.id = p.event_id
          WHERE p.position > :after AND j.entity = ANY(:entities)
          ORDER BY p.position LIMIT :limit) unheard
""")

_log = logging.getLogger(__name__)

Recorded = Callable[[], Mapping[str, int]]
"""Asks the listeners: by queue, the position up to which they have recorded."""


@dataclass(frozen=True, slots=True)
class _Unheard:
    """What a listener has still to take: how much, the last that was sent of it, the age of the
    oldest."""

    events: int
    sent: int | None
    seconds: float


@dataclass
class _Progress:
    """Where a listener stood when it was last seen to move, and since when it stands there.

    `clear` is a position up to which nothing more concerns it.
    """

    position: int = -1
    since: float = 0.0
    clear: int = 0


class Lagging:
    """Watches the `listeners` of a source and tells the figures of each.

    What was sent to a listener that has not moved for a while, and lies in no queue before it, is
    sent to it again. `waiting` makes sure of a listener's queue and says how many messages it
    holds; `leads` whether this process is the one that sends.
    """

    def __init__(
        self,
        database: Database,
        publisher: Publisher,
        listeners: Sequence[ListenerContract],
        recorded: Recorded,
        waiting: Callable[[ListenerContract], int],
        leads: Callable[[], bool],
    ) -> None:
        self._database = database
        self._publisher = publisher
        self._listeners = listeners
        self._recorded = recorded
        self._waiting = waiting
        self._leads = leads
        self._progress = {each.queue: _Progress() for each in listeners}
        self._stopping = threading.Event()
        self.behind: dict[str, tuple[int, float]] = {}
        """By queue, how many events a listener has still to take, and the oldest one's age."""

    def run(self) -> None:
        """Watch until `stop`."""
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                self.look()
            except Refusal as refusal:
                # Who cannot be asked is missed by readiness already.
                _log.debug("listeners are not watched: %s", refusal.code)
            except Exception as error:
                _log.warning("listeners are not watched: %s", described(error))

    def stop(self) -> None:
        """End `run` soon."""
        self._stopping.set()

    def look(self) -> None:
        """See how far every listener is, and do what is to be done about it."""
        recorded = self._recorded()
        with self._database.reading() as connection:
            end = connection.execute(_END).one_or_none()
        if end is None:
            return
        for listener in self._listeners:
            if listener.queue in recorded:
                self._see(listener, recorded[listener.queue], end.position, end.sent_position)

    def _see(self, listener: ListenerContract, position: int, end: int, sent: int) -> None:
        progress = self._progress[listener.queue]
        if position != progress.position:
            progress.position, progress.since = position, time.monotonic()
        after = max(position, progress.clear)
        unheard = _Unheard(0, None, 0.0) if after >= end else self._unheard(listener, after, sent)
        self._tell(listener, unheard)
        if unheard.events == 0:
            progress.clear, progress.since = end, time.monotonic()
        elif self._stands_still(progress):
            self._make_good(listener, progress, was_sent=unheard.sent is not None)

    def _unheard(self, listener: ListenerContract, after: int, sent: int) -> _Unheard:
        given = {"after": after, "sent": sent, "limit": _MOST_COUNTED,
                 "entities": sorted(listener.entities)}  # fmt: skip
        with self._database.reading() as connection:
            row = connection.execute(_UNHEARD, given).one()
        return _Unheard(row.events, row.sent, float(row.seconds))

    def _tell(self, listener: ListenerContract, unheard: _Unheard) -> None:
        events, seconds = unheard.events, unheard.seconds
        self.behind[listener.queue] = (events, seconds)
        metrics.listener_behind(listener.queue, events, seconds)
        if seconds > ALERT_SECONDS:
            _log.warning("%s is %d events behind, by %.0f s", listener.queue, events, seconds)

    def _stands_still(self, progress: _Progress) -> bool:
        return self._leads() and time.monotonic() - progress.since > PATIENCE_SECONDS

    def _make_good(
        self, listener: ListenerContract, progress: _Progress, *, was_sent: bool
    ) -> None:
        # What was refused for want of a queue is sent by the sequencer once there is one.
        if self._waiting(listener) > 0 or not was_sent:
            return
        after = max(progress.position, progress.clear)
        count = replay(self._database, self._publisher, listener, after=after, most=_MOST_TOLD)
        progress.since = time.monotonic()
        _log.warning("%s is told %d events again: it never took them", listener.queue, count)
