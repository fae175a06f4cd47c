"""The statuses of entities that have them: rows that administrators add, rename and replace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from contracts.speech import EntityContract
from gateway.answers import Answer
from gateway.asked import Asked, Remote, without_body
from gateway.parameters import text
from gateway.permissions import Holding, SignedIn
from gateway.registry import BASE, Body, Reply, Route
from gateway.routes.records import MERGE_PATCH, ref

# Entities whose stages are called statuses and hang under their own path.
STAGED: Final = frozenset({"lead"})
_SETTING: Final = "pipelines"
_REMOVAL: Final = "Remove a status; what stands in it moves to `replace_with`"
_REPLACEMENT: Final = text("replace_with", "The code of the status that takes its place.")
REMOVED: Final = {
    202: Reply("Removed; a job moves what stood in it.", ref("JobTicket"), ("Location",)),
    204: Reply("Removed; what stood in it has moved."),
}


def status_routes(entity: EntityContract) -> Iterator[Route]:
    """The routes of the statuses of `entity`."""
    path = f"{BASE}/{entity.plural}/statuses"

    def row(method: str, where: str, name: str, **parts: Any) -> Route:
        area = f"{entity.plural} statuses"
        return Route(method=method, path=where, name=f"{entity.plural}.{name}", area=area, **parts)

    def remote(method: str, arguments: Any, reply: Any) -> Remote:
        return Remote(
            entity.service, method, lambda asked: {"entity": entity.name, **arguments(asked)}, reply
        )

    yield row(
        "GET", path, "statuses", summary=f"The statuses of {entity.plural}, in order",
        permission=SignedIn(), replies={200: Reply("All statuses.", ref("StatusList"))},
        answer=remote("stages", lambda asked: {}, items_of),
    )  # fmt: skip
    yield row(
        "POST", path, "create_status", summary="Add a status", writes=True, repeatable=True,
        permission=Holding(_SETTING), body=Body(ref("StatusCreate")), refusals=(409, 422),
        replies={201: Reply("The status.", ref("Status"), ("Location",))},
        answer=remote("create_stage", lambda asked: {"values": asked.body}, created_below(path)),
    )  # fmt: skip
    yield row(
        "PATCH", f"{path}/{{code}}", "update_status", summary="Change a status", writes=True,
        permission=Holding(_SETTING), body=Body(ref("StatusChange"), media_types=MERGE_PATCH),
        versioned=True, refusals=(404, 409, 412, 422),
        replies={200: Reply("The status.", ref("Status"))},
        answer=remote("update_stage", changes_of, one_of),
    )  # fmt: skip
    yield row(
        "DELETE", f"{path}/{{code}}", "delete_status", summary=_REMOVAL, writes=True,
        permission=Holding(_SETTING), versioned=True, refusals=(404, 409, 412, 422),
        parameters=(_REPLACEMENT,), replies=REMOVED,
        answer=remote("delete_stage", replacement_of, removed),
    )  # fmt: skip


def changes_of(asked: Asked) -> dict[str, Any]:
    """The arguments of a change of what the path names by its code."""
    return {"code": asked.path["code"], "values": asked.body, "expected_version": asked.version}


def replacement_of(asked: Asked) -> dict[str, Any]:
    """The arguments of a removal of what the path names by its code."""
    return {"code": asked.path["code"], "expected_version": asked.version, **asked.query}


def items_of(_asked: Asked, result: Any) -> Answer:
    """The items of a result."""
    return Answer(result if isinstance(result, dict) else {"items": result})


def one_of(_asked: Asked, result: Any) -> Answer:
    """The one thing that a result is."""
    return Answer(result)


def created_below(path: str) -> Any:
    """A 201 whose Location is the code below `path`, a template over the path of the request."""

    def reply(asked: Asked, result: Mapping[str, Any]) -> Answer:
        return Answer(result, 201, {"Location": f"{path.format(**asked.path)}/{result['code']}"})

    return reply


def removed(asked: Asked, result: Mapping[str, Any] | None) -> Answer:
    """A 204, or a 202 with the job that still moves what stood there."""
    job = (result or {}).get("job")
    if not job:
        return without_body(asked, result)
    return Answer({"job": job}, 202, {"Location": f"{BASE}/jobs/{job}"})
