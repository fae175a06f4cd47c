"""Whether everybody has heard everything: for whoever has the databases of all services at hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import text

from chassis.database.engine import Database
from chassis.errors import Unavailable
from chassis.listening.positions import listener_positions
from contracts.catalogue import LISTENERS
from contracts.speech import ListenerContract

_POLL_SECONDS: Final = 0.5
_STALLED_SECONDS: Final = 30.0

_PENDING: Final = text("SELECT count(*) FROM journal_pending")
_SAID: Final = text("""
    SELECT j.entity, max(p.position) AS position
    FROM journal_positions p JOIN journal j ON j.id = p.event_id
    WHERE p.position > :after GROUP BY j.entity
""")


class CatchingUp:
    """How far the listeners are behind what services say. `databases` are all, by service."""

    def __init__(self, databases: Mapping[str, Database]) -> None:
        self._databases = databases
        self._last: dict[str, dict[str, int]] = {source: {} for source in databases}

    def behind(self) -> dict[str, int]:
        """By queue, how many events a listener may still have to take; empty when all is heard."""
        # Listeners are asked first: what they say themselves upon what they took is then counted.
        taken = self._taken()
        unnumbered = {source: self._look(source) for source in self._databases}
        left = {
            each.queue: self._end(each) + unnumbered[each.source] - taken[each.queue]
            for each in LISTENERS
            if unnumbered[each.source] or self._end(each) > taken[each.queue]
        }
        return {queue: max(count, 1) for queue, count in left.items()}

    def wait(self, progress: Callable[[int], None] = lambda left: None) -> None:
        """Return when all is heard; `progress` is told how many events are left. Raises Unavailable
        when nothing has been taken for half a minute."""
        before, moved_at = self.behind(), time.monotonic()
        while before:
            progress(sum(before.values()))
            time.sleep(_POLL_SECONDS)
            left, now = self.behind(), time.monotonic()
            if left != before:
                before, moved_at = left, now
            elif now - moved_at > _STALLED_SECONDS:
                raise Unavailable(
                    f"Start the services: nobody takes events from {', '.join(sorted(left))}.",
                    code="nobody_listens",
                )

    def _taken(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for service, source in dict.fromkeys((each.consumer, each.source) for each in LISTENERS):
            with self._databases[service].reading() as connection:
                found.update(listener_positions(connection, service, source))
        return found

    def _look(self, source: str) -> int:
        """Note where what `source` says of each entity ends; how many rows have no position."""
        last = self._last[source]
        with self._databases[source].reading() as connection:
            # In this order: a row that is numbered in between is seen twice, not missed.
            pending: int = connection.execute(_PENDING).scalar_one()
            after = {"after": max(last.values(), default=0)}
            last.update((row.entity, row.position) for row in connection.execute(_SAID, after))
        return pending

    def _end(self, listener: ListenerContract) -> int:
        last = self._last[listener.source]
        return max((last.get(entity, 0) for entity in listener.entities), default=0)
