"""The stages of an entity by code and in order, read when a query first names one."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

from sqlalchemy import Connection, select

from chassis.stages.tables import STAGES


class StageCodes:
    """Ids of the stages of `entity`, removed ones included: their last rows may still move."""

    def __init__(self, connection: Connection, entity: str) -> None:
        self._connection = connection
        self._entity = entity

    def ids(self, code: str) -> frozenset[UUID]:
        """The stages with `code`: none, one, or one in each pipeline."""
        return frozenset(identifier for identifier, known in self._rows if known == code)

    @property
    def ordered(self) -> list[UUID]:
        """All stages from first to last."""
        return [identifier for identifier, _ in self._rows]

    @cached_property
    def _rows(self) -> list[tuple[UUID, str]]:
        query = (
            select(STAGES.c.id, STAGES.c.code)
            .where(STAGES.c.entity == self._entity)
            .order_by(STAGES.c.position, STAGES.c.id)
        )
        return [(row.id, row.code) for row in self._connection.execute(query)]
