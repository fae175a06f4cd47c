"""Conversions: turning a lead into a contact, a company and a deal, and taking that back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gateway.answers import Answer
from gateway.asked import Asked, Remote
from gateway.permissions import Granted
from gateway.registry import BASE, Body, Reply, Route
from gateway.routes.records import record_id, ref

_LEADS: Final = "leads"
_UNDER_WAY: Final = ("running", "undoing")
_REPLIES: Final = {
    200: Reply("The conversion and what it made.", ref("Conversion")),
    202: Reply("It is under way.", ref("Conversion"), ("Location",)),
}


def conversion_routes() -> Iterator[Route]:
    """The routes of conversions."""
    yield Route(
        method="POST", path=f"{BASE}/leads/{{id}}/convert", name="leads.convert", area=_LEADS,
        summary="Convert a lead; repeated or parallel calls get the same conversion",
        permission=Granted("lead", "update"), writes=True, body=Body(ref("ConversionCreate")),
        replies=_REPLIES, refusals=(404, 409, 422),
        answer=Remote(_LEADS, "convert", _wishes, _conversion),
    )  # fmt: skip
    yield Route(
        method="GET", path=f"{BASE}/leads/{{id}}/convert", name="leads.offer", area=_LEADS,
        summary="What a lead would become by itself, and who may be known already",
        permission=Granted("lead", "update"), refusals=(404, 409),
        replies={200: Reply("For each target its values.", ref("ConversionOffer"))},
        answer=Remote(_LEADS, "offer_conversion", lambda asked: {"id": record_id(asked)}),
    )  # fmt: skip
    yield Route(
        method="GET", path=f"{BASE}/conversions/{{id}}", name="conversions.get",
        area="conversions", summary="A conversion: how far it is and what it made",
        permission=Granted("lead", "read"), refusals=(404,),
        replies={200: Reply("The conversion.", ref("Conversion"))},
        answer=Remote(_LEADS, "conversion", lambda asked: {"id": record_id(asked)}),
    )  # fmt: skip
    yield Route(
        method="POST", path=f"{BASE}/conversions/{{id}}/undo", name="conversions.undo",
        area="conversions", summary="Take back what a conversion made, while it is untouched",
        permission=Granted("lead", "update"), writes=True, replies=_REPLIES,
        refusals=(404, 409, 422),
        answer=Remote(_LEADS, "undo_conversion", lambda asked: {"id": record_id(asked)},
                      _conversion),
    )  # fmt: skip


def _wishes(asked: Asked) -> dict[str, Any]:
    return {"id": record_id(asked), "wishes": asked.body}


def _conversion(_asked: Asked, result: Mapping[str, Any]) -> Answer:
    if result["state"] not in _UNDER_WAY:
        return Answer(result)
    return Answer(result, 202, {"Location": f"{BASE}/conversions/{result['id']}"})
