"""The event feed: what happened in all services, from a cursor on."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from typing import Any, Final, TypeAlias

from chassis import wire
from chassis.errors import Fault, Malformed, Refusal, Unavailable
from contracts.catalogue import ENTITIES, EVENTS, SERVICES
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.parameters import LIMIT, text
from gateway.permissions import SignedIn
from gateway.registry import BASE, Reply, Route
from gateway.routes.records import ref

Positions: TypeAlias = dict[str, int]

END: Final = "end"
_DEFAULT_LIMIT: Final = 50
_LARGEST: Final = 2**53
_NAMES: Final = sorted(name for name, event in EVENTS.items() if event.entity in ENTITIES)


def event_routes() -> Iterator[Route]:
    """The one route of the feed."""
    yield Route(
        method="GET", path=f"{BASE}/events", name="events.list", area="events",
        summary="What happened, in order per service, as far as you may read it now",
        permission=SignedIn(),
        parameters=(
            text("after", "`next_cursor` of the page before; the beginning when it is absent, and "
                 "`end` for what happens from now on.", maxLength=4096),
            LIMIT,
            text("entity", "Only events of this kind of record.", enum=sorted(ENTITIES)),
            text("name", "Only events of this name.", enum=_NAMES),
        ),
        replies={200: Reply("A page; it may hold fewer than `limit` although there are more.",
                            ref("EventPage"))},
        answer=_events,
    )  # fmt: skip


def _events(asked: Asked) -> Answer:
    query = asked.query
    services, given = _services(query), query.get("after")
    if given == END:
        return _end(asked)
    limit = query.get("limit", _DEFAULT_LIMIT)
    positions = {} if given is None else read_cursor(given)
    filters = {name: query[name] for name in ("entity", "name") if name in query}
    calls = [
        (service, "events", {**filters, "limit": limit, "after": positions.get(service, 0)})
        for service in services
    ]
    pages, away = _answered(services, asked.gather(calls))
    items, reached, more = joined(pages, limit)
    return _page(items, positions | reached, more, away)


def _end(asked: Asked) -> Answer:
    """Where the feed ends, in every service: of one that is away nobody could say."""
    outcomes = asked.gather([(service, "events", {}) for service in SERVICES])
    for outcome in outcomes:
        if isinstance(outcome, Refusal):
            raise outcome
    ends = {service: page["position"] for service, page in zip(SERVICES, outcomes, strict=True)}
    return _page([], ends, False, [])


def _page(items: Any, positions: Positions, more: bool, away: list[str]) -> Answer:
    cursor = write_cursor(positions)
    return Answer({"items": items, "next_cursor": cursor, "more": more, "unavailable": away})


def _services(query: Mapping[str, Any]) -> list[str]:
    """The services that have what is asked for."""
    entity, name = query.get("entity"), query.get("name")
    faults = []
    if entity is not None and entity not in ENTITIES:
        faults.append(Fault("/entity", "unknown_choice", "There is no such entity."))
    if name is not None and name not in _NAMES:
        faults.append(Fault("/name", "unknown_choice", "There is no such event of a record."))
    if faults:
        raise Malformed("The query cannot be understood.", code="bad_parameter", faults=faults)
    if entity is None and name is not None:
        entity = EVENTS[name].entity
    return list(SERVICES) if entity is None else [ENTITIES[entity].service]


def _answered(
    services: Sequence[str], outcomes: Sequence[Any]
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """What the services gave, and which of them are away; raises what they refuse."""
    pages, away = {}, []
    for service, outcome in zip(services, outcomes, strict=True):
        if isinstance(outcome, Unavailable):
            away.append(service)
        elif isinstance(outcome, Refusal):
            raise outcome
        else:
            pages[service] = outcome
    if not pages:
        raise next(each for each in outcomes if isinstance(each, Unavailable))
    return pages, away


def joined(
    pages: Mapping[str, Mapping[str, Any]], limit: int
) -> tuple[list[dict[str, Any]], Positions, bool]:
    """The first `limit` events of all `pages` by time, those of a service in their order; the
    positions behind them; and whether there are more."""
    told = (
        [{**item, "service": service} for item in page["items"]] for service, page in pages.items()
    )
    ordered = list(merge(*told, key=lambda item: str(item["occurred_at"])))
    taken, left = ordered[:limit], ordered[limit:]
    reached = {service: page["position"] for service, page in pages.items()}
    for item in reversed(left):
        # Whatever was not taken comes again: just before the first of them the page has ended.
        reached[item["service"]] = item["position"] - 1
    for item in taken:
        del item["position"]
    return taken, reached, bool(left) or any(page["more"] for page in pages.values())


def write_cursor(positions: Positions) -> str:
    """`positions` as a text that says nothing to clients."""
    packed = base64.urlsafe_b64encode(wire.dumps(dict(sorted(positions.items()))))
    return packed.decode().rstrip("=")


def read_cursor(cursor: str) -> Positions:
    """The positions in a cursor; Malformed for anything else."""
    try:
        packed = cursor.encode("ascii")
        found = wire.loads(base64.b64decode(packed + b"=" * (-len(packed) % 4), b"-_", True))
    except (ValueError, binascii.Error):
        found = None
    if not isinstance(found, dict) or not all(
        type(position) is int and 0 <= position < _LARGEST for position in found.values()
    ):
        fault = Fault("/after", "bad_cursor", "Not a cursor of this feed.")
        raise Malformed(fault.detail, code="bad_cursor", faults=[fault])
    return {service: found[service] for service in SERVICES if service in found}
