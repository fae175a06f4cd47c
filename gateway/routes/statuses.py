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
from gateway.routes.records import ref

# Entities whose stages are called statuses and hang under their own path.
STAGED: Final = frozenset({"lead"})
_SETTING: Final = "pipelines"


def status_routes(entity: EntityContract) -> Iterator[Route]:
    """The routes of the statuses of `entity`."""
    path = f"{BASE}/{entity.plural}/statuses"
    one = f"{path}/{{code}}"
    area = f"{entity.plural} statuses"

    def remote(method: str, arguments: Any, reply: Any) -> Remote:
        return Remote(
            entity.service, method, lambda asked: {"entity": entity.name, **arguments(asked)}, reply
        )

    yield Route(
        method="GET", path=path, name=f"{entity.plural}.statuses", area=area,
        summary=f"The statuses of {entity.plural}, in order", permission=SignedIn(),
        replies={200: Reply("All statuses.", ref("StatusList"))},
        answer=remote("stages", lambda asked: {}, _items),
    )  # fmt: skip
    yield Route(
        method="POST", path=path, name=f"{entity.plural}.create_status", area=area,
        summary="Add a status", permission=Holding(_SETTING), writes=True,
        body=Body(ref("StatusCreate")), refusals=(409, 422),
        replies={201: Reply("The status.", ref("Status"), ("Location",))},
        answer=remote("create_stage", lambda asked: {"values": asked.body}, _created(path)),
    )  # fmt: skip
    yield Route(
        method="PATCH", path=one, name=f"{entity.plural}.update_status", area=area,
        summary="Change a status", permission=Holding(_SETTING), writes=True,
        body=Body(ref("StatusChange"), media_types=("application/merge-patch+json",
                                                    "application/json")),
        versioned=True, refusals=(404, 409, 412, 422),
        replies={200: Reply("The status.", ref("Status"))},
        answer=remote("update_stage", _changes, _one),
    )  # fmt: skip
    yield Route(
        method="DELETE", path=one, name=f"{entity.plural}.delete_status", area=area,
        summary="Remove a status; what stands in it moves to `replace_with`",
        permission=Holding(_SETTING), writes=True, versioned=True, refusals=(404, 409, 412, 422),
        parameters=(text("replace_with", "The code of the status that takes its place."),),
        replies={
            202: Reply("Removed; a job moves what stood in it.", ref("JobTicket"), ("Location",)),
            204: Reply("Removed; nothing stood in it."),
        },
        answer=remote("delete_stage", _replacement, _removed),
    )  # fmt: skip


def _changes(asked: Asked) -> dict[str, Any]:
    return {"code": asked.path["code"], "values": asked.body, "expected_version": asked.version}


def _replacement(asked: Asked) -> dict[str, Any]:
    return {"code": asked.path["code"], "expected_version": asked.version, **asked.query}


def _items(_asked: Asked, result: Any) -> Answer:
    return Answer(result if isinstance(result, dict) else {"items": result})


def _one(_asked: Asked, result: Any) -> Answer:
    return Answer(result)


def _created(path: str) -> Any:
    def reply(_asked: Asked, result: Mapping[str, Any]) -> Answer:
        return Answer(result, 201, {"Location": f"{path}/{result['code']}"})

    return reply


def _removed(asked: Asked, result: Mapping[str, Any] | None) -> Answer:
    job = (result or {}).get("job")
    if not job:
        return without_body(asked, result)
    return Answer({"job": job}, 202, {"Location": f"{BASE}/jobs/{job}"})
