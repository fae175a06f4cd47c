"""Writes that the service itself makes to a record: no rights, no rules of editing, one version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from chassis.journal.writing import record_events
from chassis.records.changes import Changes, changes_between, new_event, update_events
from chassis.records.effects import Effect
from chassis.records.hooks import Row
from chassis.records.rows import find_row, update_row
from chassis.stages.moving import stage_columns

if TYPE_CHECKING:
    from chassis.stages.book import Stage


class TrustedEffect(Effect):
    """What a command of the service does to a record whose caller it has already admitted."""

    def put(
        self,
        record_id: UUID,
        values: Mapping[str, Any],
        *,
        stage: Stage | None = None,
        event: str | None = None,
    ) -> Row | None:
        """Write plain columns (`values` by field, no child rows) and the move to `stage`.

        What is not the move is told as `event` in place of `updated`. None when the record is not
        there, or is in the recycle bin.
        """
        row = find_row(self.connection, self.entity, record_id, lock=True)
        return None if row is None else self.write(row, values, stage=stage, event=event)

    def write(
        self,
        row: Row,
        values: Mapping[str, Any],
        *,
        stage: Stage | None = None,
        event: str | None = None,
    ) -> Row:
        """What `put` does, to the locked `row`."""
        columns = self._columns(values)
        moved = stage is not None and self._moves(row, stage)
        if moved and stage is not None:
            columns |= stage_columns(self.entity, stage, self.now)
            if "reason" in row and stage.kind != "failure":
                columns["reason"] = None
        after = row | columns
        self._completed(after, {}, stage if moved else None)
        changes = changes_between(self.entity, row, after)
        touched = self._touched(row) if changes else {}
        after |= touched
        update_row(self.connection, self.entity, row["id"], columns | touched)
        if moved and stage is not None:
            self._enter(after, stage, moved=True)
        if changes:
            self._tell(after, changes, event)
        return after

    def remove(self, row: Row) -> Row:
        """Put the locked `row` into the recycle bin."""
        return self._place(row, "deleted", self.now, self.context.actor.id)

    def bring_back(self, row: Row) -> Row:
        """Bring the locked `row` back out of it."""
        return self._place(row, "restored", None, None)

    def tell(self, row: Row, event: str, extra: Mapping[str, Any]) -> None:
        """Journal an event about a record that did not change; `extra` goes beside its fields."""
        told = new_event(self.entity, event, row, {})
        told = replace(told, record={**told.record, **extra})
        record_events(self.connection, self.context, [told])

    def _tell(self, row: Row, changes: Changes, event: str | None) -> None:
        events = update_events(self.entity, row, changes)
        if event is not None:
            plain = f"{self.entity.name}.updated"
            told = f"{self.entity.name}.{event}"
            events = [replace(e, name=told) if e.name == plain else e for e in events]
        record_events(self.connection, self.context, events)
        self.hooks.written(
            self.connection, self.context, self.entity.name, event or "updated", row, changes
        )
