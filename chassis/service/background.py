"""The work that a service does beside answering calls: its sequencer and its due work."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chassis.bus import queues
from chassis.bus.publisher import EventPublisher
from chassis.errors import Unavailable
from chassis.journal.lagging import Lagging
from chassis.journal.sequencer import Sequencer
from chassis.listening.listener import Listener
from chassis.listening.retrying import retry_handlers
from chassis.service.base import Parts, Service
from chassis.service.container import Background
from chassis.work.due import DueWorker
from chassis.work.housekeeping import housekeeping
from chassis.work.marks import jobs_of
from contracts.catalogue import listeners_of


def background(
    service: Service, publisher: EventPublisher, listeners: Mapping[str, Listener]
) -> list[Background]:
    """What runs beside the calls of a service that keeps data, with its listeners by queue."""
    sequencer = _sequencer(service.parts, publisher)
    lagging = _lagging(service.parts, publisher, sequencer)
    return [sequencer, lagging, _due_worker(service, listeners)]


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


def _lagging(parts: Parts, publisher: EventPublisher, sequencer: Sequencer) -> Lagging:
    told = listeners_of(parts.service)
    uri = parts.settings.amqp_uri
    lagging = Lagging(
        parts.database,
        publisher,
        told,
        lambda: _all_positions(parts),
        lambda listener: queues.waiting(uri, listener),
        lambda: sequencer.leading,
    )
    parts.behind = lagging.behind
    return lagging


def _all_positions(parts: Parts) -> dict[str, int]:
    """By queue, the positions of those listeners of this source whose service answers."""
    found: dict[str, int] = {}
    for consumer in {listener.consumer for listener in listeners_of(parts.service)}:
        try:
            found |= _positions(parts, consumer)
        except Unavailable:
            continue
    return found


def _recorded(parts: Parts) -> Callable[[], int | None]:
    def lowest() -> int | None:
        consumers = {listener.consumer for listener in listeners_of(parts.service)}
        positions = [
            position for consumer in consumers for position in _positions(parts, consumer).values()
        ]
        return min(positions, default=None)

    return lowest


def _positions(parts: Parts, consumer: str) -> dict[str, int]:
    positions: dict[str, int] = parts.ask(consumer, "listener_positions", source=parts.service)
    return positions


def _due_worker(service: Service, listeners: Mapping[str, Listener]) -> DueWorker:
    daily = {**housekeeping(service.forgets), **service.daily_work()}
    handlers = {
        **daily,
        **retry_handlers(listeners),
        **service.short_work(),
        **jobs_of(service),
    }
    return DueWorker(service.parts.database, handlers, daily=daily)
