"""Connects the marked listeners of a service to their queues."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chassis.service.base import Parts, Service
from chassis.service.listener import listening_methods

if TYPE_CHECKING:
    from chassis.listening.listener import Listener

Handler = Callable[[list[dict[str, Any]]], None]


def handlers(service: Service, parts: Parts) -> list[tuple[str, Handler]]:
    """For each listener the queue it takes from and what is done with the events taken."""
    return [(queue, listener.take) for queue, listener in listeners(service, parts).items()]


def listeners(service: Service, parts: Parts) -> dict[str, Listener]:
    """By queue, the listeners of `service`."""
    found = listening_methods(parts.service, service)
    if not found:
        return {}
    from chassis.listening.listener import Listener

    return {
        contract.queue: Listener(parts.database, contract, method) for contract, method in found
    }
