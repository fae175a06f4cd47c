"""What every service that owns records offers for them, whatever they are."""

# ruff: noqa: A002 - `id` is what the argument is called on the bus.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from sqlalchemy import Connection, select

from chassis.access.explain import explain as explained
from chassis.context import Context
from chassis.errors import Forbidden, Malformed, NotFound
from chassis.records.children import complete_children
from chassis.records.confirming import confirmed
from chassis.records.describe import describe, schema_for
from chassis.records.dump import complete, dump, labels_for
from chassis.records.entity import Entity, Record
from chassis.records.facts import fact_columns, facts_of
from chassis.records.history import history_page
from chassis.records.hooks import Hooks, Row
from chassis.records.query.page import read_page
from chassis.records.query.report import check_query, read_report
from chassis.records.reading import chosen_fields, chosen_includes, identifiers
from chassis.records.rows import find_row
from chassis.records.schema import visible_fields
from chassis.records.versions import Expected
from chassis.records.writing import Records
from chassis.service.base import Parts
from chassis.service.entrypoints import command, query
from chassis.service.handing_over import HandingOver
from chassis.stages.stays import stays_of
from contracts.catalogue import SPEAKERS

Many = list[dict[str, Any]]


class RecordService(Hooks, HandingOver):
    """Reads and writes the records of `entities` for the callers' users.

    Services override its `Hooks` to add to each write, in its transaction.
    """

    entities: ClassVar[tuple[type[Record], ...]] = ()

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._records = {model.entity.name: Records(parts, model, self) for model in self.entities}

    def records(self, entity: str) -> Records:
        """The writer of `entity`; Malformed for an entity of somebody else."""
        try:
            return self._records[entity]
        except (KeyError, TypeError):
            raise Malformed(f"{self.name} owns no such entity.", code="unknown_entity") from None

    @query(callers=SPEAKERS)
    def describe(self, context: Context) -> Many:
        """Every entity of the service with its fields and JSON schemas, rights apart."""
        return [describe(records.entity) for records in self._records.values()]

    @query
    def schema(self, context: Context, entity: str) -> dict[str, Any]:
        """What this user needs to draw a form."""
        model = self.records(entity).entity
        context.rights.require(entity, "read")
        stages = self.stages(context, entity)["items"] if model.stage_field else None
        return schema_for(model, context.rights, self.locale(context), stages)

    @query
    def list(self, context: Context, entity: str, query: dict[str, Any]) -> dict[str, Any]:
        """A page of the records that the user may read and that match."""
        records = self.records(entity)
        context.rights.require(entity, "read")
        with self.parts.database.reading() as connection:
            page = read_page(connection, context, records.model, query)
        return replace(page, rows=self.confirmed(context, entity, page.rows)).answer()

    @query
    def check_query(self, context: Context, entity: str, query: dict[str, Any]) -> None:
        """Refuse what a list or a report of this user's would refuse in `query`: its filter, sort,
        fields and group."""
        records = self.records(entity)
        with self.parts.database.reading() as connection:
            check_query(connection, context, records.model, query)

    @query
    def report(self, context: Context, entity: str, query: dict[str, Any]) -> dict[str, Any]:
        """Figures over the records that the user may read and that match, group by group."""
        records = self.records(entity)
        context.rights.require(entity, "read")
        with self.parts.database.reading() as connection:
            return read_report(connection, context, records.model, query)

    @query
    def get(
        self, context: Context, entity: str, id: str, fields: Any = None, include: Any = None
    ) -> dict[str, Any]:
        """One record; NotFound when it is absent or unreadable."""
        model = self.records(entity).entity
        context.rights.require(entity, "read")
        shown = chosen_fields(model, context.rights, fields)
        included = chosen_includes(model, context.rights, include)
        with self.parts.database.reading() as connection:
            row = self._readable_row(connection, context, model, id)
            labels = (
                labels_for(connection, model, [row], included, context.rights) if included else {}
            )
        rows = self.confirmed(context, entity, [row])
        if not rows:
            raise NotFound("There is no such record.")
        return dump(model, rows[0], shown, labels, included)

    @query
    def get_many(self, context: Context, entity: str, ids: Any) -> Many:
        """The records among `ids` that the user may read, in the order of `ids`."""
        model = self.records(entity).entity
        context.rights.require(entity, "read")
        with self.parts.database.reading() as connection:
            rows = self.readable_rows(connection, context, model, identifiers(ids))
            complete(connection, model, rows)
        shown = visible_fields(model, context.rights)
        return [dump(model, row, shown) for row in self.confirmed(context, entity, rows)]

    @query
    def readable(self, context: Context, entity: str, ids: Any) -> Any:
        """Which of `ids` the user may read."""
        model = self.records(entity).entity
        context.rights.require(entity, "read")
        columns = fact_columns(model)
        with self.parts.database.reading() as connection:
            wanted = identifiers(ids)
            rows = self.readable_rows(connection, context, model, wanted, columns)
        return [str(row["id"]) for row in rows]

    @query
    def facts(self, context: Context, entity: str, ids: Any) -> Many:
        """The access facts, with the id, of those of `ids` that the user may read."""
        model = self.records(entity).entity
        context.rights.require(entity, "read")
        with self.parts.database.reading() as connection:
            rows = self.readable_rows(
                connection, context, model, identifiers(ids), fact_columns(model)
            )
        return [{"id": row["id"], **facts_of(model, row)} for row in rows]

    @command
    def create(
        self, context: Context, entity: str, values: Any, labels: Any = None
    ) -> dict[str, Any]:
        """The new record. A service may tell with `labels` of what it refers to."""
        if labels is not None:
            self.take_hints(context, entity, labels)
        return {"record": self.records(entity).create(context, values)}

    @query
    def check(self, context: Context, entity: str, values: Any) -> dict[str, Many]:
        """What `create` would say to `values`, nothing being written: `faults` and `duplicates`."""
        return self.records(entity).check(context, values)

    @command
    def update(
        self,
        context: Context,
        entity: str,
        id: str,
        values: Any,
        expected_version: Expected = None,
    ) -> dict[str, Any]:
        """The changed record, or its id and version when the change took it out of sight."""
        records = self.records(entity)
        reply = records.update(context, self.record_id(id), values, expected_version)
        return {"record": reply} if "type" in reply else reply

    @command
    def delete(
        self, context: Context, entity: str, id: str, expected_version: Expected = None
    ) -> dict[str, Any]:
        """Put the record into the recycle bin."""
        return self.records(entity).delete(context, self.record_id(id), expected_version)

    @command
    def restore(self, context: Context, entity: str, id: str) -> dict[str, Any]:
        """The record, back from the recycle bin."""
        return {"record": self.records(entity).restore(context, self.record_id(id))}

    @query
    def history(
        self,
        context: Context,
        entity: str,
        id: str,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> dict[str, Any]:
        """A page of who changed what, newest first."""
        model = self.records(entity).entity
        context.rights.require(entity, "read")
        with self.parts.database.reading() as connection:
            row = self._readable_row(connection, context, model, id)
            page = history_page(connection, context, model, row["id"], limit=limit, cursor=cursor)
        if not self.confirmed(context, entity, [row]):
            raise NotFound("There is no such record.")
        return page

    @query
    def stays(self, context: Context, entity: str, id: str) -> dict[str, Any]:
        """In which stages a record stood, how long in each, and why it failed."""
        model, (_, field) = self.records(entity).entity, self.staged(entity)
        context.rights.require(entity, "read")
        seen = visible_fields(model, context.rights)
        with self.parts.database.reading() as connection:
            row = self._readable_row(connection, context, model, id)
            locale, people = self.locale(context), context.organisation
            items = stays_of(connection, entity, row["id"], locale, people)
        # A stage tells its pipeline: from whom either is hidden, the stays are.
        shown = items if {field.name, field.within or field.name} <= set(seen) else []
        hidden = {"reason"} - set(seen)
        return {"items": [{n: v for n, v in stay.items() if n not in hidden} for stay in shown]}

    @query
    def explain(
        self, context: Context, entity: str, id: str, user: str, operation: str
    ) -> dict[str, Any]:
        """Why `user` may or may not do `operation` on a record that the caller may read.

        About others only holders of the setting `roles` may ask.
        """
        model = self.records(entity).entity
        context.rights.require(entity, "read")
        asked = identifiers([user])[0]
        if asked != context.actor.id and not context.rights.may_set("roles"):
            raise Forbidden("You may ask about yourself.", code="setting_not_granted")
        with self.parts.database.reading() as connection:
            row = self._readable_row(connection, context, model, id)
        facts = facts_of(model, row)
        return explained(context.organisation, asked, entity, operation, facts)

    def confirmed(self, context: Context, entity: str, rows: Sequence[Row]) -> Many:
        """Those of `rows` that owners of what they link to confirm: all, where links decide
        nothing."""
        return confirmed(self.parts, context, self.records(entity).entity, rows)

    def _readable_row(
        self, connection: Connection, context: Context, entity: Entity, given: Any
    ) -> Row:
        row = find_row(connection, entity, self.record_id(given))
        if row is None or not context.rights.covers(entity.name, "read", facts_of(entity, row)):
            raise NotFound("There is no such record.")
        return row

    def readable_rows(
        self,
        connection: Connection,
        context: Context,
        entity: Entity,
        ids: Any,
        columns: Any = None,
    ) -> Any:
        """Those of `ids` that the user reads, as rows with all columns, or `columns` alone, and
        with what decides who reads them."""
        table = entity.table
        chosen = table.c if columns is None else [table.c[name] for name in columns]
        query = select(*chosen).where(table.c.id.in_(ids), table.c.deleted_at.is_(None))
        found = {row["id"]: dict(row) for row in connection.execute(query).mappings()}
        if entity.read_through is not None:
            complete_children(connection, entity, list(found.values()), [entity.read_through.name])
        covers = context.rights.covers
        return [
            found[identifier]
            for identifier in ids
            if identifier in found
            and covers(entity.name, "read", facts_of(entity, found[identifier]))
        ]
