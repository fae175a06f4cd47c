"""One write of one record inside its transaction: create, update, delete, restore."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, select

from chassis.context import Context
from chassis.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from chassis.journal.tables import JOURNAL
from chassis.journal.writing import record_events
from chassis.records.changes import Changes, changes_between, new_event, update_events
from chassis.records.children import complete_children, insert_children, replace_children
from chassis.records.facts import facts_of
from chassis.records.hooks import Hooks, Row
from chassis.records.rates import rate_columns
from chassis.records.references import owner_faults, reference_faults, require_owner_within
from chassis.records.rows import find_row, insert_row, update_row
from chassis.records.schema import missing_values, refuse_read_only, settle_values
from chassis.records.unseen_links import with_unseen_links, without_links
from chassis.records.versions import Expected, check_version
from chassis.stages.book import Stage
from chassis.stages.moving import note_entry, plan_move, stage_columns

if TYPE_CHECKING:
    from chassis.records.entity import Record
    from chassis.records.field_types.record_links import RecordLink


class Effect:
    """What happens to a record of `model` when `context` writes it on `connection`.

    `vouched` are ids that may be referred to although they are not known here yet.
    """

    def __init__(
        self,
        connection: Connection,
        context: Context,
        model: type[Record],
        hooks: Hooks,
        vouched: frozenset[UUID] = frozenset(),
    ) -> None:
        self.connection = connection
        self.context = context
        self.model = model
        self.entity = model.entity
        self.hooks = hooks
        self.vouched = vouched
        self._unproven: list[RecordLink] = []
        self.now = datetime.now(UTC)

    def create(self, record_id: UUID, given: Mapping[str, Any]) -> Row:
        """Insert the record; an empty dict says that the id is taken."""
        values, faults = settle_values(self.entity, given, self.context.organisation)
        values = self.model.prepare(self._with_defaults(values), None, self.context)
        stage, wrong = self._planned(values, None)
        refuse_read_only(self.entity, given, self.context.rights)
        self._require_owner("add", values, stage.id if stage else None)
        self.hooks.permit(self.connection, self.context, self.entity.name, "add", None, values)
        faults += wrong + missing_values(self.entity, values, creating=True)
        faults += self._rule_faults(values, None)
        if faults and find_row(self.connection, self.entity, record_id, deleted=None):
            return {}
        self._refuse(faults)
        row = insert_row(self.connection, self.entity, self._new_columns(record_id, values, stage))
        if row is None:
            return {}
        insert_children(self.connection, self.entity, {record_id: values})
        self._completed(row, values, stage)
        self._link(row)
        if stage is not None:
            self._enter(row, stage, moved=False)
        self._journal("created", row, changes_between(self.entity, None, row))
        return row

    def update(self, record_id: UUID, given: Mapping[str, Any], expected: Expected) -> Row:
        """Change what differs. Without a difference nothing is written, not even a version."""
        row = self._reachable(record_id, "update")
        refuse_read_only(self.entity, given, self.context.rights)
        if given.get("owner_id") not in (None, row["owner_id"]):
            self._require_owner("update", given, facts_of(self.entity, row)["stage_id"])
        self.hooks.permit(
            self.connection, self.context, self.entity.name, "update", row, dict(given)
        )
        check_version(self.connection, self.context, self.entity, row, expected)
        rights = self.context.rights
        given, self._unproven = with_unseen_links(self.entity, row, given, rights)
        return self.change(row, given)

    def change(self, row: Row, given: Mapping[str, Any]) -> Row:
        """Write what `given` changes in the locked `row`, rights apart."""
        current = {name: field.value(row) for name, field in self.entity.fields.items()}
        self.model.refuse(current, given, self.context)
        values, faults = settle_values(self.entity, given, self.context.organisation)
        values = self.model.prepare(values, current, self.context)
        stage, wrong = self._planned(values, row)
        faults += wrong + missing_values(self.entity, values, creating=False)
        self._refuse(faults + self._rule_faults(values, current))
        entered = stage if stage is not None and self._moves(row, stage) else None
        columns = self._columns(values)
        columns |= rate_columns(self.entity, row, values, entered, self.context.organisation)
        if entered is not None:
            columns |= stage_columns(self.entity, entered, self.now)
        after = row | columns
        self._completed(after, values, entered)
        changes = changes_between(self.entity, row, after)
        if not changes:
            return row
        columns |= self._touched(row)
        after |= columns
        update_row(self.connection, self.entity, row["id"], columns)
        replace_children(
            self.connection,
            self.entity,
            row["id"],
            {n: v for n, v in values.items() if n in changes},
        )
        self._link(after)
        if entered is not None:
            self._enter(after, entered, moved=True)
        self._journal("updated", after, changes)
        return after

    def delete(self, record_id: UUID, expected: Expected) -> Row:
        """Put the record into the recycle bin."""
        row = self._reachable(record_id, "delete")
        self.hooks.permit(self.connection, self.context, self.entity.name, "delete", row, {})
        check_version(self.connection, self.context, self.entity, row, expected)
        self.model.refuse_deletion(row)
        return self._place(row, "deleted", self.now, self.context.actor.id)

    def restore(self, record_id: UUID) -> Row:
        """Bring the record back out of the recycle bin."""
        row = self._reachable(record_id, "delete", deleted=None)
        self.hooks.permit(self.connection, self.context, self.entity.name, "restore", row, {})
        if row["deleted_at"] is None:
            raise Conflict("This record is not in the recycle bin.", code="not_deleted")
        return self._place(row, "restored", None, None)

    def discard(self, record_id: UUID) -> Row:
        """Take back what this context's cause made; Conflict when anything else touched it."""
        row = find_row(self.connection, self.entity, record_id, lock=True)
        if row is None:
            raise NotFound("There is no such record.")
        query = (
            select(JOURNAL.c.root_cause)
            .where(JOURNAL.c.entity == self.entity.name, JOURNAL.c.record_id == record_id)
            .distinct()
        )
        causes = set(self.connection.execute(query).scalars())
        if self.context.root_cause is None or causes != {self.context.root_cause}:
            raise Conflict("Somebody has touched this since.", code="touched")
        return self._place(row, "deleted", self.now, self.context.actor.id)

    def move(self, row: Row, stage: Stage) -> Row:
        """Put the locked `row` into `stage`, rights apart; only a failure keeps its reason."""
        current = {name: field.value(row) for name, field in self.entity.fields.items()}
        values = self.model.placed({}, current, stage)
        columns = stage_columns(self.entity, stage, self.now) | self._columns(values)
        columns |= rate_columns(self.entity, row, values, stage, self.context.organisation)
        if "reason" in row and stage.kind != "failure":
            columns["reason"] = None
        after = row | columns | self._touched(row)
        self._completed(after, {}, stage)
        update_row(self.connection, self.entity, row["id"], columns | self._touched(row))
        self._enter(after, stage, moved=True)
        self._journal("updated", after, changes_between(self.entity, row, after))
        return after

    def _planned(self, values: dict[str, Any], row: Row | None) -> tuple[Stage | None, list[Fault]]:
        """Where the record stands after the write, and what stands against that. `values` gains
        what follows from it."""
        stage, faults = plan_move(self.connection, self.context, self.entity, values, row)
        if stage is None:
            return None, faults
        current = row and {name: field.value(row) for name, field in self.entity.fields.items()}
        values.update(self.model.placed(values, current, stage))
        if row is None or self._moves(row, stage):
            faults += self.hooks.stage_faults(
                self.connection, self.context, self.entity.name, stage, row, values
            )
        return stage, faults

    def _place(self, row: Row, verb: str, at: datetime | None, by: UUID | None) -> Row:
        columns = {"deleted_at": at, "deleted_by": by, **self._touched(row)}
        update_row(self.connection, self.entity, row["id"], columns)
        self._journal(verb, row | columns, {})
        return row | columns

    def _reachable(self, record_id: UUID, operation: str, *, deleted: bool | None = False) -> Row:
        """The row, locked; NotFound when unreadable, Forbidden when readable and no more."""
        row = find_row(self.connection, self.entity, record_id, lock=True, deleted=deleted)
        rights, name = self.context.rights, self.entity.name
        facts = None if row is None else facts_of(self.entity, row)
        if row is None or facts is None or not rights.covers(name, "read", facts):
            raise NotFound("There is no such record.")
        if not rights.covers(name, operation, facts):
            raise Forbidden(f"Your roles do not allow {operation} here.", code="record_forbidden")
        return row

    def _with_defaults(self, values: dict[str, Any]) -> dict[str, Any]:
        for field in self.entity.fields.values():
            given = not field.is_empty(values.get(field.name))
            if field.writable and not given and field.name not in ("id", "owner_id"):
                values[field.name] = field.nothing if field.default is None else field.default
        if self.entity.responsible and values.get("owner_id") is None:
            values["owner_id"] = self.context.actor.id
        return values

    def _require_owner(
        self, operation: str, values: Mapping[str, Any], stage_id: UUID | None
    ) -> None:
        if self.entity.responsible:
            owner = values.get("owner_id")
            require_owner_within(self.entity, operation, owner, stage_id, self.context)

    def _rule_faults(
        self, values: Mapping[str, Any], current: Mapping[str, Any] | None
    ) -> list[Fault]:
        referred = without_links(self.entity, current, self._unproven)
        return [
            *reference_faults(
                self.connection, self.entity, values, referred, self.context, self.vouched
            ),
            *owner_faults(self.entity, values, self.context),
            *self.model.check(values, current, self.context),
        ]

    def _refuse(self, faults: list[Fault]) -> None:
        if faults:
            unique = list(dict.fromkeys(faults))
            raise Invalid("A rule is broken.", code=unique[0].code, faults=unique)

    def _columns(self, values: Mapping[str, Any]) -> dict[str, Any]:
        columns: dict[str, Any] = {}
        for name, value in values.items():
            columns |= self.entity.fields[name].store(value, self.context.organisation)
        return columns

    def _new_columns(
        self, record_id: UUID, values: Mapping[str, Any], stage: Stage | None
    ) -> dict[str, Any]:
        by = self.context.actor.id
        columns = self._columns(values) | {
            "id": record_id,
            "version": 1,
            "created_at": self.now,
            "created_by": by,
            "updated_at": self.now,
            "updated_by": by,
        }
        return columns if stage is None else columns | stage_columns(self.entity, stage, self.now)

    def _touched(self, row: Row) -> dict[str, Any]:
        return {
            "version": row["version"] + 1,
            "updated_at": self.now,
            "updated_by": self.context.actor.id,
        }

    def _completed(self, row: Row, values: Mapping[str, Any], stage: Stage | None) -> None:
        """Give the written row what its table does not hold."""
        for field in self.entity.child_fields:
            row[field.name] = values.get(field.name, row.get(field.name) or [])
        if stage is not None:
            row["stage_code"] = stage.code

    def _link(self, row: Row) -> None:
        """Give the written row the facts of what it links to: they decide who reads it."""
        field = self.entity.record_links
        if field is not None:
            complete_children(self.connection, self.entity, [row], [field.name])

    def _moves(self, row: Row, stage: Stage) -> bool:
        field = self.entity.stage_field
        return field is not None and row[field.column] != stage.id

    def _enter(self, row: Row, stage: Stage, *, moved: bool) -> None:
        note_entry(
            self.connection, self.entity, row["id"], stage, self.now, self.context,
            reason=row.get("reason"), moved=moved,
        )  # fmt: skip

    def _journal(self, verb: str, row: Row, changes: Changes) -> None:
        events = (
            update_events(self.entity, row, changes)
            if verb == "updated"
            else [new_event(self.entity, verb, row, changes)]
        )
        record_events(self.connection, self.context, events)
        self.hooks.written(self.connection, self.context, self.entity.name, verb, row, changes)
