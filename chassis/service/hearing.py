"""Connects the marked listeners of a service to their queues."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chassis.service.base import Parts, Service
from chassis.service.listener import listeners_of

Handler = Callable[[list[dict[str, Any]]], None]


def handlers(service: Service, parts: Parts) -> list[tuple[str, Handler]]:
    """For each listener the queue it takes from and what is done with the events taken."""
    found = listeners_of(parts.service, service)
    if not found:
        return []
    from chassis.listening.taking import taker

    return [(listener.contract.queue, taker(parts.database, listener)) for listener in found]
