"""One page of a list: a fixed number of statements, however many rows and references it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, FromClause, Select, and_, select

from chassis.access.scope import Branch, scope
from chassis.records.dump import columns_for, complete, dump, labels_for
from chassis.records.query import count, cursor
from chassis.records.query.arms import Walks, narrowed, served_by_stage
from chassis.records.query.matching import matches
from chassis.records.query.operands import Truth
from chassis.records.query.parameters import Parameters, parse_parameters
from chassis.records.query.parse import filter_json, parse_filter, refuse
from chassis.records.query.quick import parse_quick, quick
from chassis.records.query.sort import Order, parse_sort
from chassis.records.query.stage_codes import StageCodes
from chassis.records.query.viewer import Viewer
from chassis.records.schema import visible_fields

if TYPE_CHECKING:
    from chassis.context import Context
    from chassis.records.entity import Entity, Record

WHOLE = Branch()


@dataclass(frozen=True)
class ListQuery:
    """A list as one viewer may see it. `condition` leaves the cursor out, as counting must; it may
    refer to `around`, a source of the statement that the list stands in."""

    entity: Entity
    parameters: Parameters
    condition: Truth
    branches: Sequence[Branch]
    order: Order
    by_stage: bool
    after: Sequence[Any] | None
    binding: Sequence[Any]
    around: FromClause | None = None

    def page(self) -> Select[Any]:
        """The rows of the page and the one after it, in order, with their sort keys."""
        if list(self.branches) == [WHOLE]:
            return self._walks.walk().with_only_columns(*self.columns, *self.order.labelled)
        found = self.keys().subquery("found")
        return self.joined(found).order_by(*self.order.clauses_over(found.c))

    def keys(self) -> Select[Any]:
        """Id and sort keys alone of what `page` gives."""
        if list(self.branches) == [WHOLE]:
            return self._walks.walk()
        return self._walks.merged(self.branches)

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
        return [table.c[name] for name in names]

    @property
    def _walks(self) -> Walks:
        shown = self.condition
        if self.after is not None:
            shown = and_(shown, self.order.after(self.after))
        count = self.parameters.limit + 1
        return Walks(self.entity, shown, self.order, count, self.by_stage, self.around)

    @property
    def referring(self) -> list[str]:
        """The fields whose records are to be included."""
        included = self.parameters.include
        return [field.name for field in self.entity.reference_fields if field.alias in included]


def list_page(
    connection: Connection, context: Context, model: type[Record], query: Mapping[str, Any]
) -> dict[str, Any]:
    """The page of `model`'s records that `query` asks for: items, next_cursor, and with `count`
    total and total_relation.

    Raises Forbidden when the viewer reads none of them anywhere, Malformed for what is wrong with
    `query`. `connection` is one of `Database.reading()`.
    """
    context.rights.require(model.entity.name, "read")
    asked = understand(connection, context, model, query)
    answer = _page(connection, context, asked)
    answer.update(_total(connection, context, asked))
    return answer


def understand(
    connection: Connection, context: Context, model: type[Record], query: Mapping[str, Any]
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
    binding = [entity.name, asked, words, order.canonical, in_bin, viewer.user_id]
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
        after=None if place is None else cursor.decode(place, order, binding),
        binding=binding,
    )


def _page(connection: Connection, context: Context, asked: ListQuery) -> dict[str, Any]:
    if not asked.branches:
        return {"items": [], "next_cursor": None}
    entity, parameters = asked.entity, asked.parameters
    rows = [dict(row) for row in connection.execute(asked.page()).mappings()]
    more, rows = len(rows) > parameters.limit, rows[: parameters.limit]
    complete(connection, entity, rows, (*parameters.fields, *asked.referring))
    labels = labels_for(connection, entity, rows, parameters.include, context.rights)
    items = [dump(entity, row, parameters.fields, labels, parameters.include) for row in rows]
    last = [rows[-1][f"sort_{n}"] for n in range(len(asked.order.keys))] if more else None
    following = None if last is None else cursor.encode(last, asked.binding)
    return {"items": items, "next_cursor": following}


def _total(connection: Connection, context: Context, asked: ListQuery) -> dict[str, Any]:
    wanted, entity = asked.parameters.count, asked.entity
    if wanted == "none":
        return {}
    if context.rights.switch(entity.name, "hide_totals"):
        return {"total": None}
    if wanted == "exact":
        return count.exact(connection, context, entity, asked.condition, asked.branches)
    return count.estimate(connection, entity, asked.condition, asked.branches)
