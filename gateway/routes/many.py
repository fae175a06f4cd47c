"""The same change to many records: a job, which tells what became of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.speech import EntityContract
from gateway.answers import Answer
from gateway.asked import Asked, Remote
from gateway.permissions import Granted
from gateway.registry import BASE, Body, Reply, Route
from gateway.routes.records import ref


def many_routes(entity: EntityContract) -> Iterator[Route]:
    """The one route of `entity`; which right it needs beside reading, the action decides."""
    yield Route(
        method="POST", path=f"{BASE}/{entity.plural}/bulk", name=f"{entity.plural}.bulk",
        area=entity.plural, permission=Granted(entity.name, "read"), writes=True, repeatable=True,
        summary=f"Change, delete or restore many {entity.plural}: up to 500",
        body=Body(ref("ManyChange")), refusals=(422,),
        replies={202: Reply("A job does it; its `result` is a ManyOutcome.", ref("JobTicket"),
                            ("Location",))},
        answer=Remote(entity.service, "change_many",
                      lambda asked: {"entity": entity.name, "wish": asked.body}, _under_way),
    )  # fmt: skip


def _under_way(_asked: Asked, result: Mapping[str, Any]) -> Answer:
    return Answer(result, 202, {"Location": f"{BASE}/jobs/{result['job']}"})
