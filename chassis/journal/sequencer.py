"""The sequencer: one per service numbers what was committed, chains and publishes it in order."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection, RowMapping

from chassis.database.engine import Database
from chassis.errors import Refusal
from chassis.journal.leading import candidate, is_elected
from chassis.journal.numbering import Chain, end_of_chain, number_pending
from chassis.journal.sending import Publisher, mark_sent, messages_of, numbered_after, rewind
from chassis.work.failure import described
from contracts.catalogue import heard_entities

CHUNK: Final = 2_000
POLL_SECONDS: Final = 0.25
LONGEST_WAIT: Final = 1.0
# A burst of commits is one round, not one round a commit: each round costs every listener a
# transaction, and at 10 ms a new lead cost the whole stack half as much again.
_GATHER_SECONDS: Final = 0.025
_RESTART_SECONDS: Final = 0.5

_log = logging.getLogger(__name__)


class Sequencer:
    """Publishes the events of `service`: each at least once, those of one record in order.

    Any number may run; the one that holds the lock works, another takes over when it ends. Killed
    at any moment it leaves duplicates at most. `recorded` is asked once by each new leader for the
    lowest position that all listeners have recorded, and what came after is published once more:
    for a bus that forgets its queues with its process. None means that nothing needs repeating.
    """

    def __init__(
        self,
        database: Database,
        publisher: Publisher,
        service: str,
        *,
        recorded: Callable[[], int | None] | None = None,
    ) -> None:
        self._database = database
        self._publisher = publisher
        self._service = service
        self._heard = heard_entities(service)
        self._recorded = recorded
        self._woken = threading.Event()
        self._stopping = False
        self._wait = 0.0
        self._retry_at = 0.0
        self.leading = False

    def run(self) -> None:
        """Stand for election and work when elected, until `stop`."""
        while not self._stopping:
            try:
                with candidate(self._database.url, f"rapport-{self._service}-sequencer") as own:
                    self._stand(own)
            except Exception as error:
                # Whatever it was, the next leader begins from what is committed.
                _log.warning("sequencer of %s starts anew: %s", self._service, described(error))
                self._rest(_RESTART_SECONDS)
            finally:
                self.leading = False

    def stop(self) -> None:
        """End `run` after the batch in hand; what was not sent is sent by the next leader."""
        self._stopping = True
        self._woken.set()

    def poke(self) -> None:
        """Say that something was committed, so that it need not wait for the next look."""
        self._woken.set()

    def _stand(self, connection: Connection) -> None:
        while not self._stopping and not is_elected(connection):
            self._rest(POLL_SECONDS)
        if self._stopping:
            return
        if self._recorded is not None and (recorded := self._recorded()) is not None:
            end_of_chain(connection)
            rewind(connection, recorded)
        self.leading = True
        self._lead(connection, end_of_chain(connection))

    def _lead(self, connection: Connection, chain: Chain) -> None:
        while not self._stopping:
            fresh = number_pending(connection, chain, CHUNK)
            self._send(connection, chain, fresh)
            if len(fresh) == CHUNK:
                continue
            self._rest(POLL_SECONDS)

    def _send(
        self, connection: Connection, chain: Chain, fresh: list[tuple[int, RowMapping]]
    ) -> None:
        """Publish what was not sent yet: from memory when that is all, else from the journal."""
        if time.monotonic() < self._retry_at:
            return
        if fresh and chain.sent == fresh[0][0] - 1:
            heard = [each for each in fresh if each[1]["entity"] in self._heard]
            if not self._publish(connection, chain, heard, fresh[-1][0]):
                return
        while chain.sent < chain.position and not self._stopping:
            rows = numbered_after(connection, chain.sent, self._heard, CHUNK)
            end = rows[-1][0] if len(rows) == CHUNK else chain.position
            if not self._publish(connection, chain, rows, end):
                return

    def _publish(
        self,
        connection: Connection,
        chain: Chain,
        numbered: Sequence[tuple[int, RowMapping]],
        end: int,
    ) -> bool:
        sent_to = dict(chain.sent_to)
        try:
            if numbered:
                self._publisher.publish(list(messages_of(numbered, self._service, sent_to)))
        except Refusal as refusal:
            self._wait = min(max(self._wait * 2, 0.05), LONGEST_WAIT)
            self._retry_at = time.monotonic() + self._wait
            _log.warning("events of %s wait for the bus: %s", self._service, refusal.code)
            return False
        self._wait = 0.0
        if mark_sent(connection, chain.sent, end, sent_to):
            chain.sent, chain.sent_to = end, sent_to
        else:
            rewound = end_of_chain(connection)
            chain.sent, chain.sent_to = rewound.sent, rewound.sent_to
        return True

    def _rest(self, seconds: float) -> None:
        if self._woken.wait(seconds) and not self._stopping:
            time.sleep(_GATHER_SECONDS)
            self._woken.clear()
