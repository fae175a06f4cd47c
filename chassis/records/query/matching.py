"""From a filter's tree to SQL over the entity's table, its child rows and the labels it keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import (
    ARRAY,
    Table,
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

from chassis.access.scope import scope
from chassis.records.field_types.base import FieldType
from chassis.records.field_types.links import LinksField
from chassis.records.field_types.points import PointsField
from chassis.records.field_types.record_links import RecordLinksField
from chassis.records.field_types.texts import TextField
from chassis.records.query.filters import OPERATORS, Operator
from chassis.records.query.hops import hop_matches
from chassis.records.query.operands import Element, Operand, Truth
from chassis.records.query.scoping import link_condition
from chassis.records.query.tree import Condition, Node
from chassis.records.query.viewer import Viewer

if TYPE_CHECKING:
    from chassis.records.entity import Entity


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
        return hop_matches(
            operator, condition.operands, condition.through, condition.field.name, entity, viewer
        )
    if isinstance(condition.field, PointsField):
        return _points(condition, condition.field, entity)
    if isinstance(condition.field, LinksField | RecordLinksField):
        return _links(condition, condition.field, entity, viewer)
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


def _links(
    condition: Condition, field: LinksField | RecordLinksField, entity: Entity, viewer: Viewer
) -> Truth:
    links = field.child
    assert links is not None
    found = exists().where(links.c.record_id == entity.table.c.id).correlate(entity.table)
    if isinstance(field, RecordLinksField):
        found = found.where(_readable(links, field, viewer))
    if condition.operator.build is None:
        return not_(found)
    return found.where(condition.operator.build(links.c.target_id, condition.operands))


def _readable(links: Table, field: RecordLinksField, viewer: Viewer) -> Truth:
    """Whether a link points at what the viewer reads: any other shows nowhere, here included."""
    return or_(
        false(),
        *(
            link_condition(links, replace(branch, through=target))
            for target in field.entities
            for branch in scope(viewer.rights, target, "read")
        ),
    )
