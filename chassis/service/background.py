"""The work that a service does beside answering calls: its sequencer and its due work."""

from __future__ import annotations

from collections.abc import Callable

from chassis.bus.publisher import EventPublisher
from chassis.journal.sequencer import Sequencer
from chassis.service.base import Parts, Service
from chassis.service.container import Background
from contracts.catalogue import listeners_of


def background(service: Service, parts: Parts, publisher: EventPublisher) -> list[Background]:
    """What runs beside the calls of a service that keeps data."""
    return [_sequencer(parts, publisher)]


def _sequencer(parts: Parts, publisher: EventPublisher) -> Sequencer:
    sequencer = Sequencer(
        parts.database,
        publisher,
        parts.service,
        # The embedded bus forgets its queues with the process: what listeners lack is sent again.
        recorded=_recorded(parts) if parts.settings.embedded_bus else None,
    )
    parts.database.after_journal = sequencer.poke
    return sequencer


def _recorded(parts: Parts) -> Callable[[], int | None]:
    def lowest() -> int | None:
        positions = [
            parts.ask(listener.consumer, "listener_positions", source=parts.service)[listener.name]
            for listener in listeners_of(parts.service)
        ]
        return min(positions, default=None)

    return lowest
