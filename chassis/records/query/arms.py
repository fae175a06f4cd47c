"""The arms of a list: each a walk of one index in the list's order, together all a viewer sees.

A list of a department's newest leads has the newest of each colleague, merged. One walk of all
leads by date would read a year of other people's leads to find those of an idle department.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, func, select, true, union

from chassis.access.scope import Branch
from chassis.records.query.operands import OneOf, Truth
from chassis.records.query.parse import top_conditions
from chassis.records.query.scoping import FactColumns, branch_condition, uuids
from chassis.records.query.sort import Order
from chassis.records.query.tree import Condition, Node
from chassis.stages.tables import STAGES

if TYPE_CHECKING:
    from chassis.records.entity import Entity

# Past these, asking each owner (and stage) apart costs more than walking the index of the order.
OWNERS_LIMIT: Final = 300
WALKS_LIMIT: Final = 1_200
_USUAL_STAGES = 8


@dataclass(frozen=True)
class Walks:
    """What every arm shares: which rows, in what order, how many at most.

    `by_stage` says that each stage has an index in this order, as the entity's own order does.
    `condition` may refer to `around`, a source of the statement around the walks.
    """

    entity: Entity
    condition: Truth
    order: Order
    count: int
    by_stage: bool
    around: FromClause | None = None

    @property
    def facts(self) -> FactColumns:
        """Where the rows' access facts are."""
        return FactColumns.of(self.entity)

    def walk(self, *conditions: Truth) -> Select[tuple[object, ...]]:
        """The first rows, by id and sort keys, that satisfy `conditions` too."""
        return self._rows(*conditions).order_by(*self.order.clauses).limit(self.count)

    def merged(self, branches: Sequence[Branch]) -> Select[tuple[object, ...]]:
        """The first rows, each once, that any of `branches` holds."""
        arms = [self._arm(branch) for branch in branches]
        if len(arms) == 1:
            return arms[0]
        parts = [select(arm.subquery()) for arm in arms]
        found = union(*parts).subquery("every")
        keys = self.order.clauses_over(found.c)
        return select(found).order_by(*keys).limit(self.count)

    def _rows(self, *conditions: Truth) -> Select[tuple[object, ...]]:
        rows = select(self.entity.table.c.id, *self.order.labelled)
        rows = rows.where(*conditions, self.condition)
        return rows if self.around is None else rows.correlate(self.around)

    def _arm(self, branch: Branch) -> Select[tuple[object, ...]]:
        if branch.observer is not None:
            return self._observed(branch)
        owners, stages = self._owners(branch), self._stages(branch)
        if owners is None and stages is None:
            return self.walk(branch_condition(self.facts, branch))
        rest = replace(
            branch,
            owners=branch.owners if owners is None else None,
            stages=branch.stages if stages is None else None,
            excluded_stages=branch.excluded_stages if stages is None else frozenset(),
        )
        conditions = [branch_condition(self.facts, rest)]
        sources: list[FromClause] = []
        if owners is not None:
            sources.append(owners)
            conditions.append(self.facts.owner == owners.c.id)
        if stages is not None:
            assert self.facts.stage is not None
            sources.append(stages)
            conditions.append(self.facts.stage == stages.c.id)
        return self._each(sources, self.walk(*conditions))

    def _each(
        self, sources: Sequence[FromClause], walk: Select[tuple[object, ...]]
    ) -> Select[tuple[object, ...]]:
        first = walk.correlate(*sources).lateral("first")
        joined = sources[0]
        for source in sources[1:]:
            joined = joined.join(source, true())
        return (
            select(first)
            .select_from(joined.join(first, true()))
            .order_by(*self.order.clauses_over(first.c))
            .limit(self.count)
        )

    def _owners(self, branch: Branch) -> FromClause | None:
        """The owners to ask one by one; None where one walk does: for one owner, or too many."""
        if branch.owners is None or not 1 < len(branch.owners) <= OWNERS_LIMIT:
            return None
        return listed(branch.owners, "owners")

    def _stages(self, branch: Branch) -> FromClause | None:
        """The stages to ask one by one; None where one walk does: any stage, one, or too many."""
        if self.facts.stage is None or not (branch.stages or branch.excluded_stages):
            return None
        owners = 1 if branch.owners is None else len(branch.owners)
        stages = _USUAL_STAGES if branch.stages is None else len(branch.stages)
        if (
            not self.by_stage
            or owners > OWNERS_LIMIT
            or stages == 1
            or owners * stages > WALKS_LIMIT
        ):
            return None
        if branch.stages is not None:
            return listed(branch.stages, "those")
        # Read here, not remembered: a stage added a moment ago is not one of the excluded ones.
        known = STAGES.alias("known")
        return (
            select(known.c.id)
            .where(
                known.c.entity == self.entity.name,
                known.c.id != func.all(uuids(branch.excluded_stages)),
            )
            .subquery("those")
        )

    def _observed(self, branch: Branch) -> Select[tuple[object, ...]]:
        # OFFSET 0 keeps the planner from walking all rows by date in the hope of meeting an
        # observed one soon: the index of observers finds them all.
        seen = self._rows(branch_condition(self.facts, branch)).offset(0).subquery("observed")
        return select(seen).order_by(*self.order.clauses_over(seen.c)).limit(self.count)


def listed(ids: Iterable[UUID], name: str) -> FromClause:
    """`ids` as a source called `name` with the one column `id`."""
    array: ColumnElement[UUID] = uuids(ids)
    return func.unnest(array).table_valued("id", name=name).render_derived()


def narrowed(branches: Sequence[Branch], tree: Node, entity: Entity) -> list[Branch]:
    """`branches` without the owners and stages that the filter rules out anyway."""
    stage = entity.stage_field
    owners, stages = _named(tree, "owner_id"), _named(tree, stage.name) if stage else None
    found = (_within(branch, owners, stages) for branch in branches)
    return [b for b in found if b.owners != frozenset() and b.stages != frozenset()]


def served_by_stage(order: Order, tree: Node, entity: Entity) -> bool:
    """Whether the rows of one stage can be walked in `order` and satisfy `tree` on the way.

    In another order, or with equality on another indexed field, the index of that order or field
    is the one to walk, and the stages are looked at row by row.
    """
    stage = entity.stage_field
    if stage is None or not order.follows(entity.default_sort):
        return False
    others = (
        condition.field
        for condition in top_conditions(tree)
        if condition.through is None and condition.operator.name == "eq"
    )
    return not any(
        field.indexed and field.column not in ("", "owner_id", stage.column) for field in others
    )


def of_stage(branch: Branch, stage_id: UUID) -> Branch | None:
    """What `branch` holds of one stage, without saying of which; None when that is nothing."""
    if stage_id in branch.excluded_stages:
        return None
    if branch.stages is not None and stage_id not in branch.stages:
        return None
    return replace(branch, stages=None, excluded_stages=frozenset())


def _within(
    branch: Branch, owners: frozenset[UUID] | None, stages: frozenset[UUID] | None
) -> Branch:
    if owners is not None:
        both = owners if branch.owners is None else branch.owners & owners
        branch = replace(branch, owners=both)
    if stages is not None:
        left = stages if branch.stages is None else branch.stages & stages
        left -= branch.excluded_stages
        branch = replace(branch, stages=left, excluded_stages=frozenset())
    return branch


def _named(tree: Node, field: str) -> frozenset[UUID] | None:
    """The values of `field` that the filter allows; None when it allows any."""
    allowed: frozenset[UUID] | None = None
    for condition in top_conditions(tree):
        if _restricts(condition, field):
            values = _values(condition)
            allowed = values if allowed is None else allowed & values
    return allowed


def _restricts(condition: Condition, field: str) -> bool:
    named = condition.through is None and condition.field.name == field
    return named and condition.operator.name in ("eq", "in")


def _values(condition: Condition) -> frozenset[UUID]:
    found: set[UUID] = set()
    for operand in condition.operands:
        found.update(operand.value if isinstance(operand, OneOf) else (operand.value,))
    return frozenset(found)
