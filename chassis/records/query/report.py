"""Reports: the rows that a list would show, put together and measured, in one statement.

The condition and the viewer's branches are the list's own, so that a figure always equals the rows
behind it. Names of what is grouped by take as many statements as a list's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, FromClause, Select, false, func, select, union_all
from sqlalchemy.sql.elements import UnaryExpression

from chassis.errors import Forbidden
from chassis.records.dump import labels_for
from chassis.records.field_types.money import base_currency
from chassis.records.query.grouping import Group, named, parse_groups
from chassis.records.query.measuring import Measure, figures_of, parse_measures
from chassis.records.query.page import ListQuery, understand
from chassis.records.query.parameters import parse_include, parse_limit, refuse_strangers
from chassis.records.query.parse import CONDITIONS_LIMIT, filter_json, refuse
from chassis.records.query.scoping import FactColumns, apart
from chassis.records.query.tree import Node, leaves
from chassis.records.query.viewer import Viewer
from chassis.records.schema import visible_fields
from chassis.stages.tables import STAGES

if TYPE_CHECKING:
    from chassis.context import Context
    from chassis.records.entity import Entity, Record

LIMIT: Final = 100
LARGEST_LIMIT: Final = 1_000
SORT_LIMIT: Final = 3
PARAMETERS: Final = ("group", "measure", "filter", "q", "sort", "limit", "include")
# A period is two conditions of the filter of its group.
_OF_A_GROUP: Final = 2


@dataclass(frozen=True)
class ReportQuery:
    """A report as one viewer may see it. `order` is (name, descending) of groups or measures."""

    rows: ListQuery
    groups: tuple[Group, ...]
    measures: tuple[Measure, ...]
    order: Sequence[tuple[str, bool]]
    limit: int
    include: tuple[str, ...]
    filter: Mapping[str, Any]

    def statement(self) -> Select[Any]:
        """The groups in order, and one more than the limit."""
        conditions = list(apart(FactColumns.of(self.rows.entity), self.rows.branches)) or [false()]
        arms = [self._part(condition) for condition in conditions]
        parts = (arms[0] if len(arms) == 1 else union_all(*arms)).subquery("parts")
        raw = [parts.c[f"group_{place}"] for place in range(len(self.groups))]
        keys = [group.key(element) for group, element in zip(self.groups, raw, strict=True)]
        figures = [one for figure in figures_of(self.measures) for one in figure.merged(parts)]
        shown = [key.label(f"key_{place}") for place, key in enumerate(keys)]
        query = select(*shown, func.sum(parts.c.rows).label("rows"), *figures)
        query = query.select_from(self._with_stages(parts, raw))
        # Without any group there is one row, whatever there is to count.
        return query.group_by(*keys).order_by(*self._clauses(parts, raw)).limit(self.limit + 1)

    def _part(self, condition: Any) -> Select[Any]:
        table, figures = self.rows.entity.table, figures_of(self.measures)
        raw = [group.element.label(f"group_{place}") for place, group in enumerate(self.groups)]
        currencies = [figure.currency(table) for figure in figures if figure.money]
        told = [one for figure in figures for one in figure.parted(table)]
        query = select(*raw, *currencies, func.count().label("rows"), *told).select_from(table)
        query = query.where(self.rows.condition, condition)
        # By position: the same expression twice may not look the same to the database.
        named_columns = [*raw, *currencies]
        return (
            query.group_by(*(column.name for column in named_columns)) if named_columns else query
        )

    def _with_stages(self, parts: FromClause, raw: Sequence[Any]) -> FromClause:
        for group, element in zip(self.groups, raw, strict=True):
            if group.by_stage:
                return parts.outerjoin(STAGES, STAGES.c.id == element)
        return parts

    def _clauses(self, parts: FromClause, raw: Sequence[Any]) -> Iterator[UnaryExpression[Any]]:
        measures = {measure.name: measure for measure in self.measures}
        ranks = {g.name: g.rank(one) for g, one in zip(self.groups, raw, strict=True)}
        for name, descending in self.order:
            element = ranks[name] if name in ranks else measures[name].order(parts)
            yield (element.desc() if descending else element.asc()).nulls_last()
        named_already = {name for name, _ in self.order}
        yield from (r.asc().nulls_last() for name, r in ranks.items() if name not in named_already)


def read_report(
    connection: Connection, context: Context, model: type[Record], query: Mapping[str, Any]
) -> dict[str, Any]:
    """The groups that `query` asks for, each with its figures and the filter of its rows, and
    whether there are `more`.

    Raises Forbidden when the viewer reads none of the records anywhere or sees no totals of them,
    Malformed for what is wrong with `query`. `connection` is one of `Database.reading()`.
    """
    entity = model.entity
    context.rights.require(entity.name, "read")
    if context.rights.switch(entity.name, "hide_totals"):
        raise Forbidden("Your roles hide totals of these.", code="totals_hidden")
    asked = _understand(connection, context, model, query)
    found = [dict(row) for row in connection.execute(asked.statement()).mappings()]
    more, found = len(found) > asked.limit, found[: asked.limit]
    names = _names(connection, context, entity, asked, found)
    currency = base_currency(context.organisation)
    groups = [
        {
            "key": {g.name: g.shown(row[f"key_{place}"]) for place, g in enumerate(asked.groups)},
            **included,
            "figures": {one.name: one.answer(row, currency) for one in asked.measures},
            "filter": _narrowed(asked, row),
        }
        for row, included in zip(found, names, strict=True)
    ]
    return {"groups": groups, "more": more}


def check_query(
    connection: Connection, context: Context, model: type[Record], query: Mapping[str, Any]
) -> None:
    """Raise what a list of `query`, or a report by its `group`, would be refused with."""
    context.rights.require(model.entity.name, "read")
    if not isinstance(query, Mapping):
        refuse("", "wrong_type", "A query is an object.")
    visible = visible_fields(model.entity, context.rights)
    parse_groups(query.get("group"), model.entity, visible, Viewer.of(context))
    asked = {name: query[name] for name in query if name != "group"}
    understand(connection, context, model, asked)


def _understand(
    connection: Connection, context: Context, model: type[Record], query: Mapping[str, Any]
) -> ReportQuery:
    entity, viewer = model.entity, Viewer.of(context)
    if not isinstance(query, Mapping):
        refuse("", "wrong_type", "A query is an object.")
    refuse_strangers(query, PARAMETERS)
    visible = visible_fields(entity, context.rights)
    groups = parse_groups(query.get("group"), entity, visible, viewer)
    measures = parse_measures(query.get("measure"), entity, visible)
    rows = understand(
        connection, context, model, {n: query[n] for n in ("filter", "q") if n in query}
    )
    _refuse_too_many(rows.tree, groups)
    grouped = [group.path for group in groups]
    return ReportQuery(
        rows=rows,
        groups=groups,
        measures=measures,
        order=_order(query.get("sort"), [*(g.name for g in groups), *(m.name for m in measures)]),
        limit=parse_limit(query.get("limit"), LIMIT, LARGEST_LIMIT),
        include=parse_include(query.get("include"), entity, grouped),
        filter=filter_json(query.get("filter")) or {},
    )


def _refuse_too_many(tree: Node, groups: Sequence[Group]) -> None:
    """The filter of a group has to be one that the list takes."""
    if leaves(tree) + _OF_A_GROUP * len(groups) > CONDITIONS_LIMIT:
        refuse("/filter", "too_many", f"At most {CONDITIONS_LIMIT} conditions with the groups.")


def _order(value: Any, known: Sequence[str]) -> list[tuple[str, bool]]:
    order = [(name.removeprefix("-"), name.startswith("-"))
             for name in named(value, "/sort", SORT_LIMIT)]  # fmt: skip
    if not {name for name, _ in order} <= set(known):
        refuse("/sort", "unknown_field", "Sort by what is grouped or measured.")
    if len({name for name, _ in order}) < len(order):
        refuse("/sort", "repeated", "A name stands there twice.")
    return order


def _narrowed(asked: ReportQuery, row: Mapping[str, Any]) -> dict[str, Any]:
    """The filter that was asked for, narrowed to the group of `row`, and no deeper than it was."""
    found = dict(asked.filter)
    for place, group in enumerate(asked.groups):
        condition = group.filter(row[f"key_{place}"])
        if group.path in found:
            found["and"] = [*found.get("and", ()), {group.path: condition}]
        else:
            found[group.path] = condition
    return found


def _names(
    connection: Connection,
    context: Context,
    entity: Entity,
    asked: ReportQuery,
    found: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """For each group what the references in it that were to be included are called."""
    fields = {
        place: entity.fields[group.path]
        for place, group in enumerate(asked.groups)
        if group.path in entity.fields
    }
    references = [
        (place, field)
        for field in entity.reference_fields
        if field.alias in asked.include
        for place, other in fields.items()
        if other is field
    ]
    rows = [{field.column: row[f"key_{place}"] for place, field in references} for row in found]
    labels = labels_for(connection, entity, rows, asked.include, context.rights)
    return [
        {field.alias: _label(row[field.column], labels.get(field.target, {}))
         for _, field in references}
        for row in rows
    ]  # fmt: skip


def _label(identifier: Any, known: Mapping[Any, Mapping[str, Any]]) -> dict[str, Any] | None:
    if identifier is None:
        return None
    return {"id": str(identifier), "name": None, **known.get(identifier, {})}
