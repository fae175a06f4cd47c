"""What a service may add to the writes of its records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import Connection

from chassis.context import Context
from chassis.errors import Fault
from chassis.records.changes import Changes
from chassis.stages.book import Stage

Row = dict[str, Any]


class Hooks:
    """What a service adds to the writes of its records, in the same transaction. Here: nothing.

    `calls` are the services that it may ask for what its records refer to.
    """

    calls: ClassVar[tuple[str, ...]]

    def begin(self, connection: Connection, entity: str) -> None:
        """Take what must be locked before any record of `entity` is."""

    def permit(
        self,
        connection: Connection,
        context: Context,
        entity: str,
        operation: str,
        current: Row | None,
        values: dict[str, Any],
    ) -> None:
        """Raise Forbidden for what grants alone do not refuse, such as raising one's own rights."""

    def written(
        self,
        connection: Connection,
        context: Context,
        entity: str,
        verb: str,
        row: Row,
        changes: Changes,
    ) -> None:
        """Do what must be so as soon as the write is."""

    def stage_faults(
        self,
        connection: Connection,
        context: Context,
        entity: str,
        stage: Stage,
        current: Row | None,
        values: dict[str, Any],
    ) -> list[Fault]:
        """What the service has against the record's entering `stage`."""
        return []

    def created_many(
        self, connection: Connection, context: Context, entity: str, rows: Sequence[Row]
    ) -> None:
        """Do what must be so as soon as many trusted records were made."""

    def purged(
        self, connection: Connection, context: Context, entity: str, rows: Sequence[Row]
    ) -> None:
        """Forget what the service keeps of records that are about to be gone for good."""

    def duplicates(
        self, connection: Connection, context: Context, entity: str, values: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """What is there already and may be what `values` would make again, as callers are told."""
        return []
