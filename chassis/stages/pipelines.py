"""Pipelines: the sets of stages that records of one entity can go through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, update

from chassis.context import Context
from chassis.errors import Conflict, Fault, Invalid, NotFound, Stale
from chassis.identifiers import new_id
from chassis.journal.writing import NewEvent, record_events
from chassis.stages.book import name_in
from chassis.stages.tables import PIPELINES
from chassis.stages.wishes import PipelineWish

PIPELINES_LIMIT: Final = 100


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline; `names` is by language. The first by `position` is where new records start."""

    id: UUID
    entity: str
    code: str
    names: Mapping[str, str]
    position: int
    system: bool
    version: int
    replaced_by: UUID | None


_COLUMNS: Final = [PIPELINES.c[name] for name in Pipeline.__dataclass_fields__]


def pipelines_of(connection: Connection, entity: str) -> list[Pipeline]:
    """The pipelines of `entity` in their order."""
    c = PIPELINES.c
    query = (
        select(*_COLUMNS)
        .where(c.entity == entity, c.deleted_at.is_(None))
        .order_by(c.position, c.id)
    )
    return [Pipeline(**row) for row in connection.execute(query).mappings()]


def first_pipeline(connection: Connection, entity: str) -> UUID | None:
    """Where new records of `entity` start when nothing else is said."""
    return next((pipeline.id for pipeline in pipelines_of(connection, entity)), None)


def named_pipeline(pipelines: list[Pipeline], pipeline_id: UUID) -> Pipeline:
    """The pipeline `pipeline_id`; NotFound when there is none."""
    for pipeline in pipelines:
        if pipeline.id == pipeline_id:
            return pipeline
    raise NotFound("There is no such pipeline.")


def check_pipeline_version(pipeline: Pipeline, expected: Any) -> None:
    """Raise Stale when `expected` is given and is not the pipeline's version."""
    if expected not in (None, "*", pipeline.version):
        raise Stale("Somebody changed this pipeline since.", version=pipeline.version, fields=[])


def as_wire(pipeline: Pipeline, locale: str | None, *, names: bool) -> dict[str, Any]:
    """The pipeline as the API answers it, its stages apart; `names` for those who may edit."""
    shown: dict[str, Any] = {
        "id": str(pipeline.id),
        "code": pipeline.code,
        "name": name_in(pipeline.names, locale) or pipeline.code,
        "position": pipeline.position,
        "version": pipeline.version,
    }
    return shown | {"names": dict(pipeline.names)} if names else shown


def add_pipeline(
    connection: Connection, context: Context, entity: str, wish: PipelineWish
) -> Pipeline:
    """The new pipeline, without stages yet. The stages of `entity` are held alone."""
    pipelines = pipelines_of(connection, entity)
    assert wish.code is not None and wish.names is not None
    if any(pipeline.code == wish.code for pipeline in pipelines):
        fault = Fault("/code", "duplicate", "A pipeline has this code.")
        raise Conflict("This code is taken.", code="duplicate", faults=[fault])
    if len(pipelines) >= PIPELINES_LIMIT:
        _refuse("/code", "too_many", f"At most {PIPELINES_LIMIT} pipelines.")
    made = Pipeline(new_id(), entity, wish.code, dict(wish.names), -1, False, 1, None)
    connection.execute(insert(PIPELINES).values({**_kept(made), "id": made.id, "entity": entity}))
    placed = _arrange(connection, [*pipelines, made], made, wish.position)
    _tell(connection, context, "created", placed, {"code": [None, placed.code]})
    return placed


def change_pipeline(
    connection: Connection,
    context: Context,
    pipelines: list[Pipeline],
    pipeline: Pipeline,
    wish: PipelineWish,
) -> Pipeline:
    """The changed pipeline."""
    changed = replace(pipeline, names={**pipeline.names, **(wish.names or {})})
    position = pipeline.position if wish.position is None else wish.position
    others = [changed if other.id == pipeline.id else other for other in pipelines]
    placed = _arrange(connection, others, changed, position)
    names = ("names", "position")
    pairs = {name: [getattr(pipeline, name), getattr(placed, name)] for name in names}
    changes = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    if not changes:
        return pipeline
    placed = replace(placed, version=pipeline.version + 1)
    connection.execute(update(PIPELINES).where(PIPELINES.c.id == pipeline.id).values(_kept(placed)))
    _tell(connection, context, "updated", placed, changes)
    return placed


def remove_pipeline(
    connection: Connection,
    context: Context,
    pipelines: list[Pipeline],
    pipeline: Pipeline,
    replacement: Pipeline | None,
) -> None:
    """Close `pipeline` for good: its row stays, so that old rows and history can name it."""
    successor = None if replacement is None else replacement.id
    gone = replace(pipeline, version=pipeline.version + 1, replaced_by=successor)
    columns = {"deleted_at": func.now(), "replaced_by": successor, "version": gone.version}
    connection.execute(update(PIPELINES).where(PIPELINES.c.id == pipeline.id).values(columns))
    _number(connection, [other for other in pipelines if other.id != pipeline.id])
    changes = {"replaced_by": [None, replacement.code]} if replacement else {}
    _tell(connection, context, "deleted", gone, changes)


def check_pipeline_replacement(
    pipelines: list[Pipeline], pipeline: Pipeline, replace_with: UUID | None, *, used: bool
) -> Pipeline | None:
    """The pipeline that takes the place of `pipeline`; Invalid when one is needed and cannot be
    this."""
    if len(pipelines) == 1:
        _refuse("/id", "last_pipeline", "The last pipeline stays.")
    if replace_with is None:
        if used:
            detail = "Records stand in this pipeline: say where they go."
            _refuse("/replace_with", "required", detail)
        return None
    for other in pipelines:
        if other.id == replace_with != pipeline.id:
            return other
    _refuse("/replace_with", "unknown_reference", "There is no such other pipeline.")
    return None


def _arrange(
    connection: Connection, pipelines: list[Pipeline], pipeline: Pipeline, position: int | None
) -> Pipeline:
    others = sorted((p for p in pipelines if p.id != pipeline.id), key=lambda p: p.position)
    place = len(others) if position is None else min(position, len(others))
    _number(connection, [*others[:place], pipeline, *others[place:]])
    return replace(pipeline, position=place)


def _number(connection: Connection, ordered: list[Pipeline]) -> None:
    for number, each in enumerate(ordered):
        if each.position != number:
            change = update(PIPELINES).where(PIPELINES.c.id == each.id).values(position=number)
            connection.execute(change)


def _kept(pipeline: Pipeline) -> dict[str, Any]:
    names = ("code", "names", "position", "system", "version")
    return {name: getattr(pipeline, name) for name in names}


def _tell(
    connection: Connection,
    context: Context,
    verb: str,
    pipeline: Pipeline,
    changes: dict[str, Any],
) -> None:
    told = {"id": str(pipeline.id), "entity": pipeline.entity, "deleted": verb == "deleted"}
    record = {**_kept(pipeline), **told}
    event = NewEvent(f"pipeline.{verb}", "pipeline", pipeline.id, pipeline.version, record, changes)
    record_events(connection, context, [event])


def _refuse(pointer: str, code: str, detail: str) -> None:
    raise Invalid(detail, code=code, faults=[Fault(pointer, code, detail)])
