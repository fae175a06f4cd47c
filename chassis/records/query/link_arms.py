"""The arms of a list through links: walks of the table of links, whose rows repeat the order.

An activity is found by way of the lead it is about, because that lead's owner is known beside the
link. Where a list is ordered otherwise its own rows are walked, and links looked at row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Select,
    String,
    Table,
    and_,
    func,
    literal,
)

from chassis.access.scope import Branch
from chassis.records.field_types.record_links import RecordLinksField
from chassis.records.query.arms import Walks, listed
from chassis.records.query.merging import Source, first_of_each
from chassis.records.query.narrowing import allowed, asks_only_of
from chassis.records.query.operands import OneOf, Truth
from chassis.records.query.parse import top_conditions
from chassis.records.query.scoping import FactColumns, link_facts, scope_condition
from chassis.records.query.sort import Order

if TYPE_CHECKING:
    from chassis.records.query.tree import Node


@dataclass(frozen=True)
class LinkWalks(Walks):
    """Walks of the rows of `links`, one of the records' field, in the order of the list."""

    field: RecordLinksField | None = None
    entities: Sequence[str] = ()

    @classmethod
    def of(cls, walks: Walks, field: RecordLinksField, tree: Node) -> LinkWalks:
        """The walks of links that give what `walks`, filtered by `tree`, gives of the records."""
        table = field.child
        assert table is not None
        columns = {field.ordered_by: table.c.ordered, "id": table.c.record_id}
        keys = [replace(key, element=columns[key.name]) for key in walks.order.keys]
        # The cursor is said of the links, so that their index begins at it.
        return cls(
            entity=walks.entity,
            condition=and_(walks.condition, *_repeated(tree, field, table)),
            order=Order(keys),
            count=walks.count,
            by_stage=False,
            plain=walks.plain and asks_only_of(tree, (field.filtered_by,)),
            after=walks.after,
            field=field,
        )

    @property
    def links(self) -> Table:
        """The table of links."""
        assert self.field is not None and self.field.child is not None
        return self.field.child

    @property
    def rows(self) -> FromClause:
        table = self.entity.table
        return self.links.join(table, table.c.id == self.links.c.record_id)

    @property
    def id(self) -> ColumnElement[UUID]:
        return self.links.c.record_id

    def once(self, found: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
        return found.distinct()

    @property
    def facts(self) -> FactColumns:
        return link_facts(self.links)

    @property
    def spread(self) -> Sequence[Source]:
        if len(self.entities) < 2:
            return ()
        kinds = func.unnest(_texts(self.entities)).table_valued("name", name="kinds")
        kinds = kinds.render_derived()
        return [Source(kinds, len(self.entities), self.links.c.entity == kinds.c.name)]

    def walks_stages(self, branch: Branch) -> bool:
        """Stages have an index of their own; that of owners has the stage beside each row."""
        return branch.stages is not None and branch.owners is None

    def through(self, branch: Branch, entities: Sequence[str]) -> Select[tuple[object, ...]]:
        """The first records that link to what `branch` holds, it being of any of `entities`."""
        c = self.links.c
        if branch.observer is not None or len(entities) == 1:
            one = c.entity == entities[0] if len(entities) == 1 else c.entity.in_(entities)
            return replace(self, condition=and_(one, c.live, self.condition)).arm(branch)
        here = replace(self, condition=and_(c.live, self.condition), entities=entities)
        return here.arm(branch)

    def to(self, target: UUID, branches: Sequence[Branch]) -> Select[tuple[object, ...]]:
        """The first records that link to `target`, as far as `branches` hold them."""
        seen = scope_condition(FactColumns.of(self.entity), branches)
        return self.walk(self.links.c.target_id == target, seen)

    def to_any(self, readable: Sequence[UUID]) -> Select[tuple[object, ...]]:
        """The first records that link to any of `readable`, each once."""
        live = self.links.c.live
        if len(readable) == 1:
            return self.walk(self.links.c.target_id == readable[0], live)
        targets = listed(readable, "targets")
        joins = self.links.c.target_id == targets.c.id
        return first_of_each(self, [Source(targets, len(readable), joins)], live)


def _repeated(tree: Node, field: RecordLinksField, table: Table) -> list[Truth]:
    """What the filter says of the value that links repeat, said of them: their index serves it."""
    values = allowed(tree, field.filtered_by) if field.filtered_by else None
    if values is None:
        return []
    if len(values) == 1:
        return [table.c.filtered == next(iter(values))]
    return [table.c.filtered.in_(sorted(values))]


def _texts(values: Sequence[str]) -> ColumnElement[Any]:
    return literal(list(values), ARRAY(String))


def merged_with_links(
    walks: Walks,
    branches: Sequence[Branch],
    tree: Node,
    readable: Sequence[UUID] | None = None,
) -> Select[tuple[object, ...]]:
    """`walks.merged` for records that links make visible, by the indexes of the links; with
    `readable` of what links to any of these records, all of which the viewer reads."""
    field = walks.entity.record_links
    if field is None or (readable is None and not _repeats(walks.order, field)):
        return walks.merged(branches)
    links, targets = LinkWalks.of(walks, field, tree).ranges, _targets(tree, field)
    if readable is not None:
        return walks.joined([part.to_any(readable) for part in links])
    if targets is not None:
        return walks.joined(
            [part.to(target, branches) for part in links for target in sorted(targets)]
        )
    alike: dict[Branch, list[str]] = {}
    for branch in branches:
        if branch.through is not None:
            alike.setdefault(replace(branch, through=None), []).append(branch.through)
    own = [(part, branch) for part in walks.ranges for branch in branches if not branch.through]
    return walks.joined(
        [
            *(arm for part, branch in own for arm in part.arms(branch)),
            *(part.through(branch, to) for part in links for branch, to in alike.items()),
        ]
    )


def _repeats(order: Order, field: RecordLinksField) -> bool:
    return [key.name for key in order.keys] == [field.ordered_by, "id"]


_MOST_TARGETS = 50


def _targets(tree: Node, field: RecordLinksField) -> frozenset[UUID] | None:
    """The records that the filter wants links to; None when it does not say, or names too many."""
    for condition in top_conditions(tree):
        if condition.field.name == field.name and condition.operator.name in ("eq", "in"):
            found: set[UUID] = set()
            for operand in condition.operands:
                found.update(operand.value if isinstance(operand, OneOf) else (operand.value,))
            return frozenset(found) if 0 < len(found) <= _MOST_TARGETS else None
    return None
