"""What a service offers whose records go through one of several pipelines."""

# ruff: noqa: A002 - `id` is what the argument is called on the bus.

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from chassis.context import Context
from chassis.errors import Fault, Invalid, Malformed, NotFound
from chassis.records.commands import once
from chassis.records.figures import gather
from chassis.records.query.board import board
from chassis.records.reading import identifiers
from chassis.service.entrypoints import command, query
from chassis.service.record_service import RecordService
from chassis.service.stage_service import SETTING
from chassis.stages.book import Stage, hold, stages_of
from chassis.stages.keeping import insert_stage, is_used, remove_stage, tell_of_stage
from chassis.stages.mapping import mapped_stage
from chassis.stages.pipelines import (
    Pipeline,
    add_pipeline,
    as_wire,
    change_pipeline,
    check_pipeline_replacement,
    check_pipeline_version,
    named_pipeline,
    pipelines_of,
    remove_pipeline,
)
from chassis.stages.wishes import Wish, read_pipeline_wish
from chassis.work.job import Job

GATHER: Final = "figures.gather"


class PipelineService(RecordService):
    """Pipelines are read by every user and kept by holders of the setting `pipelines`."""

    def default_stages(self, entity: str) -> Sequence[Wish]:
        """The stages of a new pipeline for which none are named."""
        raise NotImplementedError

    def daily_work(self) -> Mapping[str, Callable[[Any], Any]]:
        """The figures of boards are added up."""
        return {**super().daily_work(), GATHER: self._gather_figures}

    def _gather_figures(self, job: Job) -> None:
        with job.database.transaction() as connection:
            for model in self.entities:
                if model.entity.figures is not None:
                    gather(connection, model.entity.figures)

    @query
    def pipelines(self, context: Context, entity: str) -> dict[str, Any]:
        """The pipelines of `entity` in their order, each with its stages."""
        self.staged(entity)
        with self.parts.database.reading() as connection:
            known = pipelines_of(connection, entity)
            return {"items": self._shown(connection, context, entity, known)}

    @query
    def pipeline(self, context: Context, entity: str, id: str) -> dict[str, Any]:
        """One pipeline with its stages."""
        self.staged(entity)
        with self.parts.database.reading() as connection:
            found = named_pipeline(pipelines_of(connection, entity), self._pipeline_id(id))
            return self._shown(connection, context, entity, [found])[0]

    @command
    def create_pipeline(self, context: Context, entity: str, values: Any) -> dict[str, Any]:
        """The new pipeline, with the stages that `values` names or the usual ones."""
        context.rights.require_setting(SETTING)
        self.staged(entity)
        locale, demandable = self.locale(context), self.demandable(entity)
        wish = read_pipeline_wish(values, locale, demandable, creating=True)
        wanted = self.default_stages(entity) if wish.stages is None else wish.stages

        def effect(connection: Connection) -> dict[str, Any]:
            hold(connection, entity, alone=True)
            made = add_pipeline(connection, context, entity, wish)
            for position, each in enumerate(wanted):
                stage = insert_stage(connection, entity, each, made.id, position)
                change = {"code": [None, stage.code]}
                tell_of_stage(connection, context, "created", stage, change)
            return self._shown(connection, context, entity, [made])[0]

        return once(self.parts.database, context, "create_pipeline", [entity, values], effect)

    @command
    def update_pipeline(
        self, context: Context, entity: str, id: str, values: Any, expected_version: Any = None
    ) -> dict[str, Any]:
        """The changed pipeline."""
        context.rights.require_setting(SETTING)
        self.staged(entity)
        locale, demandable = self.locale(context), self.demandable(entity)
        wish = read_pipeline_wish(values, locale, demandable, creating=False)
        with self.parts.database.transaction() as connection:
            hold(connection, entity, alone=True)
            known = pipelines_of(connection, entity)
            found = named_pipeline(known, self._pipeline_id(id))
            check_pipeline_version(found, expected_version)
            changed = change_pipeline(connection, context, known, found, wish)
            return self._shown(connection, context, entity, [changed])[0]

    @command
    def delete_pipeline(
        self,
        context: Context,
        entity: str,
        id: str,
        replace_with: str | None = None,
        expected_version: Any = None,
    ) -> dict[str, Any]:
        """Remove a pipeline with its stages. What stands in them moves to those that stand for them
        in the pipeline `replace_with`; answers as `delete_stage` does."""
        context.rights.require_setting(SETTING)
        records, field = self.staged(entity)
        with self.parts.database.transaction() as connection:
            hold(connection, entity, alone=True)
            known = pipelines_of(connection, entity)
            found = named_pipeline(known, self._pipeline_id(id))
            check_pipeline_version(found, expected_version)
            stages = stages_of(connection, entity, [found.id])
            ids = [stage.id for stage in stages]
            used = is_used(connection, records.entity.table, field.column, ids)
            target = self._replacement_id(replace_with)
            replacement = check_pipeline_replacement(known, found, target, used=used)
            self._remove_stages(connection, context, stages, replacement)
            remove_pipeline(connection, context, known, found, replacement)
            job = self.move_out(connection, context, records, stages) if used else None
        return self.moved_or_job(job)

    @query
    def board(self, context: Context, entity: str, query: Mapping[str, Any]) -> dict[str, Any]:
        """The columns of a pipeline with their first records, counts and totals by currency."""
        records = self.records(entity)
        context.rights.require(entity, "read")
        with self.parts.database.reading() as connection:
            found = board(connection, context, records.model, query)
        return {
            "pipeline": as_wire(found.pipeline, self.locale(context), names=False),
            "columns": found.columns_shown(lambda stage: self.stage_shown(context, stage)),
        }

    def _remove_stages(
        self,
        connection: Connection,
        context: Context,
        stages: list[Stage],
        replacement: Pipeline | None,
    ) -> None:
        successors = (
            []
            if replacement is None
            else stages_of(connection, replacement.entity, [replacement.id])
        )
        for stage in stages:
            remove_stage(connection, context, [], stage, mapped_stage(successors, stage))

    def _shown(
        self,
        connection: Connection,
        context: Context,
        entity: str,
        pipelines: Sequence[Pipeline],
    ) -> list[dict[str, Any]]:
        if not pipelines:
            return []
        stages = stages_of(connection, entity, [pipeline.id for pipeline in pipelines])
        names = context.rights.may_set(SETTING)
        return [
            as_wire(pipeline, self.locale(context), names=names)
            | {
                "stages": [
                    self.stage_shown(context, stage)
                    for stage in stages
                    if stage.pipeline_id == pipeline.id
                ]
            }
            for pipeline in pipelines
        ]

    def _pipeline_id(self, given: Any) -> UUID:
        try:
            return identifiers([given])[0]
        except Malformed:
            raise NotFound("There is no such pipeline.") from None

    def _replacement_id(self, given: Any) -> UUID | None:
        if given is None:
            return None
        try:
            return identifiers([given])[0]
        except Malformed:
            fault = Fault("/replace_with", "unknown_reference", "There is no such pipeline.")
            raise Invalid(fault.detail, code=fault.code, faults=[fault]) from None
