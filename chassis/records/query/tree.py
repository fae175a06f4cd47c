"""A filter once it is understood: conditions on fields, joined by and, or, not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from chassis.records.query.filters import Operator
from chassis.records.query.operands import Operand

if TYPE_CHECKING:
    from chassis.records.field_types.base import FieldType
    from chassis.records.field_types.references import ReferenceField


@dataclass(frozen=True)
class Condition:
    """`field` (of the record, or of what `through` refers to) compared with `operands`."""

    field: FieldType
    operator: Operator
    operands: Sequence[Operand]
    through: ReferenceField | None = None


@dataclass(frozen=True)
class Junction:
    """All (`and`), any (`or`) or none (`not`) of `parts`. `and` of nothing is true."""

    kind: str
    parts: Sequence[Node]


Node: TypeAlias = Condition | Junction
EVERYTHING = Junction("and", ())


def leaves(tree: Node) -> int:
    """How many conditions there are in `tree`."""
    return 1 if isinstance(tree, Condition) else sum(leaves(part) for part in tree.parts)
