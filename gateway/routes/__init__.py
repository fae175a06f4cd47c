"""The rows of the route registry, a file an area. `every_route` is the whole list."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.catalogue import ENTITIES
from gateway.health import Health
from gateway.openapi.document import Document
from gateway.registry import Route
from gateway.routes.account import account_routes
from gateway.routes.conversions import conversion_routes
from gateway.routes.documentation import documentation_routes
from gateway.routes.events import event_routes
from gateway.routes.many import many_routes
from gateway.routes.notifications import notification_routes
from gateway.routes.past_events import past_event_routes
from gateway.routes.pipelines import pipeline_routes, stay_route
from gateway.routes.platform import platform_routes
from gateway.routes.proof import proof_routes
from gateway.routes.records import record_routes
from gateway.routes.statuses import STAGED, status_routes
from gateway.routes.transfers import transfer_routes
from gateway.routes.upkeep import upkeep_routes
from gateway.routes.views import view_routes
from gateway.sessions import Sessions


def every_route(
    sessions: Sessions, health: Health, document: Document, *, metrics: bool
) -> Iterator[Route]:
    """Every route of the gateway. Record routes come from the contracts' catalogue."""
    yield from account_routes(sessions)
    yield from proof_routes()
    for entity in ENTITIES.values():
        if entity.listed:
            yield from record_routes(entity)
            yield from many_routes(entity)
            yield from view_routes(entity)
        if entity.name in STAGED:
            yield from status_routes(entity)
        if entity.pipelined:
            yield from pipeline_routes(entity)
        if entity.name in STAGED or entity.pipelined:
            yield stay_route(entity)
    yield from conversion_routes()
    yield from transfer_routes()
    yield from event_routes()
    yield from past_event_routes()
    yield from notification_routes()
    yield from upkeep_routes()
    yield from platform_routes(health, metrics=metrics)
    yield from documentation_routes(document)
