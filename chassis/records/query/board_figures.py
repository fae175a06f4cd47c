"""What the columns of a board count and add up to, as far as the viewer sees their records.

A board, also that of some owners, takes what the database keeps (`chassis.records.figures`). Rows
are counted of one that is narrowed further, and of what is seen by observing it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Numeric,
    Select,
    String,
    cast,
    func,
    null,
    select,
    true,
    union_all,
)

from chassis.access.scope import Branch
from chassis.records.field_types.money import MoneyField
from chassis.records.query.narrowing import of_stage
from chassis.records.query.page import WHOLE, ListQuery
from chassis.records.query.scoping import FactColumns, apart, is_one_of
from chassis.records.schema import visible_fields
from chassis.stages.book import Stage

if TYPE_CHECKING:
    from chassis.context import Context
    from chassis.records.entity import Entity
    from chassis.records.field_types.stages import StageField
    from chassis.records.figures import Figures


@dataclass(frozen=True)
class _Source:
    """Rows that are counted: of records, or figures of many records each."""

    rows: FromClause
    facts: FactColumns
    condition: ColumnElement[bool]
    count: ColumnElement[Any]
    total: ColumnElement[Any]
    currency: ColumnElement[Any]


def figures_of(
    connection: Connection,
    context: Context,
    asked: ListQuery,
    field: StageField,
    stages: Sequence[Stage],
) -> dict[UUID, dict[str, Any]]:
    """By stage how many records there are and what they add up to in each currency; empty where
    the viewer is told no totals."""
    entity = asked.entity
    if context.rights.switch(entity.name, "hide_totals"):
        return {}
    money = _money(entity, context)
    found: dict[UUID, dict[str, Any]] = {
        stage.id: {"count": 0, "totals": None if money is None else []} for stage in stages
    }
    arms = [
        arm
        for branches, alike in seen_alike(asked.branches, stages).items()
        for arm in _counted(asked, field, alike, branches, money)
    ]
    if not arms:
        return found
    every = (arms[0] if len(arms) == 1 else union_all(*arms)).subquery("every")
    c = every.c
    query = select(c.stage, c.currency, func.sum(c.rows), func.sum(c.total))
    query = query.group_by(c.stage, c.currency).order_by(c.stage, c.currency)
    for stage_id, code, count, amount in connection.execute(query.having(func.sum(c.rows) != 0)):
        found[stage_id]["count"] += int(count)
        if code is not None and money is not None:
            found[stage_id]["totals"].append({"amount": format(amount, "f"), "currency": code})
    return found


def seen_alike(
    branches: Sequence[Branch], stages: Sequence[Stage]
) -> dict[tuple[Branch, ...], list[UUID]]:
    """The stages by what the viewer sees of each; those of which nothing is seen are left out."""
    found: dict[tuple[Branch, ...], list[UUID]] = {}
    for stage in stages:
        parts = [part for branch in branches if (part := of_stage(branch, stage.id)) is not None]
        if parts:
            seen = (WHOLE,) if WHOLE in parts else tuple(dict.fromkeys(parts))
            found.setdefault(seen, []).append(stage.id)
    return found


def _counted(
    asked: ListQuery,
    field: StageField,
    stages: Sequence[UUID],
    branches: Sequence[Branch],
    money: MoneyField | None,
) -> Iterator[Select[Any]]:
    """Counts and totals of `stages` as one part for each of `branches`."""
    # Figures do not know observers. What observing adds comes last, without what is counted before.
    ordered = sorted(branches, key=lambda branch: branch.observer is not None)
    records, kept = _records(asked.entity, money, asked.condition), asked.entity.figures
    source = records
    if kept is not None and asked.in_branches and (money is None or money.column == kept.money):
        source = _kept(records, kept, field)
    parts = zip(ordered, apart(source.facts, ordered), apart(records.facts, ordered), strict=True)
    for branch, of_source, of_records in parts:
        if branch.observer is None:
            yield _sums(source, field, stages, of_source)
        else:
            yield _sums(records, field, stages, of_records)


def _records(entity: Entity, money: MoneyField | None, condition: Any) -> _Source:
    c = entity.table.c
    none = cast(null(), Numeric)
    return _Source(
        rows=entity.table, facts=FactColumns.of(entity), condition=condition, count=func.count(),
        total=none if money is None else func.sum(c[money.column]),
        currency=cast(null(), String) if money is None else c[f"{money.column}_currency"],
    )  # fmt: skip


def _kept(records: _Source, kept: Figures, field: StageField) -> _Source:
    c = kept.table.c
    facts = replace(records.facts, owner=c.owner_id, stage=c[field.column], open=c.open)
    return _Source(
        rows=kept.table, facts=facts, condition=true(), count=func.sum(c.count),
        total=func.sum(c.total), currency=c[f"{kept.money}_currency"],
    )  # fmt: skip


def _sums(
    source: _Source, field: StageField, stages: Sequence[UUID], holds: ColumnElement[bool]
) -> Select[Any]:
    stage = source.rows.c[field.column]
    query = select(
        stage.label("stage"), source.currency.label("currency"), source.count.label("rows"),
        source.total.label("total"),
    ).where(is_one_of(stage, stages), source.condition, holds)  # fmt: skip
    return query.group_by(stage, source.currency)


def _money(entity: Entity, context: Context) -> MoneyField | None:
    """The money that a board adds up: the first that the viewer sees."""
    seen = visible_fields(entity, context.rights)
    fields = (entity.fields[name] for name in seen)
    return next((field for field in fields if isinstance(field, MoneyField)), None)
