"""Pipelines, their stages, and the board of the records that go through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from contracts.speech import EntityContract
from gateway import parameters
from gateway.answers import Answer
from gateway.asked import Asked, Remote
from gateway.parameters import text
from gateway.permissions import Granted, Holding, SignedIn
from gateway.registry import BASE, Body, Reply, Route
from gateway.routes.records import MERGE_PATCH, record_id, ref, schema_name
from gateway.routes.statuses import (
    REMOVED,
    changes_of,
    created_below,
    items_of,
    one_of,
    removed,
    replacement_of,
)

_SETTING: Final = "pipelines"
_PATH: Final = f"{BASE}/pipelines"
_ONE: Final = f"{_PATH}/{{id}}"
_STAGES: Final = f"{_ONE}/stages"
_IN_PLACE: Final = parameters.identifier("replace_with", "The pipeline that takes its place.")
_NEXT: Final = text("replace_with", "The code of the stage that takes its place.")
_BOARD: Final = (
    text("pipeline", "The id or code of the pipeline; the first one by default."),
    text("stage", "The code of a stage: that column alone, which `cursor` goes on with."),
    *(parameter for parameter in parameters.LIST if parameter.name != "count"),
)


def pipeline_routes(entity: EntityContract) -> Iterator[Route]:
    """The routes of the pipelines of `entity`, and of its board."""
    rows = _Rows(entity)
    yield from rows.pipelines()
    yield from rows.stages()
    yield rows.board()


def stay_route(entity: EntityContract) -> Route:
    """The route that tells in which stages a record stood."""
    return Route(
        method="GET", path=f"{BASE}/{entity.plural}/{{id}}/stages", name=f"{entity.plural}.stays",
        area=entity.plural, summary=f"In which stages a {entity.name} stood, and how long",
        permission=Granted(entity.name, "read"), refusals=(404,),
        replies={200: Reply("Its stays, the first one first.", ref("Stays"))},
        answer=Remote(
            entity.service, "stays",
            lambda asked: {"entity": entity.name, "id": record_id(asked)},
        ),
    )  # fmt: skip


class _Rows:
    def __init__(self, entity: EntityContract) -> None:
        self.entity = entity

    def row(self, method: str, path: str, name: str, **parts: Any) -> Route:
        return Route(method=method, path=path, name=f"pipelines.{name}", area="pipelines", **parts)

    def remote(
        self,
        method: str,
        arguments: Callable[[Asked], Mapping[str, Any]],
        reply: Callable[[Asked, Any], Answer],
    ) -> Remote:
        name = self.entity.name
        return Remote(
            self.entity.service, method, lambda asked: {"entity": name, **arguments(asked)}, reply
        )

    def pipelines(self) -> Iterator[Route]:
        yield self.row(
            "GET", _PATH, "list", summary="The pipelines in order, each with its stages",
            permission=SignedIn(), replies={200: Reply("All pipelines.", ref("PipelineList"))},
            answer=self.remote("pipelines", lambda asked: {}, items_of),
        )  # fmt: skip
        yield self.row(
            "POST", _PATH, "create", summary="Add a pipeline, with its stages or the usual ones",
            writes=True, repeatable=True,
            permission=Holding(_SETTING), body=Body(ref("PipelineCreate")),
            refusals=(409, 422),
            replies={201: Reply("The pipeline.", ref("Pipeline"), ("Location",),
                                leads_to=("pipelines.get", "pipelines.update"))},
            answer=self.remote("create_pipeline", lambda asked: {"values": asked.body}, _created),
        )  # fmt: skip
        yield self.row(
            "GET", _ONE, "get", summary="A pipeline with its stages", permission=SignedIn(),
            replies={200: Reply("The pipeline.", ref("Pipeline"))}, refusals=(404,),
            answer=self.remote("pipeline", _id, one_of),
        )  # fmt: skip
        yield self.row(
            "PATCH", _ONE, "update", summary="Rename or move a pipeline", writes=True,
            permission=Holding(_SETTING), versioned=True, refusals=(404, 409, 412, 422),
            body=Body(ref("PipelineChange"), media_types=MERGE_PATCH),
            replies={200: Reply("The pipeline.", ref("Pipeline"))},
            answer=self.remote("update_pipeline", _changed, one_of),
        )  # fmt: skip
        yield self.row(
            "DELETE", _ONE, "delete", writes=True, permission=Holding(_SETTING), versioned=True,
            summary="Remove a pipeline; what stands in it moves to `replace_with`",
            parameters=(_IN_PLACE,), replies=REMOVED, refusals=(404, 409, 412, 422),
            answer=self.remote("delete_pipeline", _replaced, removed),
        )  # fmt: skip

    def stages(self) -> Iterator[Route]:
        yield self.row(
            "GET", _STAGES, "stages", summary="The stages of a pipeline, in order",
            permission=SignedIn(), replies={200: Reply("All stages.", ref("StatusList"))},
            refusals=(404,), answer=self.remote("stages", _pipeline, items_of),
        )  # fmt: skip
        yield self.row(
            "POST", _STAGES, "create_stage", summary="Add a stage to a pipeline",
            writes=True, repeatable=True,
            permission=Holding(_SETTING), body=Body(ref("StatusCreate")),
            refusals=(404, 409, 422),
            replies={201: Reply("The stage.", ref("Status"), ("Location",))},
            answer=self.remote("create_stage", _new_stage, created_below(_STAGES)),
        )  # fmt: skip
        yield self.row(
            "PATCH", f"{_STAGES}/{{code}}", "update_stage", summary="Change a stage", writes=True,
            permission=Holding(_SETTING), versioned=True, refusals=(404, 409, 412, 422),
            body=Body(ref("StatusChange"), media_types=MERGE_PATCH),
            replies={200: Reply("The stage.", ref("Status"))},
            answer=self.remote(
                "update_stage", lambda asked: {**changes_of(asked), **_pipeline(asked)}, one_of
            ),
        )  # fmt: skip
        yield self.row(
            "DELETE", f"{_STAGES}/{{code}}", "delete_stage", writes=True,
            summary="Remove a stage; what stands in it moves to `replace_with`",
            permission=Holding(_SETTING), versioned=True, parameters=(_NEXT,), replies=REMOVED,
            refusals=(404, 409, 412, 422),
            answer=self.remote(
                "delete_stage", lambda asked: {**replacement_of(asked), **_pipeline(asked)}, removed
            ),
        )  # fmt: skip

    def board(self) -> Route:
        plural = self.entity.plural
        return Route(
            method="GET", path=f"{BASE}/{plural}/board", name=f"{plural}.board", area=plural,
            summary=f"The stages of a pipeline as columns of {plural}, with counts and totals",
            permission=Granted(self.entity.name, "read"), parameters=_BOARD, refusals=(404, 422),
            replies={200: Reply("The board.", ref(f"{schema_name(self.entity)}Board"))},
            answer=self.remote("board", lambda asked: {"query": dict(asked.query)}, one_of),
        )  # fmt: skip


def _id(asked: Asked) -> dict[str, Any]:
    return {"id": record_id(asked)}


def _pipeline(asked: Asked) -> dict[str, Any]:
    return {"pipeline": record_id(asked)}


def _new_stage(asked: Asked) -> dict[str, Any]:
    return {"values": asked.body, **_pipeline(asked)}


def _changed(asked: Asked) -> dict[str, Any]:
    return {**_id(asked), "values": asked.body, "expected_version": asked.version}


def _replaced(asked: Asked) -> dict[str, Any]:
    return {**_id(asked), "expected_version": asked.version, **asked.query}


def _created(_asked: Asked, result: Mapping[str, Any]) -> Answer:
    return Answer(result, 201, {"Location": f"{_PATH}/{result['id']}"})
