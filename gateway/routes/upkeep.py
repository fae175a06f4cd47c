"""Looking after the platform: events that were given up, and whether journals are whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from chassis.errors import Refusal, Unavailable
from contracts.catalogue import SERVICES
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.permissions import Holding
from gateway.registry import BASE, Body, Reply, Route
from gateway.routes.records import ref

SETTING: Final = "audit"
_AREA: Final = "upkeep"
_MOST: Final = 1_000
_RETRY: Final = {
    "type": "object",
    "properties": {
        "service": {"enum": list(SERVICES)},
        "event_ids": {"type": "array", "items": {"type": "string", "format": "uuid"},
                      "minItems": 1, "maxItems": _MOST},
    },
    "required": ["service", "event_ids"],
    "additionalProperties": False,
}  # fmt: skip


def upkeep_routes() -> Iterator[Route]:
    """The routes for who looks after the platform."""
    yield Route(
        method="GET", path=f"{BASE}/dead-events", name="dead_events.list", area=_AREA,
        summary="Events that a listener gave up, without what they hold",
        permission=Holding(SETTING),
        replies={200: Reply("Of every service that answers.", ref("DeadEventList"))},
        answer=lambda asked: Answer(dead_events(asked)),
    )  # fmt: skip
    yield Route(
        method="POST", path=f"{BASE}/dead-events/retry", name="dead_events.retry", area=_AREA,
        summary="Have events that a listener of a service gave up tried again", writes=True,
        permission=Holding(SETTING), body=Body(_RETRY, checked=True), refusals=(422,),
        replies={200: Reply("How many are tried again.", ref("Retried"))},
        answer=lambda asked: Answer(
            retry(asked, asked.body["service"], asked.body["event_ids"])),
    )  # fmt: skip
    yield Route(
        method="POST", path=f"{BASE}/audit/verifications", name="audit.verify", area=_AREA,
        summary="Prove that no journal was tampered with: a job in each service", writes=True,
        permission=Holding(SETTING),
        replies={202: Reply("The jobs, which find every break.", ref("Verifications"))},
        answer=lambda asked: Answer(verify(asked), 202),
    )  # fmt: skip


def dead_events(asked: Asked) -> dict[str, Any]:
    """The dead events of all services, the oldest first, and which services are away."""
    found, away = _everywhere(asked, "dead_events")
    items = [{**item, "service": service}
             for service, answer in found for item in answer["items"]]  # fmt: skip
    items.sort(key=lambda item: str(item["parked_at"]))
    return {"items": items, "unavailable": away}


def retry(asked: Asked, service: str, events: Sequence[str]) -> Any:
    """How many of the dead `events` of `service` are tried again."""
    return asked.call(service, "retry_dead", {"events": list(events)})


def verify(asked: Asked) -> dict[str, Any]:
    """The job that walks the journal, of each service that answers."""
    found, away = _everywhere(asked, "verify_journal")
    return {"jobs": {service: answer["job"] for service, answer in found}, "unavailable": away}


def _everywhere(asked: Asked, method: str) -> tuple[list[tuple[str, Any]], list[str]]:
    """What each service answers, and which are away; raises what one refuses, and when none is
    there."""
    answers = asked.gather([(service, method, {}) for service in SERVICES])
    found, away = [], []
    for service, answer in zip(SERVICES, answers, strict=True):
        if isinstance(answer, Unavailable):
            away.append(service)
        elif isinstance(answer, Refusal):
            raise answer
        else:
            found.append((service, answer))
    if not found:
        raise next(answer for answer in answers if isinstance(answer, Unavailable))
    return found, away
