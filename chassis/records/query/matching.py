"""From a filter's tree to SQL over the entity's table, its child rows and the labels it keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import (
    ARRAY,
    Boolean,
    FromClause,
    Table,
    Uuid,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.access.rights import governing_setting
from chassis.access.scope import scope
from chassis.listening.tables import LABELS
from chassis.records.field_types.base import FieldType
from chassis.records.field_types.links import LinksField
from chassis.records.field_types.points import PointsField
from chassis.records.field_types.texts import TextField
from chassis.records.query.filters import OPERATORS, Operator
from chassis.records.query.operands import Element, Operand, Truth
from chassis.records.query.scoping import FactColumns, scope_condition
from chassis.records.query.tree import Condition, Node
from chassis.records.query.viewer import Viewer

if TYPE_CHECKING:
    from chassis.records.entity import Entity
    from chassis.records.field_types.references import ReferenceField


def matches(tree: Node, entity: Entity, viewer: Viewer) -> Truth:
    """The condition on rows of `entity.table` that `tree` is."""
    if isinstance(tree, Condition):
        return _condition(tree, entity, viewer)
    parts = [matches(part, entity, viewer) for part in tree.parts]
    if tree.kind == "or":
        return or_(*parts)
    if tree.kind == "not":
        return parts[0].is_not(true())
    return and_(true(), *parts)


def _condition(condition: Condition, entity: Entity, viewer: Viewer) -> Truth:
    operator = condition.operator
    if operator.negates:
        positive = Condition(
            condition.field, OPERATORS[operator.negates], condition.operands, condition.through
        )
        return _condition(positive, entity, viewer).is_not(true())
    if condition.through is not None:
        return _through(condition, condition.through, entity, viewer)
    if isinstance(condition.field, PointsField):
        return _points(condition, condition.field, entity)
    if isinstance(condition.field, LinksField):
        return _links(condition, condition.field, entity)
    element = condition.field.sql(entity.table)
    assert element is not None
    if operator.build is None:
        return _empty(condition.field, element)
    if isinstance(element.type, ARRAY):
        return _array(operator, condition.operands, element)
    return operator.build(element, condition.operands)


def _empty(field: FieldType, element: Element) -> Truth:
    if isinstance(element.type, ARRAY):
        return func.cardinality(element) == 0
    if isinstance(element.type, JSONB):
        nothing = cast(text("'[]'") if field.nothing == [] else text("'{}'"), JSONB)
        return or_(element.is_(None), element == nothing)
    if isinstance(field, TextField):
        return or_(element.is_(None), element == "")
    return element.is_(None)


def _array(operator: Operator, operands: Sequence[Operand], element: Element) -> Truth:
    """Whether any item satisfies. Plain equality is overlap, which a GIN index answers."""
    assert isinstance(element.type, ARRAY)
    if operator.name in ("eq", "in"):
        items: set[object] = set()
        for operand in operands:
            items |= {operand.value} if type(operand) is Operand else set(operand.value)
        wanted = cast(sorted(items, key=str), ARRAY(element.type.item_type))
        return and_(element.op("&&")(wanted), func.cardinality(element) > 0)
    item = func.unnest(element).column_valued("item")
    assert operator.build is not None
    return select(literal(1)).where(operator.build(item, operands)).exists()


def _points(condition: Condition, field: PointsField, entity: Entity) -> Truth:
    points = entity.points
    assert points is not None
    found = (
        exists()
        .where(points.c.record_id == entity.table.c.id, points.c.field == field.name)
        .correlate(entity.table)
    )
    if condition.operator.build is None:
        return not_(found)
    return found.where(condition.operator.build(points.c.normalized, condition.operands))


def _links(condition: Condition, field: LinksField, entity: Entity) -> Truth:
    links = _linked(field)
    found = exists().where(links.c.record_id == entity.table.c.id).correlate(entity.table)
    if condition.operator.build is None:
        return not_(found)
    return found.where(condition.operator.build(links.c.target_id, condition.operands))


def _linked(field: LinksField) -> Table:
    assert field.child is not None
    return field.child


def _through(
    condition: Condition, reference: ReferenceField, entity: Entity, viewer: Viewer
) -> Truth:
    """Compare a copied field of what `reference` points at, as far as the viewer reads that."""
    target = _target(reference, entity, condition.field.name)
    found = (
        exists()
        .where(
            _points_at(reference, target, entity),
            target.kept,
            _readable(reference.target, target, viewer),
        )
        .select_from(target.source)
        .correlate(entity.table)
    )
    if condition.operator.build is None:
        return not_(found.where(target.value.is_not(None), target.value != ""))
    return found.where(condition.operator.build(target.value, condition.operands))


def _points_at(reference: ReferenceField, target: _Target, entity: Entity) -> Truth:
    if isinstance(reference, LinksField):
        c = _linked(reference).c
        linked = select(c.target_id).where(c.record_id == entity.table.c.id)
        return target.id.in_(linked.correlate(entity.table))
    link = entity.table.c[reference.column]
    return target.id == func.any(link) if reference.multiple else target.id == link


@dataclass(frozen=True)
class _Target:
    source: FromClause
    id: Element
    value: Element
    kept: Truth
    facts: Callable[[], FactColumns]


def _target(reference: ReferenceField, entity: Entity, name: str) -> _Target:
    sibling = entity.sibling(reference.target)
    if sibling is not None:
        rows = sibling.table.alias()
        return _Target(
            rows, rows.c.id, rows.c[sibling.fields[name].column], rows.c.deleted_at.is_(None),
            lambda: FactColumns.of(sibling, rows),
        )  # fmt: skip
    labels = LABELS.alias()
    value = labels.c.name if name == "name" else labels.c.copied[name].astext
    kept = and_(labels.c.entity == reference.target, not_(labels.c.deleted))
    return _Target(labels, labels.c.id, value, kept, lambda: _copied_facts(labels.c.copied))


def _copied_facts(values: Element) -> FactColumns:
    stage: Element = cast(values["stage_id"].astext, Uuid)
    return FactColumns(
        owner=cast(values["owner_id"].astext, Uuid),
        stage=stage,
        open=cast(values["open"].astext, Boolean),
        observed_by=lambda user: values["observer_ids"].contains([str(user)]),
    )


def _readable(name: str, target: _Target, viewer: Viewer) -> Truth:
    if governing_setting(name) is not None:
        return true() if viewer.rights.anywhere(name, "read") else false()
    return scope_condition(target.facts(), scope(viewer.rights, name, "read"))
