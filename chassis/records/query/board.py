"""A board: the stages of a pipeline as columns, each with its first records, count and totals.

Whatever it shows takes the same few statements: one for the first records of all columns, one for
all counts and totals, and what any list needs for child rows and labels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    Connection,
    Select,
    and_,
    select,
    true,
    union_all,
)

from chassis.errors import NotFound
from chassis.records.dump import complete, dump, labels_for
from chassis.records.query import cursor
from chassis.records.query.arms import listed
from chassis.records.query.board_figures import figures_of, seen_alike
from chassis.records.query.page import ListQuery, understand
from chassis.records.query.parse import refuse
from chassis.records.schema import visible_fields
from chassis.stages.book import Stage, stages_of
from chassis.stages.pipelines import Pipeline, pipelines_of

if TYPE_CHECKING:
    from uuid import UUID

    from chassis.access.scope import Branch
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
    place, figures = query.get("cursor"), {}
    if place is None:
        figures = figures_of(connection, context, asked, field, stages)
    elif query.get("stage") is None:
        refuse("/stage", "required", "A cursor goes on within one stage.")
    else:
        after = cursor.decode(place, asked.order, _binding(asked, stages[0]))
        asked = replace(asked, after=after)
    rows = _first_rows(connection, asked, field, stages)
    _dump(connection, context, asked, rows)
    columns = [_column(asked, stage, rows[stage.id], figures.get(stage.id)) for stage in stages]
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


def _binding(asked: ListQuery, stage: Stage) -> list[Any]:
    """What a cursor belongs to that goes on with the column of `stage`."""
    return [*asked.binding, str(stage.id)]


def _first_rows(
    connection: Connection, asked: ListQuery, field: StageField, stages: Sequence[Stage]
) -> dict[UUID, Rows]:
    """By stage the rows of its column and the one after them."""
    rows: dict[UUID, Rows] = {stage.id: [] for stage in stages}
    arms = [
        _columns(asked, field, alike, branches)
        for branches, alike in seen_alike(asked.branches, stages).items()
    ]
    if not arms:
        return rows
    every = (arms[0] if len(arms) == 1 else union_all(*arms)).subquery("every")
    query = asked.joined(every).add_columns(every.c.board_stage)
    for row in connection.execute(query.order_by(*asked.order.clauses_over(every.c))).mappings():
        rows[row["board_stage"]].append(dict(row))
    return rows


def _columns(
    asked: ListQuery, field: StageField, stages: Sequence[UUID], branches: Sequence[Branch]
) -> Select[Any]:
    """The keys of the first rows of each of `stages`, in which the viewer sees `branches`."""
    columns = listed(stages, "board_columns")
    within = asked.entity.table.c[field.column] == columns.c.id
    condition = and_(asked.condition, within)
    walk = replace(asked, condition=condition, branches=branches, around=columns).keys()
    first = walk.lateral("column_rows")
    return select(columns.c.id.label("board_stage"), first).join_from(columns, first, true())


def _dump(
    connection: Connection, context: Context, asked: ListQuery, found: Mapping[UUID, Rows]
) -> None:
    """Give the rows of each column, but the one after them, the `record` they are."""
    entity, parameters = asked.entity, asked.parameters
    every = [row for rows in found.values() for row in rows[: parameters.limit]]
    complete(connection, entity, every, (*parameters.fields, *asked.referring))
    labels = labels_for(connection, entity, every, parameters.include, context.rights)
    for row in every:
        row["record"] = dump(entity, row, parameters.fields, labels, parameters.include)


def _column(
    asked: ListQuery, stage: Stage, rows: Rows, figures: Mapping[str, Any] | None
) -> Column:
    limit = asked.parameters.limit
    shown, following = rows[:limit], None
    if len(rows) > limit:
        last = [shown[-1][f"sort_{place}"] for place in range(len(asked.order.keys))]
        following = cursor.encode(last, _binding(asked, stage))
    told = figures or {"count": None, "totals": None}
    items = [row["record"] for row in shown]
    return Column(stage, items, following, told["count"], told["totals"])
