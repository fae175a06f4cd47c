"""Creating very many records at once: the same rows, points, stays and events, chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
from chassis.stages.rules import first_stage
from chassis.stages.tables import STAGE_HISTORY

if TYPE_CHECKING:
    from chassis.database.engine import Database
    from chassis.records.entity import Entity

CHUNK = 500
Values = Mapping[str, Any]


class Bulk:
    """Creates records of `entity` from values that are trusted: settled, and allowed.

    Values are by field name. Besides fields they may hold `id`, `created_at` and the code of the
    stage. Nobody's rights are asked, so this is for seeds and imports that have checked before.
    """

    def __init__(self, database: Database, entity: Entity, context: Context) -> None:
        self.database = database
        self.entity = entity
        self.context = context
        self._personal = personal_fields(entity)
        self._nothing = {
            field.name: field.nothing if field.default is None else field.default
            for field in entity.fields.values()
            if field.writable and field.name not in ("id", "owner_id")
        }

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
            row, stage = self._row(values, number, stages)
            rows.append(row)
            children[row["id"]] = values
            if stage is not None:
                stays.append(self._stay(row, stage))
            events.append(self._event(row, values, stage))
        insert_rows(connection, entity.table, rows)
        insert_children(connection, entity, children)
        insert_rows(connection, STAGE_HISTORY, stays)
        record_events(connection, self.context, events)

    def _row(
        self, values: dict[str, Any], number: int, stages: Mapping[str, Stage]
    ) -> tuple[dict[str, Any], Stage | None]:
        organisation, entity, by = self.context.organisation, self.entity, self.context.actor.id
        at: datetime = values.get("created_at") or datetime.now(UTC)
        row: dict[str, Any] = {
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
        for name in self._nothing:
            row |= entity.fields[name].store(values[name], organisation)
        field = entity.stage_field
        if field is None:
            return row, None
        stage = stages[values.get(field.name) or ""]
        return row | stage_columns(entity, stage, at), stage

    def _event(self, row: dict[str, Any], values: Values, stage: Stage | None) -> NewEvent:
        complete = {**row, "stage_code": stage.code if stage else None}
        for field in self.entity.child_fields:
            complete[field.name] = values[field.name]
        record = event_record(self.entity, complete)
        fields = self.entity.fields
        changes = {
            name: [None, value]
            for name, value in record.items()
            if name in self._nothing
            and not (fields[name].is_empty(value) or value == fields[name].nothing)
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

    def _stages(self, connection: Connection) -> dict[str, Stage]:
        """The stages by code; under "" where records start."""
        if self.entity.stage_field is None:
            return {}
        stages = hold_stages(connection, self.entity.name)
        found = {stage.code: stage for stage in stages}
        start = first_stage(stages)
        return found if start is None else found | {"": start}

    def _numbers(self, connection: Connection, count: int) -> list[int]:
        query = text(
            "SELECT nextval(pg_get_serial_sequence(:table, 'number')) FROM generate_series(1, :n)"
        )
        values = {"table": self.entity.table.name, "n": count}
        return [int(number) for number in connection.execute(query, values).scalars()]
