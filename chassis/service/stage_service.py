"""What every service with staged records offers for their stages, and for its jobs."""

# ruff: noqa: A002 - `id` is what the argument is called on the bus.

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import Connection

from chassis.context import Context
from chassis.errors import Malformed, NotFound
from chassis.records.commands import once
from chassis.records.reading import identifiers
from chassis.records.schema import visible_fields
from chassis.service.base import Service
from chassis.service.entrypoints import command, query
from chassis.stages.book import Stage, as_wire, hold, stages_of
from chassis.stages.demands import demandable_fields
from chassis.stages.keeping import (
    add_stage,
    change_stage,
    check_replacement,
    check_stage_version,
    is_used,
    named_stage,
    remove_stage,
)
from chassis.stages.pipelines import named_pipeline, pipelines_of
from chassis.stages.replacing import KIND, count_in, replace_stage, wait_for
from chassis.stages.wishes import Demandable, read_wish
from chassis.work.job import Job
from chassis.work.marks import job as job_of
from chassis.work.scheduling import cancel, job_name, schedule
from chassis.work.scheduling import job as job_state

if TYPE_CHECKING:
    from chassis.records.field_types.stages import StageField
    from chassis.records.writing import Records

SETTING: Final = "pipelines"
_PATIENCE_SECONDS: Final = 2.0


class StageService(Service):
    """Stages are read by every user and kept by holders of the setting `pipelines`.

    `pipeline` is the id of the pipeline that a stage is in, of entities that have pipelines.
    `activity_kinds` are the kinds of done activity that a stage may demand: those the service
    learns of.
    """

    activity_kinds: ClassVar[tuple[str, ...]] = ()

    def records(self, entity: str) -> Records:
        """The writer of `entity`; Malformed for an entity of somebody else."""
        raise NotImplementedError

    @query
    def stages(self, context: Context, entity: str, pipeline: str | None = None) -> dict[str, Any]:
        """The stages of `entity` in their order; of all its pipelines, unless one is named."""
        records, field = self.staged(entity)
        with self.parts.database.reading() as connection:
            if field.within and pipeline is None:
                known = pipelines_of(connection, entity)
                stages = stages_of(connection, entity, [one.id for one in known])
            else:
                where = self._pipeline(connection, records, field, pipeline)
                stages = stages_of(connection, entity, [where])
        return {"items": [self.stage_shown(context, stage) for stage in stages]}

    @command
    def create_stage(
        self, context: Context, entity: str, values: Any, pipeline: str | None = None
    ) -> dict[str, Any]:
        """The new stage."""
        context.rights.require_setting(SETTING)
        records, field = self.staged(entity)
        wish = read_wish(values, self.locale(context), self.demandable(entity), creating=True)

        def effect(connection: Connection) -> dict[str, Any]:
            hold(connection, entity, alone=True)
            where = self._pipeline(connection, records, field, pipeline)
            return self.stage_shown(context, add_stage(connection, context, entity, wish, where))

        request = [entity, values, pipeline]
        return once(self.parts.database, context, "create_stage", request, effect)

    @command
    def update_stage(
        self,
        context: Context,
        entity: str,
        code: str,
        values: Any,
        expected_version: Any = None,
        pipeline: str | None = None,
    ) -> dict[str, Any]:
        """The changed stage."""
        context.rights.require_setting(SETTING)
        records, field = self.staged(entity)
        wish = read_wish(values, self.locale(context), self.demandable(entity), creating=False)
        with self.parts.database.transaction() as connection:
            stages = self._held(connection, records, field, pipeline)
            stage = named_stage(stages, code)
            check_stage_version(stage, expected_version)
            table = records.entity.table
            changed = change_stage(connection, context, table, field.column, stages, stage, wish)
            return self.stage_shown(context, changed)

    @command
    def delete_stage(
        self,
        context: Context,
        entity: str,
        code: str,
        replace_with: str | None = None,
        expected_version: Any = None,
        pipeline: str | None = None,
    ) -> dict[str, Any]:
        """Remove a stage. What stands in it moves to `replace_with`: {"state": "done"} when that is
        finished within two seconds, else {"job": id}."""
        context.rights.require_setting(SETTING)
        records, field = self.staged(entity)
        with self.parts.database.transaction() as connection:
            stages = self._held(connection, records, field, pipeline)
            stage = named_stage(stages, code)
            check_stage_version(stage, expected_version)
            used = is_used(connection, records.entity.table, field.column, [stage.id])
            replacement = check_replacement(stages, stage, replace_with, used=used)
            remove_stage(connection, context, stages, stage, replacement)
            job = self.move_out(connection, context, records, [stage]) if used else None
        return self.moved_or_job(job)

    @job_of(KIND)
    def replace_stage(self, work: Job) -> dict[str, Any]:
        """Move what stands in removed stages."""
        records = self.records(work.arguments["entity"])
        return replace_stage(work, records, self.parts.holder.current)

    @query
    def job(self, context: Context, id: str) -> dict[str, Any]:
        """How far one of the user's jobs is."""
        with self.parts.database.reading() as connection:
            return job_state(connection, self.name, str(id), context.actor)

    @command
    def cancel_job(self, context: Context, id: str) -> dict[str, Any]:
        """Call off one of the user's jobs; what is done stays done."""
        with self.parts.database.transaction() as connection:
            return cancel(connection, self.name, str(id), context.actor, binding=(KIND,))

    def locale(self, context: Context) -> str | None:
        """The language of the user, else of the organisation."""
        user = context.organisation.users.get(context.actor.id) if context.actor.id else None
        default = context.organisation.settings.get("default_locale")
        return (user.locale if user else None) or (str(default) if default else None)

    def staged(self, entity: str) -> tuple[Records, StageField]:
        """The writer and the stage field of `entity`; Malformed when it has no stages."""
        records = self.records(entity)
        field = records.entity.stage_field
        if field is None:
            raise Malformed(f"{entity} has no stages.", code="unknown_entity")
        return records, field

    def demandable(self, entity: str) -> Demandable:
        """What the stages of `entity` may ask of its records."""
        return Demandable(demandable_fields(self.records(entity).entity), self.activity_kinds)

    def stage_shown(self, context: Context, stage: Stage) -> dict[str, Any]:
        """The stage as this viewer sees it."""
        names = context.rights.may_set(SETTING)
        fields = visible_fields(self.records(stage.entity).entity, context.rights)
        return as_wire(stage, self.locale(context), names=names, fields=fields)

    def move_out(
        self,
        connection: Connection,
        context: Context,
        records: Records,
        stages: Sequence[Stage],
    ) -> UUID:
        """The job that moves what stands in `stages`, which were removed."""
        ids = [stage.id for stage in stages]
        arguments = {"entity": records.entity.name, "stage_ids": [str(one) for one in ids]}
        total = count_in(connection, records, ids)
        return schedule(connection, KIND, arguments, context=context, total=total)

    def moved_or_job(self, identifier: UUID | None) -> dict[str, Any]:
        """{"state": "done"} when there is no job or it ends soon, else {"job": its id}."""
        if identifier is None or wait_for(self.parts.database, identifier, _PATIENCE_SECONDS):
            return {"state": "done"}
        return {"job": job_name(self.name, identifier)}

    def _held(
        self, connection: Connection, records: Records, field: StageField, pipeline: str | None
    ) -> list[Stage]:
        hold(connection, records.entity.name, alone=True)
        where = self._pipeline(connection, records, field, pipeline)
        return stages_of(connection, records.entity.name, [where])

    def _pipeline(
        self, connection: Connection, records: Records, field: StageField, given: str | None
    ) -> UUID | None:
        if not field.within:
            return None
        try:
            wanted = identifiers([given])[0]
        except Malformed:
            raise NotFound("There is no such pipeline.") from None
        return named_pipeline(pipelines_of(connection, records.entity.name), wanted).id
