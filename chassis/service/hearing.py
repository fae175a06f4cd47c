"""Connects the marked listeners of a service to their queues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chassis.service.base import Parts, Service
from chassis.service.listener import listening_methods

if TYPE_CHECKING:
    from chassis.listening.listener import Listener


def listeners(service: Service, parts: Parts) -> dict[str, Listener]:
    """By queue, the listeners of `service`."""
    found = listening_methods(parts.service, service)
    if not found:
        return {}
    from chassis.listening.listener import Listener

    return {
        contract.queue: Listener(parts.database, contract, method) for contract, method in found
    }
