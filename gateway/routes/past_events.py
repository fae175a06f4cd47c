"""What happened in all services, newest first: for who looks into what was done, and by whom."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any, Final

from chassis.errors import Fault, Malformed, Refusal, Unavailable
from contracts.catalogue import ENTITIES, EVENTS, SERVICES
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.parameters import LIMIT, identifier, text
from gateway.permissions import Holding
from gateway.registry import BASE, Reply, Route
from gateway.routes.records import ref
from gateway.routes.upkeep import SETTING

_DEFAULT_LIMIT: Final = 50
# So often services look further for a page that is not full, before they are asked to go on.
_ROUNDS: Final = 4
LISTED: Final = [entity.name for entity in ENTITIES.values() if entity.listed]
ACTS: Final = sorted(
    {name.partition(".")[2] for name, event in EVENTS.items() if event.entity in LISTED}
)
SOUGHT: Final = (
    text("entity", "Only of this kind of record.", enum=sorted(LISTED)),
    text("act", "Only this that can happen to a record.", enum=ACTS),
    identifier("actor", "Only what this user did."),
    identifier("record", "Only of this record."),
    text("field", "Only changes of this field.", maxLength=100),
    text("since", "Only from this moment on.", format="date-time"),
    text("until", "Only before this moment.", format="date-time"),
)


def past_event_routes() -> Iterator[Route]:
    """The one route that looks back."""
    yield Route(
        method="GET", path=f"{BASE}/audit/events", name="audit.events", area="events",
        summary="What happened, newest first, as far as you may read it now",
        permission=Holding(SETTING),
        parameters=(
            *SOUGHT, LIMIT,
            text("cursor", "`next_cursor` of the page before.", maxLength=200),
        ),
        replies={200: Reply("A page; it may hold fewer than `limit` although there are more.",
                            ref("PastEventPage"))},
        answer=_past,
    )  # fmt: skip


def _past(asked: Asked) -> Answer:
    query = dict(asked.query)
    limit, cursor = query.pop("limit", _DEFAULT_LIMIT), query.pop("cursor", None)
    return Answer(past_events(asked, query, cursor, limit))


def past_events(
    asked: Asked, sought: Mapping[str, Any], cursor: str | None, limit: int
) -> dict[str, Any]:
    """A page of what is `sought`, newest first; the cursor of the next one, None at the end; and
    which services are away, whose events are missing."""
    services = _services(sought)
    before = None if cursor is None else _read(cursor)
    items: list[dict[str, Any]] = []
    away: set[str] = set()
    for _ in range(_ROUNDS):
        wanted = {**sought, "before": before, "limit": limit}
        calls = [(service, "past_events", {"query": wanted}) for service in services]
        pages = _answered(services, asked.gather(calls), away)
        told, before = _joined(pages)
        items += told
        if len(items) >= limit or before is None:
            break
    taken = items[:limit]
    following = taken[-1]["place"] if len(items) > limit else before
    for item in taken:
        del item["place"]
    return {
        "items": taken,
        "next_cursor": following and base64.urlsafe_b64encode(following.encode()).decode(),
        "unavailable": sorted(away),
    }


def looked_back_to(cursor: str) -> str:
    """The moment down to which everything that is sought was shown before the page of `cursor`."""
    return _read(cursor).partition("_")[0]


def _services(sought: Mapping[str, Any]) -> list[str]:
    """The services that have what is sought."""
    entity, act = sought.get("entity"), sought.get("act")
    faults = []
    if entity is not None and entity not in LISTED:
        faults.append(Fault("/entity", "unknown_choice", "There is no such entity."))
    if act is not None and act not in ACTS:
        faults.append(Fault("/act", "unknown_choice", "Nothing of this name can happen."))
    if faults:
        raise Malformed("The query cannot be understood.", code="bad_parameter", faults=faults)
    return list(SERVICES) if entity is None else [ENTITIES[entity].service]


def _answered(services: list[str], outcomes: list[Any], away: set[str]) -> dict[str, Any]:
    """What the services gave, by which; those that are `away` are told there."""
    pages = {}
    for service, outcome in zip(services, outcomes, strict=True):
        if isinstance(outcome, Unavailable):
            away.add(service)
        elif isinstance(outcome, Refusal):
            raise outcome
        else:
            pages[service] = outcome
    if not pages:
        raise next(each for each in outcomes if isinstance(each, Unavailable))
    return pages


def _joined(pages: Mapping[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
    """The events down to where every service has looked, newest first, and that place: None when
    all have looked to the end. Places are texts in the order of their events."""
    reached = max((page["reached"] or "" for page in pages.values()), default="")
    told = [
        {**item, "service": service}
        for service, page in pages.items()
        for item in page["items"]
        if item["place"] >= reached
    ]
    return sorted(told, key=lambda item: str(item["place"]), reverse=True), reached or None


def _read(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor.encode("ascii")).decode("ascii")
    except (ValueError, binascii.Error):
        fault = Fault("/cursor", "bad_cursor", "Not a cursor of this list.")
        raise Malformed(fault.detail, code="bad_cursor", faults=[fault]) from None
