"""The first rows of many walks together: of each owner, of each stage, of each kind of record.

Asked for a whole page each, a department of forty gives forty pages to choose one from. So a few
rows of each tell first how far the page can reach, and no walk is followed beyond that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    ColumnElement,
    DateTime,
    FromClause,
    Select,
    String,
    cast,
    func,
    literal,
    select,
    true,
)

from chassis.records.query.operands import Truth

if TYPE_CHECKING:
    from chassis.records.query.arms import Walks

# With fewer walks, looking first would read about as much as it spares.
_LEAST_WALKS: Final = 8


@dataclass(frozen=True)
class Source:
    """What is asked one by one: about `size` rows, each of which `joins` a walk."""

    rows: FromClause
    size: int
    joins: Truth


def first_of_each(
    walks: Walks, sources: Sequence[Source], *conditions: Truth
) -> Select[tuple[object, ...]]:
    """The first rows, each once, of what `walks` gives for each combination of `sources`."""
    narrowed = (*(source.joins for source in sources), *conditions)
    few = _few(walks, sources)
    if few is not None:
        looked = _merged(walks, sources, walks.walk(*narrowed, count=few))
        narrowed = (*narrowed, _within_reach(walks, looked))
    return _merged(walks, sources, walks.walk(*narrowed))


def _few(walks: Walks, sources: Sequence[Source]) -> int | None:
    """How many rows of each walk to look at first; None where that is not worth it.

    Where a filter passes over most rows, finding even one of each walk may be all of the work.
    """
    number, first = 1, walks.order.keys[0]
    for source in sources:
        number *= source.size
    bounded = isinstance(first.element.type, DateTime) and not first.nullable
    if not walks.plain or not bounded or walks.around is not None or number < _LEAST_WALKS:
        return None
    return ceil(2 * walks.count / number)


def _merged(
    walks: Walks, sources: Sequence[Source], walk: Select[tuple[object, ...]]
) -> Select[tuple[object, ...]]:
    first = walk.correlate(*(source.rows for source in sources)).lateral("first")
    joined = sources[0].rows
    for source in sources[1:]:
        joined = joined.join(source.rows, true())
    found = (
        select(first)
        .select_from(joined.join(first, true()))
        .order_by(*walks.order.clauses_over(first.c))
        .limit(walks.count)
    )
    return walks.once(found)


def _within_reach(walks: Walks, looked: Select[tuple[object, ...]]) -> Truth:
    """Whether a row is no further down than the last of the page that `looked` would give."""
    found, key = looked.subquery("looked"), walks.order.keys[0]
    last = (
        select(found.c.sort_0)
        .order_by(*walks.order.clauses_over(found.c))
        .offset(walks.count - 1)
        .limit(1)
        .scalar_subquery()
    )
    end = literal("-infinity" if key.descending else "infinity", String)
    reach: ColumnElement[Any] = func.coalesce(last, cast(end, key.element.type))
    return key.element >= reach if key.descending else key.element <= reach
