"""A right over rows as a condition in SQL: the twin of `Rights.covers`, from the same branches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, FromClause, Uuid, and_, false, func, literal, or_, true

from chassis.access.scope import Branch, scope

if TYPE_CHECKING:
    from chassis.access.rights import Rights
    from chassis.records.entity import Entity


@dataclass(frozen=True)
class FactColumns:
    """Where the access facts of a row are found; `stage` None: the entity has no stages."""

    owner: ColumnElement[Any]
    stage: ColumnElement[Any] | None
    open: ColumnElement[bool]
    observed_by: Callable[[UUID], ColumnElement[bool]]

    @classmethod
    def of(cls, entity: Entity, table: FromClause | None = None) -> FactColumns:
        """The facts in rows of `entity`, of its `table` or an alias of it."""
        columns = (entity.table if table is None else table).c
        stage = entity.stage_field
        return cls(
            owner=columns.owner_id,
            stage=None if stage is None else columns[stage.column],
            open=columns.open,
            observed_by=lambda user: observed(columns.observer_ids, user),
        )


def visible(entity: Entity, rights: Rights, operation: str = "read") -> ColumnElement[bool]:
    """Whether `operation` reaches a row of `entity`: for a list, and for one row or a few."""
    return scope_condition(FactColumns.of(entity), scope(rights, entity.name, operation))


def scope_condition(facts: FactColumns, branches: Sequence[Branch]) -> ColumnElement[bool]:
    """Whether any of `branches` holds a row; no branches hold none."""
    return or_(false(), *(branch_condition(facts, branch) for branch in branches))


def branch_condition(facts: FactColumns, branch: Branch) -> ColumnElement[bool]:
    """Whether `branch` holds a row: all of its parts do."""
    parts: list[ColumnElement[bool]] = [true()]
    if branch.owners is not None:
        parts.append(is_one_of(facts.owner, branch.owners))
    if branch.open:
        parts.append(facts.open)
    if branch.observer is not None:
        parts.append(facts.observed_by(branch.observer))
    parts.append(_stages(facts, branch))
    return and_(*parts)


def _stages(facts: FactColumns, branch: Branch) -> ColumnElement[bool]:
    if branch.stages is not None:
        return false() if facts.stage is None else is_one_of(facts.stage, branch.stages)
    if not branch.excluded_stages or facts.stage is None:
        return true()
    return or_(facts.stage.is_(None), facts.stage != func.all(uuids(branch.excluded_stages)))


def observed(observer_ids: ColumnElement[Any], user: UUID) -> ColumnElement[bool]:
    """Whether `user` is among the observers."""
    # Said twice so that the planner sees that the index of observed rows applies.
    return and_(observer_ids.op("@>")(uuids([user])), func.cardinality(observer_ids) > 0)


def is_one_of(element: ColumnElement[Any], ids: Collection[UUID]) -> ColumnElement[bool]:
    """Whether `element` is among `ids`, however many they are: one statement text for all."""
    if len(ids) == 1:
        # An array of one is no equality to the planner: the index behind it would lose its order.
        return element == literal(next(iter(ids)), Uuid)
    return element == func.any(uuids(ids))


def uuids(ids: Iterable[UUID]) -> ColumnElement[Any]:
    """`ids` as one array parameter."""
    return literal(sorted(ids), ARRAY(Uuid))
