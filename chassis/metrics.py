"""Figures for an operator, in Prometheus form: calls by outcome and duration, events by outcome."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST

_CALLS: Final = Histogram(
    "rapport_call_seconds",
    "Calls answered by a service, by outcome: ok or the code of the refusal.",
    ("service", "method", "outcome"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0),
)
_MESSAGES: Final = Counter(
    "rapport_messages_total",
    "Messages of events taken from a listener's queue, by outcome: ok, failed or quarantined.",
    ("queue", "outcome"),
)

_BEHIND: Final = Gauge(
    "rapport_listener_behind_events",
    "Events that a listener has still to take, 10000 standing for that many or more.",
    ("queue",),
)
_OLDEST: Final = Gauge(
    "rapport_listener_behind_seconds",
    "Age of the oldest event that a listener has still to take.",
    ("queue",),
)


@lru_cache(maxsize=2048)
def _calls(service: str, method: str, outcome: str) -> Histogram:
    return _CALLS.labels(service, method, outcome)


def call_answered(service: str, method: str, outcome: str, seconds: float) -> None:
    """Count a call that took `seconds`."""
    _calls(service, method, outcome).observe(seconds)


def message_taken(queue: str, outcome: str) -> None:
    """Count a message of events."""
    _MESSAGES.labels(queue, outcome).inc()


def listener_behind(queue: str, events: int, seconds: float) -> None:
    """Tell how far a listener is behind its source."""
    _BEHIND.labels(queue).set(events)
    _OLDEST.labels(queue).set(seconds)


def exposition() -> bytes:
    """Every figure of this process, as Prometheus reads it."""
    return generate_latest()
