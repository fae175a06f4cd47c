"""A right over rows as a condition in SQL: the twin of `Rights.covers`, from the same branches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Uuid,
    and_,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    true,
)

from chassis.access.scope import Branch, scope

if TYPE_CHECKING:
    from chassis.access.rights import Rights
    from chassis.records.entity import Entity


@dataclass(frozen=True)
class FactColumns:
    """Where the access facts of a row are found; `stage` None: the entity has no stages.

    `observed_by` looks into the lists of users who read the row, `readers` are columns of one such
    user each. `linked` tells whether the row links to a record that a branch holds, `unlinked`
    whether it links to none; both are None where links decide nothing.
    """

    owner: ColumnElement[Any]
    stage: ColumnElement[Any] | None
    open: ColumnElement[bool]
    observed_by: Callable[[UUID], ColumnElement[bool]]
    linked: Callable[[Branch], ColumnElement[bool]] | None = None
    unlinked: ColumnElement[bool] | None = None
    readers: Sequence[ColumnElement[Any]] = ()

    @classmethod
    def of(cls, entity: Entity, table: FromClause | None = None) -> FactColumns:
        """The facts in rows of `entity`, of its `table` or an alias of it."""
        rows = entity.table if table is None else table
        stage, field = entity.stage_field, entity.read_through
        lists = [rows.c[one.column] for one in entity.readers if one.multiple]
        facts = cls(
            owner=rows.c.owner_id,
            stage=None if stage is None else rows.c[stage.column],
            open=rows.c.open,
            observed_by=lambda user: or_(*(observed(each, user) for each in lists)),
            readers=[rows.c[one.column] for one in entity.readers if not one.multiple],
        )
        if field is None or field.child is None:
            return facts
        links = field.child.alias("links")
        points = exists().where(links.c.record_id == rows.c.id).correlate(rows)
        return replace(
            facts,
            linked=lambda branch: points.where(link_condition(links, branch)),
            unlinked=not_(rows.c[field.flag]),
        )


def visible(entity: Entity, rights: Rights, operation: str = "read") -> ColumnElement[bool]:
    """Whether `operation` reaches a row of `entity`: for a list, and for one row or a few."""
    return scope_condition(FactColumns.of(entity), scope(rights, entity.name, operation))


def scope_condition(facts: FactColumns, branches: Sequence[Branch]) -> ColumnElement[bool]:
    """Whether any of `branches` holds a row; no branches hold none."""
    return or_(false(), *(branch_condition(facts, branch) for branch in branches))


def branch_condition(facts: FactColumns, branch: Branch) -> ColumnElement[bool]:
    """Whether `branch` holds a row: all of its parts do."""
    if branch.through is not None:
        return false() if facts.linked is None else facts.linked(branch)
    parts: list[ColumnElement[bool]] = [true()]
    if branch.unlinked:
        parts.append(false() if facts.unlinked is None else facts.unlinked)
    if branch.owners is not None:
        parts.append(is_one_of(facts.owner, branch.owners))
    if branch.open:
        parts.append(facts.open)
    if branch.observer is not None:
        named = (each == literal(branch.observer, Uuid) for each in facts.readers)
        parts.append(or_(facts.observed_by(branch.observer), *named))
    parts.append(_stages(facts, branch))
    return and_(*parts)


def apart(facts: FactColumns, branches: Iterable[Branch]) -> Iterator[ColumnElement[bool]]:
    """A condition for each of `branches`: its rows but those that an earlier one holds, so that
    each row is counted once and each part can be read from an index of its own."""
    earlier: list[ColumnElement[bool]] = []
    for branch in branches:
        holds = branch_condition(facts, branch)
        yield and_(holds, *earlier)
        earlier.append(holds.is_not(true()))


def link_facts(links: FromClause) -> FactColumns:
    """The facts of what the rows of a table of record links point at."""
    c = links.c
    return FactColumns(c.owner_id, c.stage_id, c.open, lambda user: observed(c.observer_ids, user))


def link_condition(links: FromClause, branch: Branch) -> ColumnElement[bool]:
    """Whether a link points at a record of the entity of `branch`, and in its scope."""
    here = replace(branch, through=None)
    of_entity = links.c.entity == literal(branch.through)
    return and_(of_entity, links.c.live, branch_condition(link_facts(links), here))


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
