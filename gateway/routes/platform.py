"""Jobs, health and figures: how the platform itself is doing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chassis import metrics as figures
from chassis.errors import NotFound
from contracts.catalogue import SERVICES
from gateway.answers import Answer
from gateway.asked import Asked, without_body
from gateway.health import Health
from gateway.permissions import Public, SignedIn
from gateway.registry import BASE, Reply, Route
from gateway.routes.records import ref


def platform_routes(health: Health, *, metrics: bool) -> Iterator[Route]:
    """The platform's own routes. With `metrics` off, `/metrics` is as absent as any other path."""
    yield from _jobs()
    yield Route(
        method="GET", path="/health/live", name="health.live", area="health",
        summary="Whether this process answers", permission=Public(), limited=False,
        replies={200: Reply("It does.", ref("Live"))}, answer=lambda asked: Answer({"live": True}),
    )  # fmt: skip
    yield Route(
        method="GET", path="/health/ready", name="health.ready", area="health",
        summary="Whether each service can do its work", permission=Public(), limited=False,
        replies={
            200: Reply("All can.", ref("Readiness")),
            503: Reply("Some cannot; the others still answer.", ref("Readiness")),
        },
        answer=health.answer,
    )  # fmt: skip
    if metrics:
        yield Route(
            method="GET", path="/metrics", name="metrics", area="health", limited=False,
            summary="Figures for Prometheus", permission=Public(),
            replies={200: Reply("Figures.", {"type": "string"}, media_type="text/plain")},
            answer=lambda asked: _figures(health),
        )  # fmt: skip


def _figures(health: Health) -> Answer:
    # Services apart have no port of their own: what they say of their listeners is asked for here.
    health.state()
    return Answer(raw=figures.exposition(), media_type=figures.CONTENT_TYPE)


def _jobs() -> Iterator[Route]:
    yield Route(
        method="GET", path=f"{BASE}/jobs/{{id}}", name="jobs.get", area="jobs",
        summary="How far a job is", permission=SignedIn(), refusals=(404,),
        replies={200: Reply("The job.", ref("Job"))},
        answer=lambda asked: Answer(_of_job(asked, "job")),
    )  # fmt: skip
    yield Route(
        method="DELETE", path=f"{BASE}/jobs/{{id}}", name="jobs.cancel", area="jobs",
        summary="Cancel a job; what is done stays done", permission=SignedIn(), writes=True,
        replies={204: Reply("It will stop.")}, refusals=(404, 409),
        answer=lambda asked: without_body(asked, _of_job(asked, "cancel_job")),
    )  # fmt: skip


def _of_job(asked: Asked, method: str) -> Any:
    """Job ids name their service: `leads-UUID`."""
    service = asked.path["id"].partition("-")[0]
    if service not in SERVICES:
        raise NotFound()
    return asked.call(service, method, {"id": asked.path["id"]})
