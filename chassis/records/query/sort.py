"""The order of a list: up to three fields, directions mixed, empty values last, then the id.

Stages and choices come in the order in which people see them, not by their codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ARRAY, Integer, String, Uuid, and_, false, func, literal, or_, tuple_
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.elements import UnaryExpression

from chassis.records.field_types.base import FieldType
from chassis.records.field_types.stages import StageField
from chassis.records.query.hops import hop_value
from chassis.records.query.operands import Element, Truth
from chassis.records.query.parse import copied_field, refuse
from chassis.records.query.stage_codes import StageCodes
from chassis.records.query.viewer import Viewer

if TYPE_CHECKING:
    from chassis.records.entity import Entity
    from chassis.records.field_types.references import ReferenceField

SORT_LIMIT: Final = 3


@dataclass(frozen=True)
class SortKey:
    """One thing to sort by; `name` is the field's."""

    name: str
    element: Element
    descending: bool
    nullable: bool

    def ordered(self, element: Element) -> UnaryExpression[Any]:
        """`element`, which holds this key's value, in this key's direction."""
        if not self.descending:
            return element.asc()
        # NULLS LAST would keep a descending key off its index, so it is only said where it matters.
        return element.desc().nulls_last() if self.nullable else element.desc()

    def after(self, value: Any) -> Truth:
        """Whether a row's key comes strictly after `value`."""
        if value is None:
            return false()
        bound = literal(value, self.element.type)
        beyond = self.element < bound if self.descending else self.element > bound
        return or_(beyond, self.element.is_(None)) if self.nullable else beyond

    def same(self, value: Any) -> Truth:
        """Whether a row's key is `value`."""
        if value is None:
            return self.element.is_(None)
        return self.element == literal(value, self.element.type)


@dataclass(frozen=True)
class Order:
    """The keys of a list, the id last, so that no two rows are equal."""

    keys: Sequence[SortKey]

    @property
    def labelled(self) -> list[Element]:
        """The keys as columns `sort_0`, `sort_1` …"""
        return [key.element.label(f"sort_{place}") for place, key in enumerate(self.keys)]

    @property
    def clauses(self) -> list[UnaryExpression[Any]]:
        """ORDER BY over the entity's table."""
        return [key.ordered(key.element) for key in self.keys]

    def clauses_over(
        self, columns: ReadOnlyColumnCollection[str, Any]
    ) -> list[UnaryExpression[Any]]:
        """ORDER BY over `columns` that were `labelled`."""
        return [key.ordered(columns[f"sort_{place}"]) for place, key in enumerate(self.keys)]

    @cached_property
    def canonical(self) -> list[str]:
        """The order as text, the same for equal orders."""
        return [f"{'-' if key.descending else '+'}{key.name}" for key in self.keys]

    def follows(self, sort: Sequence[str]) -> bool:
        """Whether this is the order `sort`, read forwards or backwards."""
        there = [name if name.startswith("-") else f"+{name}" for name in sort]
        back = [("+" if name[0] == "-" else "-") + name[1:] for name in there]
        return self.canonical[: len(sort)] in (there, back) and len(self.keys) == len(sort) + 1

    def after(self, values: Sequence[Any]) -> Truth:
        """The rows that come after the one with these key values."""
        if self._one_way and not any(key.nullable for key in self.keys):
            return self._beyond(values)
        return self._after_stepwise(values)

    def ranges(self, values: Sequence[Any]) -> list[Truth]:
        """What `after` says in parts, so that rows without a first key are a range of their own."""
        first, *others = self.keys
        if not self._one_way or values[0] is None or any(key.nullable for key in others):
            return [self.after(values)]
        beyond = self._beyond(values)
        return [beyond, first.element.is_(None)] if first.nullable else [beyond]

    @property
    def _one_way(self) -> bool:
        return len({key.descending for key in self.keys}) == 1

    def _beyond(self, values: Sequence[Any]) -> Truth:
        """A row comparison: one range of the index, however deep the page."""
        row = tuple_(*(key.element for key in self.keys))
        bound = tuple_(*(
            literal(v, key.element.type) for key, v in zip(self.keys, values, strict=True)
        ))  # fmt: skip
        return row < bound if self.keys[0].descending else row > bound

    def _after_stepwise(self, values: Sequence[Any]) -> Truth:
        steps: list[Truth] = []
        same: list[Truth] = []
        for key, value in zip(self.keys, values, strict=True):
            steps.append(and_(*same, key.after(value)))
            same.append(key.same(value))
        first = self.keys[0]
        # Implied by the steps, but it lets the first key's index begin at the right place.
        start = or_(first.after(values[0]), first.same(values[0]))
        return and_(start, or_(*steps))


def parse_sort(
    value: Any,
    entity: Entity,
    visible: Sequence[str],
    stages: StageCodes,
    viewer: Viewer,
    *,
    in_bin: bool,
) -> Order:
    """The order that `sort=` asks for, else the entity's own; Malformed for what cannot sort."""
    default = ("-deleted_at",) if in_bin else entity.default_sort
    keys: list[SortKey] = []
    for name in _names(value) or default:
        plain = name.removeprefix("-")
        if plain in (key.name for key in keys):
            refuse("/sort", "repeated", "A field is named twice.")
        through = copied_field(plain, entity, visible, viewer)
        if through is not None:
            keys.append(_hop(plain, *through, entity, name.startswith("-"), viewer))
            continue
        field = entity.fields.get(plain) if plain in visible or name in default else None
        if field is None:
            refuse("/sort", "unknown_field", "No such field.")
        if not field.sortable:
            refuse("/sort", "not_sortable", "Lists cannot be sorted by this field.")
        keys.append(_key(field, entity, name.startswith("-"), stages, in_bin))
    if "id" not in (key.name for key in keys):
        keys.append(SortKey("id", entity.table.c.id, keys[-1].descending, nullable=False))
    return Order(keys)


def _names(value: Any) -> list[str]:
    if value is None or value in ("", []):
        return []
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        refuse("/sort", "wrong_type", "Must be names of fields, separated by commas.")
    if len(names) > SORT_LIMIT:
        refuse("/sort", "too_many", f"At most {SORT_LIMIT} fields.")
    return [name.strip() for name in names]


def _hop(
    plain: str,
    copied: FieldType,
    reference: ReferenceField,
    entity: Entity,
    descending: bool,
    viewer: Viewer,
) -> SortKey:
    if reference.multiple:
        refuse("/sort", "not_sortable", "Lists cannot be sorted by this field.")
    element = hop_value(reference, copied.name, entity, viewer)
    return SortKey(plain, element, descending, nullable=True)


def _key(
    field: FieldType, entity: Entity, descending: bool, stages: StageCodes, in_bin: bool
) -> SortKey:
    element = field.sql(entity.table)
    assert element is not None
    if isinstance(field, StageField):
        order = literal(stages.ordered, ARRAY(Uuid))
        position = func.array_position(order, element, type_=Integer)
        return SortKey(field.name, position, descending, nullable=True)
    if field.choices is not None:
        codes = literal(list(field.choices), ARRAY(String))
        place = func.array_position(codes, element, type_=Integer)
        return SortKey(field.name, place, descending, nullable=True)
    always = in_bin and field.name == "deleted_at"
    nullable = entity.table.c[field.column].nullable is not False and not always
    return SortKey(field.name, element, descending, nullable)
