"""The work that a service does beside answering calls: its sequencer and its due work."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chassis.bus.publisher import EventPublisher
from chassis.journal.sequencer import Sequencer
from chassis.listening.listener import Listener
from chassis.listening.retrying import retry_handlers
from chassis.listening.retrying import retry_handlers
from chassis.service.base import Parts, Service
from chassis.service.container import Background
from chassis.service.hearing import listeners
from chassis.work.due import DueWorker
from chassis.work.housekeeping import FORGET, housekeeping
from chassis.work.marks import jobs_of
from chassis.work.due import DueWorker
from chassis.work.housekeeping import housekeeping
from chassis.work.marks import jobs_of
from contracts.catalogue import listeners_of


def background(
    service: Service, parts: Parts, publisher: EventPublisher, listeners: Sequence[Listener]
) -> list[Background]:
    """What runs beside the calls of a service that keeps data."""
    return [_sequencer(parts, publisher), _due_worker(service, parts, listeners)]


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
        consumers = {listener.consumer for listener in listeners_of(parts.service)}
        positions = [
            position
            for consumer in consumers
            for position in parts.ask(
                consumer, "listener_positions", source=parts.service
            ).values()
        ]  # fmt: skip
        return min(positions, default=None)

    return lowest


def _due_worker(service: Service, parts: Parts, listeners: Sequence[Listener]) -> DueWorker:
    daily = housekeeping()
    retries = retry_handlers({listener.contract.queue: listener for listener in listeners})
    return DueWorker(parts.database, {**daily, **retries, **jobs_of(service)}, daily=tuple(daily))
