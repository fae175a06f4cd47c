"""The arms of a list: each a walk of one index in the list's order, together all a viewer sees.

A list of a department's newest leads has the newest of each colleague, merged. One walk of all
leads by date would read a year of other people's leads to find those of an idle department.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Self
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Uuid,
    and_,
    func,
    literal,
    select,
    union,
)

from chassis.access.scope import Branch
from chassis.records.query.merging import Source, first_of_each
from chassis.records.query.operands import Truth
from chassis.records.query.scoping import FactColumns, branch_condition, uuids
from chassis.records.query.sort import Order
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

    `by_stage` says that each stage has an index in this order, as the entity's own order does, and
    `plain` that the filter asks nothing that the indexes of owners and stages do not answer.
    Whatever follows the cursor `after` is walked by the `ranges`.
    `condition` may refer to `around`, a source of the statement around the walks.
    """

    entity: Entity
    condition: Truth
    order: Order
    count: int
    by_stage: bool
    plain: bool = False
    after: Sequence[Any] | None = None
    around: FromClause | None = None

    @property
    def rows(self) -> FromClause:
        """What is walked."""
        return self.entity.table

    @property
    def id(self) -> ColumnElement[UUID]:
        """The id of the record that a walked row tells of."""
        return self.entity.table.c.id

    @property
    def ranges(self) -> Sequence[Self]:
        """These walks, or those of the parts of what follows the cursor, each of which is one range
        of the index."""
        if self.after is None:
            return [self]
        return [
            replace(self, condition=and_(self.condition, part), after=None)
            for part in self.order.ranges(self.after)
        ]

    @property
    def spread(self) -> Sequence[Source]:
        """What else to ask one by one, as owners are."""
        return ()

    @property
    def facts(self) -> FactColumns:
        """Where the rows' access facts are."""
        return FactColumns.of(self.entity)

    def walk(self, *conditions: Truth, count: int | None = None) -> Select[tuple[object, ...]]:
        """The first rows, by id and sort keys, that satisfy `conditions` too."""
        found = self._rows(*conditions).order_by(*self.order.clauses)
        return self.once(found.limit(self.count if count is None else count))

    def once(self, found: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
        """`found` with each record once: here a record is walked once anyway."""
        return found

    def merged(self, branches: Sequence[Branch]) -> Select[tuple[object, ...]]:
        """The first rows, each once, that any of `branches` holds."""
        walks = [(part, branch) for part in self.ranges for branch in branches]
        return self.joined([arm for part, branch in walks for arm in part.arms(branch)])

    def joined(self, arms: Sequence[Select[tuple[object, ...]]]) -> Select[tuple[object, ...]]:
        """The first rows, each once, of all `arms`."""
        if len(arms) == 1:
            return arms[0]
        parts = [select(arm.subquery()) for arm in arms]
        found = union(*parts).subquery("every")
        keys = self.order.clauses_over(found.c)
        return select(found).order_by(*keys).limit(self.count)

    def _rows(self, *conditions: Truth) -> Select[tuple[object, ...]]:
        columns: list[Any] = [self.id.label("id"), *self.order.labelled]
        rows = select(*columns).select_from(self.rows).where(*conditions, self.condition)
        return rows if self.around is None else rows.correlate(self.around)

    def arms(self, branch: Branch) -> list[Select[tuple[object, ...]]]:
        """The first rows that `branch` holds: one arm, and one for each column of a reader."""
        if branch.observer is None:
            return [self.arm(branch)]
        anyones = branch_condition(self.facts, replace(branch, observer=None))
        mine = literal(branch.observer, Uuid)
        return [
            self.arm(branch),
            *(self.walk(anyones, reader == mine) for reader in self.facts.readers),
        ]

    def arm(self, branch: Branch) -> Select[tuple[object, ...]]:
        """The first rows that `branch` holds, those of an observer by the lists of users alone."""
        if branch.through is not None:
            return self.walk(branch_condition(self.facts, branch))
        if branch.observer is not None:
            return self._observed(branch)
        owners, stages = self._owners(branch), self._stages(branch)
        rest = replace(
            branch,
            owners=branch.owners if owners is None else None,
            stages=branch.stages if stages is None else None,
            excluded_stages=branch.excluded_stages if stages is None else frozenset(),
        )
        condition = branch_condition(self.facts, rest)
        sources = [*self.spread, *(source for source in (owners, stages) if source is not None)]
        return first_of_each(self, sources, condition) if sources else self.walk(condition)

    def _owners(self, branch: Branch) -> Source | None:
        """The owners to ask one by one; None where one walk does: for one owner, or too many."""
        if branch.owners is None or not 1 < len(branch.owners) <= OWNERS_LIMIT:
            return None
        rows = listed(branch.owners, "owners")
        return Source(rows, len(branch.owners), self.facts.owner == rows.c.id)

    def walks_stages(self, branch: Branch) -> bool:
        """Whether an index walks what `branch` holds of one stage, in this order."""
        return self.by_stage

    def _stages(self, branch: Branch) -> Source | None:
        """The stages to ask one by one; None where one walk does: any stage, one, or too many."""
        if self.facts.stage is None or not (branch.stages or branch.excluded_stages):
            return None
        owners = 1 if branch.owners is None else len(branch.owners)
        stages = _USUAL_STAGES if branch.stages is None else len(branch.stages)
        many = owners > OWNERS_LIMIT or owners * stages > WALKS_LIMIT
        if not self.walks_stages(branch) or stages == 1 or many:
            return None
        rows = self._all_but(branch) if branch.stages is None else listed(branch.stages, "those")
        return Source(rows, stages, self.facts.stage == rows.c.id)

    def _all_but(self, branch: Branch) -> FromClause:
        """The stages of the entity that `branch` does not exclude."""
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
        seen = (
            self._rows(branch_condition(replace(self.facts, readers=()), branch))
            .offset(0)
            .subquery("observed")
        )
        found = select(seen).order_by(*self.order.clauses_over(seen.c)).limit(self.count)
        return self.once(found)


def listed(ids: Iterable[UUID], name: str) -> FromClause:
    """`ids` as a source called `name` with the one column `id`."""
    array: ColumnElement[UUID] = uuids(ids)
    return func.unnest(array).table_valued("id", name=name).render_derived()
