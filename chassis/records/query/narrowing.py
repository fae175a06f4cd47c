"""What a filter leaves of a viewer's branches, and which indexes serve what is left."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from chassis.access.scope import Branch
from chassis.records.query.operands import OneOf
from chassis.records.query.parse import top_conditions
from chassis.records.query.sort import Order
from chassis.records.query.tree import Condition, Node, leaves

if TYPE_CHECKING:
    from chassis.records.entity import Entity


def narrowed(branches: Sequence[Branch], tree: Node, entity: Entity) -> list[Branch]:
    """`branches` without the owners and stages that the filter rules out anyway."""
    stage = entity.stage_field
    owners, stages = allowed(tree, "owner_id"), allowed(tree, stage.name) if stage else None
    enough = [branch for branch in branches if _holds_all_of(branch, owners)]
    if enough:
        return [_within(enough[0], owners, stages)]
    # What a branch says of linked records, no filter of the records that link to them narrows.
    found = (b if b.through else _within(b, owners, stages) for b in branches)
    return [b for b in found if b.owners != frozenset() and b.stages != frozenset()]


def narrowed_by_all(tree: Node, entity: Entity) -> bool:
    """Whether `narrowed` branches say everything that `tree` asks for."""
    stage = entity.stage_field
    return asks_only_of(tree, {"owner_id", stage.name if stage else ""})


def _holds_all_of(branch: Branch, owners: frozenset[UUID] | None) -> bool:
    """Whether every row of `owners` is in `branch`, so that no other has to be asked."""
    if not owners or branch.owners is None or branch != Branch(owners=branch.owners):
        return False
    return owners <= branch.owners


def served_by_stage(order: Order, tree: Node, entity: Entity) -> bool:
    """Whether the rows of one stage can be walked in `order` and satisfy `tree` on the way.

    In another order, or with equality on another indexed field, the index of that order or field
    is the one to walk, and the stages are looked at row by row.
    """
    stage = entity.stage_field
    if stage is None or not order.follows(entity.default_sort):
        return False
    others = (
        condition.field
        for condition in top_conditions(tree)
        if condition.through is None and condition.operator.name == "eq"
    )
    return not any(
        field.indexed and field.column not in ("", "owner_id", stage.column) for field in others
    )


def served_as_it_is(order: Order, tree: Node, entity: Entity) -> bool:
    """Whether every row of an owner, or of a stage, comes in `order` and satisfies `tree`: by the
    indexes of the entity's own order, and of its links as far as these repeat what is asked."""
    stage, links = entity.stage_field, entity.record_links
    served = {"owner_id", stage.name if stage else "", links.filtered_by if links else ""}
    return order.follows(entity.default_sort) and asks_only_of(tree, served)


def asks_only_of(tree: Node, fields: Collection[str]) -> bool:
    """Whether `tree` asks nothing but that some of `fields` have one of the values it names."""
    conditions = top_conditions(tree)
    return len(conditions) == leaves(tree) and all(
        condition.field.name in fields and _restricts(condition, condition.field.name)
        for condition in conditions
    )


def of_stage(branch: Branch, stage_id: UUID) -> Branch | None:
    """What `branch` holds of one stage, without saying of which; None when that is nothing."""
    if stage_id in branch.excluded_stages:
        return None
    if branch.stages is not None and stage_id not in branch.stages:
        return None
    return replace(branch, stages=None, excluded_stages=frozenset())


def _within(
    branch: Branch, owners: frozenset[UUID] | None, stages: frozenset[UUID] | None
) -> Branch:
    if owners is not None:
        both = owners if branch.owners is None else branch.owners & owners
        branch = replace(branch, owners=both)
    if stages is not None:
        left = stages if branch.stages is None else branch.stages & stages
        left -= branch.excluded_stages
        branch = replace(branch, stages=left, excluded_stages=frozenset())
    return branch


def allowed(tree: Node, field: str) -> frozenset[Any] | None:
    """The values of `field` that the filter allows; None when it allows any."""
    left: frozenset[Any] | None = None
    for condition in top_conditions(tree):
        if _restricts(condition, field):
            values = _values(condition)
            left = values if left is None else left & values
    return left


def _restricts(condition: Condition, field: str) -> bool:
    named = condition.through is None and condition.field.name == field
    return named and condition.operator.name in ("eq", "in")


def _values(condition: Condition) -> frozenset[Any]:
    found: set[Any] = set()
    for operand in condition.operands:
        found.update(operand.value if isinstance(operand, OneOf) else (operand.value,))
    return frozenset(found)
