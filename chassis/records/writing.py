"""The one writer of records: record, child rows, journal and command in one transaction.

Every method checks in the order of the API: type-level 403, 400, 404, row-level 403, 428, 412, 409,
422. A refusal changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, exc, select

from chassis.context import Context
from chassis.errors import Conflict, NotFound, Refusal, Stale
from chassis.identifiers import new_id
from chassis.records.bulk import Bulk
from chassis.records.checking import Findings, findings
from chassis.records.children import complete_children
from chassis.records.clashes import clash_of
from chassis.records.commands import Command
from chassis.records.dump import dump
from chassis.records.effects import Effect
from chassis.records.facts import fact_columns, facts_of, remove_unreadable_links
from chassis.records.hooks import Hooks, Row
from chassis.records.leaving import LeavingEffect
from chassis.records.rows import find_row
from chassis.records.schema import parse_values, visible_fields
from chassis.records.trusted import TrustedEffect
from chassis.records.versions import Expected
from chassis.records.vouching import vouched_for
from chassis.stages.book import Stage

if TYPE_CHECKING:
    from chassis.records.entity import Record
    from chassis.service.base import Parts

Reply = dict[str, Any]


class Records:
    """Writes records of `model`. `hooks` are the service's own additions to each write."""

    def __init__(self, parts: Parts, model: type[Record], hooks: Hooks) -> None:
        self.parts = parts
        self.model = model
        self.entity = model.entity
        self.hooks = hooks

    def create(self, context: Context, body: Any) -> Reply:
        """The new record. A known id sent again by its creator with an equal body gives the stored
        record; otherwise it is a Conflict."""
        rights = context.rights
        rights.require(self.entity.name, "add")
        given = parse_values(self.entity, body, rights, creating=True)
        identifier = given.pop("id", None)
        method = f"{self.entity.name}.create"
        command = Command(context, method, self._kept(body), repeatable=identifier is None)

        vouched = self._vouched(context, given)

        def effect(connection: Connection) -> Reply:
            record_id = identifier or new_id()
            row = self._effect(connection, context, vouched).create(record_id, given)
            key = f"id:{self.entity.name}:{record_id}"
            if not row:
                return self._known(connection, context, command, record_id, key)
            reply = self._reply(context, row)
            command.answer(connection, reply, also=key if identifier else None)
            return reply

        return self._once(context, command, effect)

    def check(self, context: Context, body: Any) -> Findings:
        """What `create` would say to `body`, with nothing written: the faults (422), and records
        that may be the same. Every other refusal is raised."""
        rights = context.rights
        rights.require(self.entity.name, "add")
        given = parse_values(self.entity, body, rights, creating=True)
        record_id = given.pop("id", None) or new_id()
        vouched = self._vouched(context, given)

        def unit(connection: Connection) -> Findings:
            return findings(self._effect(connection, context, vouched), record_id, given)

        try:
            return self.parts.database.run(unit)
        except exc.IntegrityError as error:
            raise self._clash(error) from error

    def update(
        self, context: Context, record_id: UUID, body: Any, expected: Expected = None
    ) -> Reply:
        """The changed record; only its id and version when the change ends the right to read it."""
        context.rights.require(self.entity.name, "update")
        given = parse_values(self.entity, body, context.rights, creating=False)
        command = self._command(context, "update", [record_id, self._kept(body)], expected)

        vouched = self._vouched(context, given)

        def effect(connection: Connection) -> Reply:
            row = self._effect(connection, context, vouched).update(record_id, given, expected)
            reply = self._reply(context, row)
            command.answer(connection, reply)
            return reply

        return self._once(context, command, effect)

    def delete(self, context: Context, record_id: UUID, expected: Expected = None) -> Reply:
        """Put the record into the recycle bin; its id and new version."""
        context.rights.require(self.entity.name, "delete")
        command = self._command(context, "delete", [record_id], expected)

        def effect(connection: Connection) -> Reply:
            row = self._effect(connection, context).delete(record_id, expected)
            reply = {"id": str(row["id"]), "version": row["version"]}
            command.answer(connection, reply)
            return reply

        return self._once(context, command, effect)

    def restore(self, context: Context, record_id: UUID) -> Reply:
        """The record, back from the recycle bin."""
        context.rights.require(self.entity.name, "delete")
        command = self._command(context, "restore", [record_id])

        def effect(connection: Connection) -> Reply:
            reply = self._reply(context, self._effect(connection, context).restore(record_id))
            command.answer(connection, reply)
            return reply

        return self._once(context, command, effect)

    def purge(self, context: Context, record_id: UUID, expected: Expected = None) -> Reply:
        """Remove the record from the recycle bin for good; its id and last version."""
        context.rights.require(self.entity.name, "delete")
        command = self._command(context, "purge", [record_id], expected)

        def effect(connection: Connection) -> Reply:
            row = self._leaving(connection, context).purge(record_id, expected)
            reply = {"id": str(row["id"]), "version": row["version"] + 1}
            command.answer(connection, reply)
            return reply

        return self._once(context, command, effect)

    def erase(self, context: Context, record_id: UUID, *, by_operator: bool = False) -> Reply:
        """Erase what is personal in the record, which goes to the recycle bin; its id and version.

        Rights are not asked of an operator, who works on the databases themselves.
        """
        if not by_operator:
            context.rights.require(self.entity.name, "delete")
        command = self._command(context, "erase", [record_id])

        def effect(connection: Connection) -> Reply:
            row = self._leaving(connection, context).erase(record_id, by_operator=by_operator)
            reply = {"id": str(row["id"]), "version": row["version"]}
            command.answer(connection, reply)
            return reply

        return self._once(context, command, effect)

    def discard(self, context: Context, record_id: UUID) -> Reply:
        """Undo a creation of the same root cause, as sagas do; Conflict when it was touched since.

        Whoever could create it can take it back, so that no right is asked for: not even that of
        adding, which may have been taken away in the meantime.
        """
        command = self._command(context, "discard", [record_id])

        def effect(connection: Connection) -> Reply:
            row = self._effect(connection, context).discard(record_id)
            reply = {"id": str(row["id"]), "version": row["version"]}
            command.answer(connection, reply)
            return reply

        return self._once(context, command, effect)

    def create_many(
        self,
        context: Context,
        records: Iterable[Mapping[str, Any]],
        progress: Callable[[int], None] = lambda done: None,
    ) -> int:
        """Create trusted records in chunks, as `chassis.records.bulk` says; how many they were."""
        bulk = Bulk(self.parts.database, self.entity, context, self.hooks.created_many)
        return bulk.create(records, progress)

    def move(self, connection: Connection, context: Context, record_id: UUID, stage: Stage) -> None:
        """Put a record into `stage` in the caller's transaction, rights and rules apart."""
        row = find_row(connection, self.entity, record_id, lock=True, deleted=None)
        if row is not None:
            self._effect(connection, context).move(row, stage)

    def trusted(self, connection: Connection, context: Context) -> TrustedEffect:
        """Writes of the service's own in the caller's transaction, rights and rules apart."""
        return TrustedEffect(connection, context, self.model, self.hooks)

    def _effect(
        self, connection: Connection, context: Context, vouched: frozenset[UUID] = frozenset()
    ) -> Effect:
        return Effect(connection, context, self.model, self.hooks, vouched)

    def _leaving(self, connection: Connection, context: Context) -> LeavingEffect:
        return LeavingEffect(connection, context, self.model, self.hooks)

    def _vouched(self, context: Context, given: Mapping[str, Any]) -> frozenset[UUID]:
        return vouched_for(self.parts, self.hooks.calls, context, self.entity, given)

    def _kept(self, body: dict[str, Any]) -> dict[str, Any]:
        """`body` without passwords: a fast hash of it is kept, from which they could be guessed."""
        fields = self.entity.fields
        return {name: value for name, value in body.items() if not fields[name].write_only}

    def _command(
        self, context: Context, method: str, request: list[Any], expected: Expected = None
    ) -> Command:
        # A write that names its version cannot happen twice; any other could undo what came since.
        request = [*request, expected]
        repeatable = not isinstance(expected, int)
        return Command(context, f"{self.entity.name}.{method}", request, repeatable=repeatable)

    def _reply(self, context: Context, row: Row) -> Reply:
        if not context.rights.covers(self.entity.name, "read", facts_of(self.entity, row)):
            return {"id": str(row["id"]), "version": row["version"]}
        remove_unreadable_links(self.entity, row, context.rights)
        return dump(self.entity, row, visible_fields(self.entity, context.rights))

    def _known(
        self, connection: Connection, context: Context, command: Command, record_id: UUID, key: str
    ) -> Reply:
        """The answer to creating what is there already."""
        row = find_row(connection, self.entity, record_id)
        if row is None or not command.is_same(connection, key):
            raise Conflict("This id is taken.", code="id_taken")
        reply = self._reply(context, row)
        command.answer(connection, reply, also=key)
        return reply

    def _once(
        self, context: Context, command: Command, effect: Callable[[Connection], Reply]
    ) -> Reply:
        """The reply of `effect`, which happens once however often the command arrives."""

        def unit(connection: Connection) -> Reply:
            earlier = command.claim(connection)
            if earlier:
                return self._still(connection, context, earlier)
            self.hooks.begin(connection, self.entity.name)
            return effect(connection)

        try:
            return self.parts.database.run(unit)
        except exc.IntegrityError as error:
            raise self._clash(error) from error
        except (Stale, Conflict, NotFound) as refusal:
            return self._delivered(context, command, refusal)

    def _clash(self, error: exc.IntegrityError) -> Exception:
        return clash_of(self.entity, error) or error

    def _delivered(self, context: Context, command: Command, refusal: Refusal) -> Reply:
        """The bus may deliver a call twice: then the first reply is the answer, no refusal."""
        if command.claimed is not None:
            raise refusal
        with self.parts.database.reading() as connection:
            earlier = command.answered(connection)
            if not earlier:
                raise refusal
            return self._still(connection, context, earlier)

    def _still(self, connection: Connection, context: Context, reply: Reply) -> Reply:
        """An earlier reply as far as its record is readable now: rights may have been taken."""
        short = {"id": reply["id"], "version": reply["version"]}
        if reply.keys() == short.keys():
            return reply
        table = self.entity.table
        columns = [table.c[name] for name in fact_columns(self.entity)]
        query = select(*columns).where(table.c.id == UUID(reply["id"]))
        found = connection.execute(query).mappings().first()
        if found is None:
            return short
        row, linked = dict(found), self.entity.record_links
        if linked is not None:
            complete_children(connection, self.entity, [row], [linked.name])
        if not context.rights.covers(self.entity.name, "read", facts_of(self.entity, row)):
            return short
        seen = visible_fields(self.entity, context.rights)
        kept = {name: reply[name] for name in seen if name in reply}
        if linked is not None and linked.name in kept:
            remove_unreadable_links(self.entity, row, context.rights)
            readable = linked.wire(linked.value(row))
            kept[linked.name] = [link for link in kept[linked.name] if link in readable]
        return ({"id": reply["id"], "type": self.entity.name} | kept) if kept else short
