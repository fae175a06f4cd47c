"""One hop away: copied fields of what a reference points at, as far as the viewer reads that.

The target's rows are read where they are kept here, its labels otherwise. An unreadable or deleted
target has empty values: it is shown, filtered and sorted like none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import FromClause, Table, and_, exists, false, func, not_, select, true

from chassis.access.rights import governing_setting
from chassis.access.scope import scope
from chassis.listening.tables import LABELS
from chassis.records.field_types.links import LinksField
from chassis.records.query.filters import Operator
from chassis.records.query.operands import Element, Operand, Truth
from chassis.records.query.scoping import FactColumns, observed, scope_condition
from chassis.records.query.viewer import Viewer

if TYPE_CHECKING:
    from chassis.records.entity import Entity
    from chassis.records.field_types.references import ReferenceField


@dataclass(frozen=True)
class _Target:
    source: FromClause
    id: Element
    value: Element
    kept: Truth
    facts: FactColumns


def hop_matches(
    operator: Operator,
    operands: Sequence[Operand],
    reference: ReferenceField,
    name: str,
    entity: Entity,
    viewer: Viewer,
) -> Truth:
    """Whether `name` of anything that `reference` points at compares with `operands`."""
    target = _target(reference, entity, name)
    found = (
        exists()
        .where(*_seen(reference, target, entity, viewer))
        .select_from(target.source)
        .correlate(entity.table)
    )
    if operator.build is None:
        return not_(found.where(target.value.is_not(None), target.value != ""))
    return found.where(operator.build(target.value, operands))


def hop_value(reference: ReferenceField, name: str, entity: Entity, viewer: Viewer) -> Element:
    """`name` of the one record that `reference` points at, to sort by."""
    target = _target(reference, entity, name)
    return (
        select(target.value)
        .select_from(target.source)
        .where(*_seen(reference, target, entity, viewer))
        .correlate(entity.table)
        .scalar_subquery()
    )


def _seen(
    reference: ReferenceField, target: _Target, entity: Entity, viewer: Viewer
) -> list[Truth]:
    return [
        _points_at(reference, target, entity),
        target.kept,
        _readable(reference.target, target, viewer),
    ]


def _points_at(reference: ReferenceField, target: _Target, entity: Entity) -> Truth:
    if isinstance(reference, LinksField):
        assert isinstance(reference.child, Table)
        c = reference.child.c
        linked = select(c.target_id).where(c.record_id == entity.table.c.id)
        return target.id.in_(linked.correlate(entity.table))
    link = entity.table.c[reference.column]
    return target.id == func.any(link) if reference.multiple else target.id == link


def _target(reference: ReferenceField, entity: Entity, name: str) -> _Target:
    sibling = entity.sibling(reference.target)
    if sibling is not None:
        rows = sibling.table.alias()
        return _Target(
            rows,
            rows.c.id,
            rows.c[sibling.copied_field(name).column],
            rows.c.deleted_at.is_(None),
            FactColumns.of(sibling, rows),
        )
    labels = LABELS.alias()
    value: Element = labels.c.name if name == "name" else labels.c.copied[name].astext
    kept = and_(labels.c.entity == reference.target, not_(labels.c.deleted))
    return _Target(labels, labels.c.id, value, kept, _copied_facts(labels))


def _copied_facts(labels: FromClause) -> FactColumns:
    c: Any = labels.c
    return FactColumns(
        owner=c.owner_id,
        stage=c.stage_id,
        open=c.open,
        observed_by=lambda user: observed(c.observer_ids, user),
    )


def _readable(name: str, target: _Target, viewer: Viewer) -> Truth:
    if governing_setting(name) is not None:
        return true() if viewer.rights.anywhere(name, "read") else false()
    return scope_condition(target.facts, scope(viewer.rights, name, "read"))
