"""What sagas of other services need beside creating: to see that nobody touched what they made,
and to take it back."""

# ruff: noqa: A002 - `id` is what the argument is called on the bus.

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from chassis.context import Context
from chassis.errors import Malformed, NotFound
from chassis.journal.tables import JOURNAL
from chassis.listening.hints import take_hints
from chassis.records.reading import identifiers
from chassis.service.entrypoints import command, query
from chassis.service.upkeep import Upkeep
from contracts.catalogue import SERVICES


class TakingBack(Upkeep):
    """Only services may ask this, each for what its own saga made."""

    @query(callers=SERVICES)
    def untouched(self, context: Context, entity: str, ids: Any) -> list[str]:
        """Which of `ids` are there with nothing written to them but by the call's root cause."""
        table = self.records(entity).entity.table
        wanted = identifiers(ids)
        others = (
            select(JOURNAL.c.id)
            .where(
                JOURNAL.c.entity == entity,
                JOURNAL.c.record_id == table.c.id,
                JOURNAL.c.root_cause != context.root_cause,
            )
            .exists()
        )
        query = select(table.c.id).where(
            table.c.id.in_(wanted), table.c.deleted_at.is_(None), ~others
        )
        with self.parts.database.reading() as connection:
            found = set(connection.execute(query).scalars())
        return [str(identifier) for identifier in wanted if identifier in found]

    @command(callers=SERVICES)
    def discard(self, context: Context, entity: str, id: str) -> dict[str, Any]:
        """Put what the call's root cause made into the recycle bin; Conflict when it was touched.

        No right to delete is asked for: who could make it may take it back.
        """
        return self.records(entity).discard(context, identifiers([id])[0])

    def record_id(self, given: Any) -> UUID:
        """The id that a caller gave; what is none names no record."""
        try:
            return identifiers([given])[0]
        except Malformed:
            raise NotFound("There is no such record.") from None

    def take_hints(self, context: Context, entity: str, hints: Any) -> None:
        """Keep what a service tells of records that a new `entity` will refer to."""
        if context.actor.kind != "service":
            raise Malformed("create does not take these arguments.", code="bad_arguments")
        copies: dict[str, set[str]] = {}
        for field in self.records(entity).entity.reference_fields:
            for target in field.targeted:
                copies.setdefault(target, set()).update(field.copies)

        def keep(connection: Connection) -> None:
            take_hints(connection, hints, copies)

        self.parts.database.run(keep)
