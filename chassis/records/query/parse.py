"""From a filter's JSON to its tree. What a viewer cannot see is unknown, by the same answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NoReturn

from chassis import wire
from chassis.errors import Fault, Malformed
from chassis.records.field_types.base import FieldType
from chassis.records.field_types.texts import TextField
from chassis.records.query import filters, values
from chassis.records.query.filters import OPERATORS, Operator
from chassis.records.query.operands import Operand
from chassis.records.query.stage_codes import StageCodes
from chassis.records.query.tree import EVERYTHING, Condition, Junction, Node
from chassis.records.query.viewer import Viewer
from chassis.records.schema import visible_fields

if TYPE_CHECKING:
    from chassis.records.entity import Entity
    from chassis.records.field_types.references import ReferenceField

DEPTH_LIMIT: Final = 5
CONDITIONS_LIMIT: Final = 100
VALUES_LIMIT: Final = 500
_NAME_SHOWN = 100
_JUNCTIONS = ("and", "or", "not")


def refuse(pointer: str, code: str, detail: str) -> NoReturn:
    """Raise the 400 for what stands at `pointer`."""
    raise Malformed(detail, code=code, faults=[Fault(pointer, code, detail)])


def filter_json(value: Any) -> Any:
    """The filter as JSON, whether it came as a text (in a URL) or as an object (in a body)."""
    if not isinstance(value, str):
        return value
    try:
        return wire.loads(value)
    except ValueError:
        refuse("/filter", "malformed", "The filter is not JSON.")


def parse_filter(value: Any, entity: Entity, viewer: Viewer, stages: StageCodes) -> Node:
    """The tree that the filter `value` (None: no filter) stands for; Malformed with a pointer."""
    if value is None:
        return EVERYTHING
    return _Parser(entity, viewer, stages).node(value, "/filter", 0)


@dataclass
class _Parser:
    entity: Entity
    viewer: Viewer
    stages: StageCodes
    conditions: int = 0
    visible: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.visible = frozenset(visible_fields(self.entity, self.viewer.rights))

    def node(self, value: Any, pointer: str, depth: int) -> Node:
        if not isinstance(value, dict):
            refuse(pointer, "wrong_type", "A filter is an object.")
        if depth > DEPTH_LIMIT:
            refuse(pointer, "too_deep", f"Filters nest {DEPTH_LIMIT} deep at most.")
        parts = [
            self._junction(name, item, _below(pointer, name), depth)
            if name in _JUNCTIONS
            else self._field(name, item, _below(pointer, name))
            for name, item in value.items()
        ]
        return parts[0] if len(parts) == 1 else Junction("and", parts)

    def _junction(self, kind: str, value: Any, pointer: str, depth: int) -> Node:
        if kind == "not":
            return Junction("not", [self.node(value, pointer, depth + 1)])
        if not isinstance(value, list) or not 0 < len(value) <= CONDITIONS_LIMIT:
            refuse(pointer, "wrong_type", f"A list of 1 to {CONDITIONS_LIMIT} filters.")
        parts = [
            self.node(item, f"{pointer}/{index}", depth + 1) for index, item in enumerate(value)
        ]
        return Junction(kind, parts)

    def _field(self, name: str, value: Any, pointer: str) -> Node:
        found, through = self._named(name, pointer)
        compared = value if isinstance(value, dict) else {"eq": value}
        if not compared:
            refuse(pointer, "wrong_type", "An operator is needed.")
        parts = [
            self._condition(found, through, operator, item, pointer, isinstance(value, dict))
            for operator, item in compared.items()
        ]
        return parts[0] if len(parts) == 1 else Junction("and", parts)

    def _named(self, name: str, pointer: str) -> tuple[FieldType, ReferenceField | None]:
        if name in self.visible:
            return self.entity.fields[name], None
        found = copied_field(name, self.entity, self.visible, self.viewer)
        if found is None:
            refuse(pointer, "unknown_field", "No such field.")
        return found

    def _condition(
        self, found: FieldType, through: ReferenceField | None, name: str, value: Any,
        pointer: str, named: bool,
    ) -> Condition:  # fmt: skip
        self.conditions += 1
        if self.conditions > CONDITIONS_LIMIT:
            refuse(pointer, "too_many", f"At most {CONDITIONS_LIMIT} conditions.")
        where = _below(pointer, name) if named else pointer
        # Whether a field is empty can always be asked by comparing it with null.
        if value in (None, "") and name in ("eq", "ne"):
            name, value = ("empty" if name == "eq" else "nempty"), True
        elif name not in found.operators or name not in OPERATORS:
            refuse(where, "unknown_operator", "No such operator for this field.")
        return self._compared(found, through, OPERATORS[name], value, where)

    def _compared(
        self, found: FieldType, through: ReferenceField | None, operator: Operator, value: Any,
        pointer: str,
    ) -> Condition:  # fmt: skip
        if operator.takes == filters.FLAG:
            if not isinstance(value, bool):
                refuse(pointer, "wrong_type", "Must be true or false.")
            opposite = "nempty" if operator.name == "empty" else "empty"
            return Condition(found, operator if value else OPERATORS[opposite], (), through)
        return Condition(found, operator, self._operands(found, operator, value, pointer), through)

    def _operands(
        self, found: FieldType, operator: Operator, value: Any, pointer: str
    ) -> list[Operand]:
        if operator.takes in (filters.MANY, filters.PAIR):
            least, most = (2, 2) if operator.takes == filters.PAIR else (1, VALUES_LIMIT)
            if not isinstance(value, list) or not least <= len(value) <= most:
                refuse(pointer, "wrong_type", f"A list of {least} to {most} values.")
            return [
                self._operand(found, operator, item, f"{pointer}/{index}")
                for index, item in enumerate(value)
            ]
        return [self._operand(found, operator, value, pointer)]

    def _operand(self, found: FieldType, operator: Operator, value: Any, pointer: str) -> Operand:
        try:
            if operator.takes == filters.TEXT:
                return values.words(found, value)
            if operator.takes == filters.DAYS:
                ahead = operator.name == "within_next"
                return values.days(found, value, self.viewer, ahead=ahead)
            if value is None:
                refuse("", "wrong_type", "null only goes with eq and ne.")
            return values.operand(found, value, self.viewer, self.stages)
        except Malformed as refusal:
            faults = [Fault(pointer + f.pointer, f.code, f.detail) for f in refusal.faults]
            raise Malformed(refusal.detail, code=refusal.code, faults=faults) from None


def copied_field(
    name: str, entity: Entity, visible: Collection[str], viewer: Viewer
) -> tuple[FieldType, ReferenceField] | None:
    """The field `company.industry` of what `company_id` points at, with that reference; None when
    it is not copied, or hidden from the viewer."""
    alias, dot, copied = name.partition(".")
    for reference in entity.reference_fields if dot else ():
        known = reference.alias == alias and reference.name in visible
        if (
            known
            and viewer.rights.sees_copy(reference.target, copied)
            and copied in reference.copies
        ):
            return TextField().bound(reference.target, copied, copied), reference
    return None


def _below(pointer: str, name: str) -> str:
    escaped = name[:_NAME_SHOWN].replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{escaped}"


def top_conditions(tree: Node) -> list[Condition]:
    """The conditions that every match satisfies, wherever else the filter branches."""
    if isinstance(tree, Condition):
        return [tree]
    if tree.kind != "and":
        return []
    return [condition for part in tree.parts for condition in top_conditions(part)]
