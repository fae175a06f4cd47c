"""Creating very many records at once: the same rows, points, stays and events, chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, text

from chassis.context import Context
from chassis.identifiers import new_id
from chassis.journal.writing import NewEvent, record_events
from chassis.records.changes import event_record, personal_fields
from chassis.records.children import insert_children
from chassis.records.inserting import insert_rows
from chassis.stages.book import Stage, hold_stages
from chassis.stages.moving import stage_columns
from chassis.stages.pipelines import pipelines_of
from chassis.stages.tables import STAGE_HISTORY

if TYPE_CHECKING:
    from chassis.database.engine import Database
    from chassis.records.entity import Entity

CHUNK = 500
Values = Mapping[str, Any]
Row = dict[str, Any]
CreatedMany = Callable[[Connection, Context, str, Sequence[Row]], None]
Stages = dict[tuple[UUID | None, str], Stage]


def _nothing_more(
    _connection: Connection, _context: Context, _entity: str, _rows: Sequence[Row]
) -> None:
    """What most services have to do as soon as records are there."""


class Bulk:
    """Creates records of `entity` from values that are trusted: settled, and allowed.

    Values are by field name. Besides fields they may hold `id`, `created_at`, `created_by` and the
    code of the stage. Nobody's rights are asked, so this is for seeds and imports that have checked
    before.
    `created` is told of each chunk in its transaction: rows with their values by field.
    """

    def __init__(
        self,
        database: Database,
        entity: Entity,
        context: Context,
        created: CreatedMany = _nothing_more,
    ) -> None:
        self.database = database
        self._created = created
        self.entity = entity
        self.context = context
        self._personal = personal_fields(entity)
        self._written = [
            field
            for field in entity.fields.values()
            if not field.system and field.name not in ("id", "owner_id")
        ]
        self._nothing = {
            field.name: field.nothing if field.default is None else field.default
            for field in self._written
        }
        # What every row holds of the fields that its record says nothing of.
        self._template: Row = {
            name: field.nothing if field.system else None
            for field in entity.fields.values()
            for name in field.column_names
        }
        for field in self._written:
            self._template |= field.store(self._nothing[field.name], context.organisation)
        # The fields that a record may have a value in though it says nothing of them.
        staged = entity.stage_field
        self._always = {field.name for field in self._written if field.default is not None}
        self._always.update(staged.telling if staged else ())

    def create(
        self, records: Iterable[Values], progress: Callable[[int], None] = lambda done: None
    ) -> int:
        """Create them all, a transaction each chunk; says how many. `progress` hears of each."""
        done, remaining = 0, iter(records)
        while chunk := list(islice(remaining, CHUNK)):
            with self.database.transaction() as connection:
                self._create_chunk(connection, chunk)
            done += len(chunk)
            progress(done)
        return done

    def _create_chunk(self, connection: Connection, chunk: list[Values]) -> None:
        entity = self.entity
        stages = self._stages(connection)
        numbers = self._numbers(connection, len(chunk))
        rows: list[dict[str, Any]] = []
        children: dict[UUID, Values] = {}
        stays: list[dict[str, Any]] = []
        events: list[NewEvent] = []
        for number, given in zip(numbers, chunk, strict=True):
            values = {**self._nothing, **given}
            stage = self._stage(values, stages)
            if stage is not None:
                values = entity.model.placed(values, None, stage)
            row = self._row(values, number, stage)
            rows.append(row)
            children[row["id"]] = values
            if stage is not None:
                stays.append(self._stay(row, stage))
            events.append(self._event(row, values, stage))
        insert_rows(connection, entity.table, rows)
        insert_children(connection, entity, children)
        insert_rows(connection, STAGE_HISTORY, stays)
        record_events(connection, self.context, events)
        complete = [{**row, **children[row["id"]]} for row in rows]
        self._created(connection, self.context, entity.name, complete)

    def _row(self, values: Values, number: int, stage: Stage | None) -> dict[str, Any]:
        organisation, entity = self.context.organisation, self.entity
        by = values.get("created_by", self.context.actor.id)
        at: datetime = values.get("created_at") or datetime.now(UTC)
        row = self._template | {
            "id": values.get("id") or new_id(),
            "version": 1,
            "number": number,
            "created_at": at,
            "created_by": by,
            "updated_at": at,
            "updated_by": by,
            "deleted_at": None,
            "deleted_by": None,
            "owner_id": values.get("owner_id", by),
        }
        for name in self._said(values):
            row |= entity.fields[name].store(values[name], organisation)
        return row if stage is None else row | stage_columns(entity, stage, at)

    def _said(self, values: Values) -> Iterator[str]:
        """The fields of which a record says something."""
        for name, nothing in self._nothing.items():
            if values[name] is not nothing:
                yield name

    def _stage(self, values: Values, stages: Stages) -> Stage | None:
        field = self.entity.stage_field
        if field is None:
            return None
        return stages[values.get(field.within), values.get(field.name) or ""]

    def _event(self, row: dict[str, Any], values: Values, stage: Stage | None) -> NewEvent:
        complete = {**row, "stage_code": stage.code if stage else None}
        for field in self.entity.child_fields:
            complete[field.name] = values[field.name]
        record = event_record(self.entity, complete)
        fields = self.entity.fields
        named = self._always.union(self._said(values))
        changes = {
            name: [None, value]
            for name, value in record.items()
            if name in named and not (fields[name].is_empty(value) or value == fields[name].nothing)
        }
        return NewEvent(
            f"{self.entity.name}.created", self.entity.name, row["id"], 1, record, changes,
            self._personal, row["created_at"],
        )  # fmt: skip

    def _stay(self, row: dict[str, Any], stage: Stage) -> dict[str, Any]:
        return {
            "entity": self.entity.name,
            "record_id": row["id"],
            "stage_id": stage.id,
            "entered_at": row["created_at"],
            "actor_id": row["created_by"],
            "reason": row.get("reason"),
        }

    def _stages(self, connection: Connection) -> Stages:
        """The stages by pipeline and code; under "" where records start, and under no pipeline
        those of the first one."""
        field = self.entity.stage_field
        if field is None:
            return {}
        name = self.entity.name
        pipelines: list[UUID | None] = [None]
        if field.within:
            pipelines = [pipeline.id for pipeline in pipelines_of(connection, name)]
        found: Stages = {}
        for stage in hold_stages(connection, name, pipelines):
            found[stage.pipeline_id, stage.code] = stage
            found.setdefault((stage.pipeline_id, ""), stage)
        first = {code: stage for (where, code), stage in found.items() if where == pipelines[0]}
        return found | {(None, code): stage for code, stage in first.items()}

    def _numbers(self, connection: Connection, count: int) -> list[int]:
        query = text(
            "SELECT nextval(pg_get_serial_sequence(:table, 'number')) FROM generate_series(1, :n)"
        )
        values = {"table": self.entity.table.name, "n": count}
        return [int(number) for number in connection.execute(query, values).scalars()]
