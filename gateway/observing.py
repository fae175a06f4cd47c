"""One log line and one figure for each request; nothing personal in either."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Final

from flask import Response, g, request
from prometheus_client import Histogram

from chassis import log

_log: Final = log.logger("gateway")
_REQUESTS: Final = Histogram(
    "rapport_request_seconds",
    "HTTP requests answered, by route and status.",
    ("route", "status"),
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0),
)


@lru_cache(maxsize=4096)
def _figure(route: str, status: int) -> Histogram:
    return _REQUESTS.labels(route, str(status))


def observe(response: Response) -> None:
    """Note how the current request ended."""
    seconds = time.perf_counter() - g.started
    route = request.endpoint or "none"
    _figure(route, response.status_code).observe(seconds)
    user = g.get("user")
    _log.info(
        "request",
        route=route,
        method=request.method,
        status=response.status_code,
        code=g.get("code"),
        call_id=g.call_id,
        actor=user and user.session.actor.id,
        duration_ms=round(seconds * 1000, 1),
    )


def defect(error: Exception) -> None:
    """Note a defect of ours: where, not what, because its text may quote a record."""
    _log.error("defect", call_id=g.call_id, error=type(error).__name__, places=log.places(error))
