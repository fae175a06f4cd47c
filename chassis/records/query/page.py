"""One page of a list: a fixed number of statements, however many rows and references it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Column, Connection, FromClause, Select, and_, select

from chassis.access.scope import Branch, scope
from chassis.records.dump import Labels, columns_for, complete, dump, labels_for
from chassis.records.facts import fact_columns
from chassis.records.query import count, cursor
from chassis.records.query.arms import Walks
from chassis.records.query.link_arms import merged_with_links
from chassis.records.query.matching import matches
from chassis.records.query.narrowing import (
    narrowed,
    narrowed_by_all,
    served_as_it_is,
    served_by_stage,
)
from chassis.records.query.operands import Truth
from chassis.records.query.parameters import Parameters, parse_parameters
from chassis.records.query.parse import filter_json, parse_filter, refuse
from chassis.records.query.quick import parse_quick, quick
from chassis.records.query.sort import Order, parse_sort
from chassis.records.query.stage_codes import StageCodes
from chassis.records.query.tree import Node
from chassis.records.query.viewer import Viewer
from chassis.records.schema import visible_fields

if TYPE_CHECKING:
    from chassis.context import Context
    from chassis.records.entity import Entity, Record

WHOLE = Branch()


@dataclass(frozen=True)
class ListQuery:
    """A list as one viewer may see it. `condition` leaves the cursor out, as counting must; it may
    refer to `around`, a source of the statement that the list stands in. With `in_branches`
    `branches` say all of `condition` but that records are live."""

    entity: Entity
    parameters: Parameters
    condition: Truth
    branches: Sequence[Branch]
    order: Order
    by_stage: bool
    plain: bool
    in_branches: bool
    after: Sequence[Any] | None
    binding: Sequence[Any]
    tree: Node
    targets: Sequence[UUID] | None = None
    around: FromClause | None = None

    def page(self) -> Select[Any]:
        """The rows of the page and the one after it, in order, with their sort keys."""
        ranges = self._walks.ranges
        if list(self.branches) == [WHOLE] and len(ranges) == 1:
            return ranges[0].walk().with_only_columns(*self.columns, *self.order.labelled)
        found = self.keys().subquery("found")
        return self.joined(found).order_by(*self.order.clauses_over(found.c))

    def keys(self) -> Select[Any]:
        """Id and sort keys alone of what `page` gives."""
        if list(self.branches) == [WHOLE]:
            return self._walks.joined([part.walk() for part in self._walks.ranges])
        return merged_with_links(self._walks, self.branches, self.tree, self.targets)

    def joined(self, found: FromClause) -> Select[Any]:
        """The rows whose ids and sort keys are `found`."""
        table = self.entity.table
        keys = [found.c[f"sort_{place}"] for place in range(len(self.order.keys))]
        rows = found.join(table, table.c.id == found.c.id)
        return select(*self.columns, *keys).select_from(rows)

    @property
    def columns(self) -> list[Column[Any]]:
        """The columns that the answer needs."""
        table = self.entity.table
        names = columns_for(self.entity, (*self.parameters.fields, *self.referring))
        facts = fact_columns(self.entity) if self.deciding else ()
        return [table.c[name] for name in dict.fromkeys((*names, *facts))]

    @property
    def _walks(self) -> Walks:
        count = self.parameters.limit + 1
        return Walks(
            self.entity,
            self.condition,
            self.order,
            count,
            self.by_stage,
            self.plain,
            after=self.after,
            around=self.around,
        )

    @property
    def deciding(self) -> list[str]:
        """The fields besides facts in columns that decide who reads a record."""
        return [self.entity.read_through.name] if self.entity.read_through else []

    @property
    def referring(self) -> list[str]:
        """The fields whose records are to be included."""
        included = self.parameters.include
        return [field.name for field in self.entity.reference_fields if field.alias in included]


@dataclass(frozen=True)
class Page:
    """What was read of a page. `rows` are complete as far as the answer needs it."""

    asked: ListQuery
    rows: Sequence[dict[str, Any]]
    labels: Labels
    following: str | None
    total: Mapping[str, Any]

    def answer(self) -> dict[str, Any]:
        """items, next_cursor, and with `count` total and total_relation."""
        entity, parameters = self.asked.entity, self.asked.parameters
        items = [
            dump(entity, row, parameters.fields, self.labels, parameters.include)
            for row in self.rows
        ]
        return {"items": items, "next_cursor": self.following, **self.total}


def read_page(
    connection: Connection,
    context: Context,
    model: type[Record],
    query: Mapping[str, Any],
    *,
    targets: Sequence[UUID] | None = None,
    bound_to: Any = None,
) -> Page:
    """The page of `model`'s records that `query` asks for.

    With `targets`, records which the viewer reads, only what links to any of them; `bound_to` then
    says what its cursors belong to. Raises Forbidden when the viewer reads none of them anywhere,
    Malformed for what is wrong with `query`. `connection` is one of `Database.reading()`.
    """
    context.rights.require(model.entity.name, "read")
    asked = understand(connection, context, model, query, bound_to)
    if targets is not None:
        asked = replace(asked, targets=targets)
    rows, labels, following = _page(connection, context, asked)
    return Page(asked, rows, labels, following, _total(connection, context, asked))


def understand(
    connection: Connection,
    context: Context,
    model: type[Record],
    query: Mapping[str, Any],
    bound_to: Any = None,
) -> ListQuery:
    """The list that `query` asks for, ready to be run; Malformed when it cannot be understood."""
    entity, viewer = model.entity, Viewer.of(context)
    if not isinstance(query, Mapping):
        refuse("", "wrong_type", "A query is an object.")
    visible = visible_fields(entity, context.rights)
    parameters = parse_parameters(query, entity, visible)
    stages = StageCodes(connection, entity.name)
    asked, words = filter_json(query.get("filter")), parse_quick(query.get("q"))
    tree = parse_filter(asked, entity, viewer, stages)
    in_bin = parameters.in_bin
    order = parse_sort(query.get("sort"), entity, visible, stages, viewer, in_bin=in_bin)
    binding = [entity.name, asked, words, order.canonical, in_bin, viewer.user_id, bound_to]
    place = query.get("cursor")
    deleted_at = entity.table.c.deleted_at
    return ListQuery(
        entity=entity,
        parameters=parameters,
        condition=and_(
            deleted_at.is_not(None) if in_bin else deleted_at.is_(None),
            matches(tree, entity, viewer),
            quick(words, entity, visible),
        ),
        branches=narrowed(scope(context.rights, entity.name, "read"), tree, entity),
        order=order,
        by_stage=served_by_stage(order, tree, entity),
        plain=not words and not in_bin and served_as_it_is(order, tree, entity),
        in_branches=not (words or in_bin) and narrowed_by_all(tree, entity),
        after=None if place is None else cursor.decode(place, order, binding),
        binding=binding,
        tree=tree,
    )


def _page(
    connection: Connection, context: Context, asked: ListQuery
) -> tuple[list[dict[str, Any]], Labels, str | None]:
    if not asked.branches:
        return [], {}, None
    entity, parameters = asked.entity, asked.parameters
    rows = [dict(row) for row in connection.execute(asked.page()).mappings()]
    more, rows = len(rows) > parameters.limit, rows[: parameters.limit]
    complete(connection, entity, rows, (*parameters.fields, *asked.referring, *asked.deciding))
    labels = labels_for(connection, entity, rows, parameters.include, context.rights)
    last = [rows[-1][f"sort_{n}"] for n in range(len(asked.order.keys))] if more else None
    following = None if last is None else cursor.encode(last, asked.binding)
    return rows, labels, following


def _total(connection: Connection, context: Context, asked: ListQuery) -> dict[str, Any]:
    wanted, entity = asked.parameters.count, asked.entity
    if wanted == "none":
        return {}
    if context.rights.switch(entity.name, "hide_totals"):
        return {"total": None}
    if wanted == "exact":
        return count.exact(connection, context, entity, asked.condition, asked.branches)
    return count.estimate(connection, entity, asked.condition, asked.branches)
