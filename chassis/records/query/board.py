"""A board: the stages of a pipeline as columns, each with its first records, count and totals.

Whatever it shows takes the same few statements: one for the first records of all columns, one for
all counts and totals, and what any list needs for child rows and labels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, and_, func, literal, select, union_all

from chassis.errors import NotFound
from chassis.records.dump import complete, dump, labels_for
from chassis.records.field_types.money import MoneyField
from chassis.records.query import cursor
from chassis.records.query.narrowing import within_stage
from chassis.records.query.page import WHOLE, ListQuery, understand
from chassis.records.query.parse import refuse
from chassis.records.query.scoping import FactColumns, is_one_of, scope_condition
from chassis.records.schema import visible_fields
from chassis.stages.book import Stage, stages_of
from chassis.stages.pipelines import Pipeline, pipelines_of

if TYPE_CHECKING:
    from uuid import UUID

    from chassis.context import Context
    from chassis.records.entity import Entity, Record
    from chassis.records.field_types.stages import StageField

LIMIT: Final = 20
_OWN: Final = ("pipeline", "stage", "cursor")
_OF_LISTS: Final = ("count", "deleted")

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Column:
    """One stage with its first records; `count` and `totals` None where they are not told."""

    stage: Stage
    items: Rows
    next_cursor: str | None
    count: int | None
    totals: list[dict[str, Any]] | None


@dataclass(frozen=True)
class Board:
    """The columns of a pipeline, in the order of its stages."""

    pipeline: Pipeline
    columns: Sequence[Column]

    def columns_shown(self, shown: Callable[[Stage], dict[str, Any]]) -> Rows:
        """The columns as the API answers them, each stage as `shown` has it."""
        return [
            {
                "stage": shown(column.stage),
                "items": column.items,
                "next_cursor": column.next_cursor,
                "count": column.count,
                "totals": column.totals,
            }
            for column in self.columns
        ]


def board(
    connection: Connection, context: Context, model: type[Record], query: Mapping[str, Any]
) -> Board:
    """The board that `query` asks for, as far as the viewer sees its records.

    `query` names a `pipeline` by id or code, the first one by default, and takes what a list takes,
    for each column. With a `stage` there is that column alone, which a `cursor` goes on with.
    """
    entity, field = model.entity, _stage_field(model.entity, context)
    if not isinstance(query, Mapping):
        refuse("", "wrong_type", "A query is an object.")
    for name in query:
        if name in _OF_LISTS:
            refuse(f"/{name}", "unknown_parameter", "No such parameter.")
    wanted = {name: query[name] for name in query if name not in _OWN}
    asked = understand(connection, context, model, {**wanted, "limit": _limit(wanted)})
    pipeline = _pipeline(connection, entity, query.get("pipeline"))
    stages = _stages(connection, entity, pipeline, query.get("stage"))
    place = query.get("cursor")
    if place is not None and query.get("stage") is None:
        refuse("/stage", "required", "A cursor goes on within one stage.")
    pages = [_within(asked, field, stage, place) for stage in stages]
    rows = _first_rows(connection, pages)
    shown = _shown(connection, context, asked, rows)
    figures = {} if place is not None else _figures(connection, context, asked, field, stages)
    columns = [
        _column(page, stage, items, figures.get(stage.id))
        for page, stage, items in zip(pages, stages, shown, strict=True)
    ]
    return Board(pipeline, columns)


def _limit(query: Mapping[str, Any]) -> Any:
    return LIMIT if query.get("limit") is None else query["limit"]


def _stage_field(entity: Entity, context: Context) -> StageField:
    """The field whose stages are the columns; a viewer from whom it is hidden has no board."""
    field, seen = entity.stage_field, visible_fields(entity, context.rights)
    if field is None or not field.within or field.name not in seen or field.within not in seen:
        raise NotFound("There is no board here.")
    return field


def _pipeline(connection: Connection, entity: Entity, given: Any) -> Pipeline:
    known = pipelines_of(connection, entity.name)
    found = [one for one in known if given in (None, one.code, str(one.id))]
    if not found:
        refuse("/pipeline", "unknown_value", "There is no such pipeline.")
    return found[0]


def _stages(connection: Connection, entity: Entity, pipeline: Pipeline, given: Any) -> list[Stage]:
    stages = stages_of(connection, entity.name, [pipeline.id])
    if given is None:
        return stages
    found = [stage for stage in stages if given == stage.code]
    if not found:
        refuse("/stage", "unknown_value", "There is no such stage.")
    return found


def _within(asked: ListQuery, field: StageField, stage: Stage, place: Any) -> ListQuery:
    """The list that is the column of `stage`, after the record that the cursor `place` names."""
    binding = [*asked.binding, str(stage.id)]
    column = asked.entity.table.c[field.column]
    found = (within_stage(branch, stage.id) for branch in asked.branches)
    whole = list(asked.branches) == [WHOLE]
    return replace(
        asked,
        condition=and_(asked.condition, column == stage.id),
        branches=asked.branches if whole else [branch for branch in found if branch],
        binding=binding,
        after=None if place is None else cursor.decode(place, asked.order, binding),
    )


def _first_rows(connection: Connection, pages: Sequence[ListQuery]) -> list[Rows]:
    """The rows of each of `pages` and the one after them."""
    rows: list[Rows] = [[] for _ in pages]
    arms = [
        select(page.keys(), literal(place).label("board_column"))
        for place, page in enumerate(pages)
        if page.branches
    ]
    if not arms:
        return rows
    every = union_all(*arms).subquery("every")
    column = every.c.board_column
    query = pages[0].joined(every).add_columns(column)
    query = query.order_by(column, *pages[0].order.clauses_over(every.c))
    for row in connection.execute(query).mappings():
        rows[row["board_column"]].append(dict(row))
    return rows


def _shown(
    connection: Connection, context: Context, asked: ListQuery, found: Sequence[Rows]
) -> list[Rows]:
    """The rows with the records they are, dumped under `record`."""
    entity, parameters = asked.entity, asked.parameters
    every = [row for rows in found for row in rows[: parameters.limit]]
    complete(connection, entity, every, (*parameters.fields, *asked.referring))
    labels = labels_for(connection, entity, every, parameters.include, context.rights)
    for row in every:
        row["record"] = dump(entity, row, parameters.fields, labels, parameters.include)
    return list(found)


def _column(page: ListQuery, stage: Stage, rows: Rows, figures: Mapping[str, Any] | None) -> Column:
    limit = page.parameters.limit
    shown, following = rows[:limit], None
    if len(rows) > limit:
        last = [shown[-1][f"sort_{place}"] for place in range(len(page.order.keys))]
        following = cursor.encode(last, page.binding)
    told = figures or {"count": None, "totals": None}
    items = [row["record"] for row in shown]
    return Column(stage, items, following, told["count"], told["totals"])


def _figures(
    connection: Connection,
    context: Context,
    asked: ListQuery,
    field: StageField,
    stages: Sequence[Stage],
) -> dict[UUID, dict[str, Any]]:
    """By stage how many records there are and what they add up to in each currency."""
    entity = asked.entity
    if context.rights.switch(entity.name, "hide_totals"):
        return {}
    money = _money(entity, context)
    figures: dict[UUID, dict[str, Any]] = {
        stage.id: {"count": 0, "totals": None if money is None else []} for stage in stages
    }
    if not asked.branches:
        return figures
    c = entity.table.c
    stage = c[field.column]
    currency = literal(None) if money is None else c[f"{money.column}_currency"]
    total = literal(None) if money is None else func.sum(c[money.column])
    query = (
        select(stage, currency.label("currency"), func.count().label("rows"), total.label("total"))
        .where(
            asked.condition,
            is_one_of(stage, [one.id for one in stages]),
            scope_condition(FactColumns.of(entity), asked.branches),
        )
        .group_by(stage, *([] if money is None else [currency]))
        .order_by(stage, "currency")
    )
    for stage_id, code, count, amount in connection.execute(query):
        figures[stage_id]["count"] += count
        if code is not None:
            figures[stage_id]["totals"].append({"amount": format(amount, "f"), "currency": code})
    return figures


def _money(entity: Entity, context: Context) -> MoneyField | None:
    """The money that a board adds up: the first that the viewer sees."""
    seen = visible_fields(entity, context.rights)
    fields = (entity.fields[name] for name in seen)
    return next((field for field in fields if isinstance(field, MoneyField)), None)
