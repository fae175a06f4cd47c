"""What every service with staged records offers for their stages, and for its jobs."""

# ruff: noqa: A002 - `id` is what the argument is called on the bus.

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Connection

from chassis.context import Context
from chassis.errors import Malformed
from chassis.service.base import Service
from chassis.service.entrypoints import command, query
from chassis.stages.book import Stage, as_wire, hold_stages, stages_of
from chassis.stages.keeping import (
    add_stage,
    change_stage,
    check_replacement,
    check_stage_version,
    is_used,
    named_stage,
    remove_stage,
)
from chassis.stages.replacing import KIND, count_in, replace_stage, wait_for
from chassis.stages.wishes import read_wish
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
    """Stages are read by every user and kept by holders of the setting `pipelines`."""

    def records(self, entity: str) -> Records:
        """The writer of `entity`; Malformed for an entity of somebody else."""
        raise NotImplementedError

    @query
    def stages(self, context: Context, entity: str) -> dict[str, Any]:
        """The stages of `entity` in their order."""
        self._staged(entity)
        with self.parts.database.reading() as connection:
            stages = stages_of(connection, entity)
        return {"items": [self._shown(context, stage) for stage in stages]}

    @command
    def create_stage(self, context: Context, entity: str, values: Any) -> dict[str, Any]:
        """The new stage."""
        context.rights.require_setting(SETTING)
        self._staged(entity)
        wish = read_wish(values, self.locale(context), creating=True)
        with self.parts.database.transaction() as connection:
            return self._shown(context, add_stage(connection, context, entity, wish))

    @command
    def update_stage(
        self, context: Context, entity: str, code: str, values: Any, expected_version: Any = None
    ) -> dict[str, Any]:
        """The changed stage."""
        context.rights.require_setting(SETTING)
        records, field = self._staged(entity)
        wish = read_wish(values, self.locale(context), creating=False)
        with self.parts.database.transaction() as connection:
            stages = hold_stages(connection, entity, alone=True)
            stage = named_stage(stages, code)
            check_stage_version(stage, expected_version)
            table = records.entity.table
            changed = change_stage(connection, context, table, field.column, stages, stage, wish)
            return self._shown(context, changed)

    @command
    def delete_stage(
        self,
        context: Context,
        entity: str,
        code: str,
        replace_with: str | None = None,
        expected_version: Any = None,
    ) -> dict[str, Any]:
        """Remove a stage. What stands in it moves to `replace_with`: {"state": "done"} when that is
        finished within two seconds, else {"job": id}."""
        context.rights.require_setting(SETTING)
        records, field = self._staged(entity)
        with self.parts.database.transaction() as connection:
            stages = hold_stages(connection, entity, alone=True)
            stage = named_stage(stages, code)
            check_stage_version(stage, expected_version)
            used = is_used(connection, records.entity.table, field.column, stage.id)
            replacement = check_replacement(stages, stage, replace_with, used=used)
            remove_stage(connection, context, stages, stage, replacement)
            identifier = self._schedule(connection, context, records, stage) if used else None
        if identifier is None or wait_for(self.parts.database, identifier, _PATIENCE_SECONDS):
            return {"state": "done"}
        return {"job": job_name(self.name, identifier)}

    @job_of(KIND)
    def replace_stage(self, work: Job) -> dict[str, Any]:
        """Move what stands in a removed stage."""
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
            return cancel(connection, self.name, str(id), context.actor)

    def locale(self, context: Context) -> str | None:
        """The language of the user, else of the organisation."""
        user = context.organisation.users.get(context.actor.id) if context.actor.id else None
        default = context.organisation.settings.get("default_locale")
        return (user.locale if user else None) or (str(default) if default else None)

    def _staged(self, entity: str) -> tuple[Records, StageField]:
        records = self.records(entity)
        field = records.entity.stage_field
        if field is None:
            raise Malformed(f"{entity} has no stages.", code="unknown_entity")
        return records, field

    def _shown(self, context: Context, stage: Stage) -> dict[str, Any]:
        names = context.rights.may_set(SETTING)
        return as_wire(stage, self.locale(context), names=names)

    def _schedule(
        self, connection: Connection, context: Context, records: Records, stage: Stage
    ) -> UUID:
        total = count_in(connection, records, stage.id)
        arguments = {"entity": records.entity.name, "stage_id": str(stage.id)}
        return schedule(connection, KIND, arguments, context=context, total=total)
