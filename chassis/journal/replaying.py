"""Telling one listener again what it has missed, through its own queue only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from chassis.database.engine import Database
from chassis.journal.sending import Publisher, messages_to, numbered_after
from contracts.speech import ListenerContract

_CHUNK: Final = 2_000


def replay(
    database: Database,
    publisher: Publisher,
    listener: ListenerContract,
    *,
    entity: str | None = None,
    after: int = 0,
    newest_only: bool = False,
    most: int | None = None,
    progress: Callable[[int], None] = lambda count: None,
) -> int:
    """Send what the owner of `database` said after position `after` to `listener` alone.

    `newest_only` sends each record once, as it is now: enough for a copy, not for a reaction.
    It ends after `most` events, or a few more.
    Returns how many events were sent; `progress` is told as it goes.
    """
    entities = {entity} if entity else set(listener.entities)
    count, position = 0, after
    while True:
        with database.reading() as connection:
            rows = numbered_after(connection, position, entities, _CHUNK, newest_only=newest_only)
        if not rows or (most is not None and count >= most):
            return count
        publisher.publish(list(messages_to(listener.queue, rows)))
        position = rows[-1][0]
        count += len(rows)
        progress(count)
