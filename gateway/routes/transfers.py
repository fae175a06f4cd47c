"""Handing a leaver's records on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts import identity
from gateway.answers import Answer
from gateway.asked import Asked, Remote
from gateway.permissions import Holding
from gateway.registry import BASE, Body, Reply, Route
from gateway.routes.records import record_id, ref


def transfer_routes() -> Iterator[Route]:
    """The one route of transfers."""
    yield Route(
        method="POST", path=f"{BASE}/users/{{id}}/transfer", name="users.transfer", area="users",
        summary="Make others responsible for all records of a user",
        permission=Holding("users"), writes=True, repeatable=True, body=Body(ref("Transfer")),
        refusals=(404, 409, 422),
        replies={202: Reply("A job hands them on.", ref("JobTicket"), ("Location",))},
        answer=Remote(identity.SERVICE, "transfer",
                      lambda asked: {"id": record_id(asked), "wishes": asked.body}, _under_way),
    )  # fmt: skip


def _under_way(_asked: Asked, result: Mapping[str, Any]) -> Answer:
    return Answer(result, 202, {"Location": f"{BASE}/jobs/{result['job']}"})
