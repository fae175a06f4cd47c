"""Readiness: every service is asked at the same time, at most twice a second."""

from __future__ import annotations

import threading
import time
from typing import Any, Final

from chassis import metrics
from chassis.errors import Refusal
from contracts.catalogue import SERVICES
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.calls import Calls
from gateway.watching import OrganisationWatch

_FRESH_SECONDS: Final = 0.5
_PATIENCE_SECONDS: Final = 1.0


class Health:
    """Knows how each service is."""

    def __init__(self, calls: Calls, watch: OrganisationWatch) -> None:
        self._calls = calls
        self._watch = watch
        self._lock = threading.Lock()
        self._seen: tuple[float, dict[str, Any]] = (float("-inf"), {})

    def answer(self, _asked: Asked) -> Answer:
        """200 when every service is ready, else 503; which ones are is in the body."""
        state = self.state()
        return Answer(state, 200 if state["ready"] else 503)

    def state(self) -> dict[str, Any]:
        """`{ready, organisation, services: {name: {ready, checks}}}`."""
        with self._lock:
            at, state = self._seen
            if time.monotonic() - at > _FRESH_SECONDS:
                state = self._ask()
                self._seen = (time.monotonic(), state)
            return state

    def _ask(self) -> dict[str, Any]:
        answers = self._calls.everyone(SERVICES, "ping", _PATIENCE_SECONDS)
        for answer in answers:
            _show_lagging(answer)
        services = {name: _told(answer) for name, answer in zip(SERVICES, answers, strict=True)}
        organisation = self._watch.state
        known = organisation["version"] > 0
        ready = known and all(service["ready"] for service in services.values())
        return {"ready": ready, "organisation": organisation, "services": services}


def _show_lagging(answer: Any) -> None:
    """Have the figures of this process tell what a service says of its listeners."""
    if not isinstance(answer, Refusal):
        for queue, (events, seconds) in answer.get("behind", {}).items():
            metrics.listener_behind(queue, events, seconds)


def _told(answer: Any) -> dict[str, Any]:
    if isinstance(answer, Refusal):
        return {"ready": False, "checks": {"answers": False}}
    return {"ready": bool(answer.get("ready")), "checks": answer.get("checks") or {}}
