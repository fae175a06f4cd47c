"""Connects the marked listeners of a service to their queues."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chassis.service.base import Parts, Service
from chassis.service.listener import listening_methods
from contracts.speech import ListenerContract

if TYPE_CHECKING:
    from chassis.listening.listener import Listener


def listeners(service: Service, parts: Parts) -> dict[str, Listener]:
    """By queue, the listeners of `service`."""
    found = listening_methods(parts.service, service)
    if not found:
        return {}
    from chassis.listening.listener import Listener

    return {
        contract.queue: Listener(parts.database, contract, method, _missed(parts, contract))
        for contract, method in found
    }


def _missed(parts: Parts, contract: ListenerContract) -> Callable[[int], list[Any]]:
    def after(position: int) -> list[Any]:
        events: list[Any] = parts.ask(
            contract.source, "events_sent", queue=contract.queue, after=position
        )
        return events

    return after
