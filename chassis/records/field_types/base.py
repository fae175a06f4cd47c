"""What every kind of field knows: its columns, its wire form, its JSON schema, its operators."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import ColumnElement, Table

from chassis.errors import Fault, Malformed

if TYPE_CHECKING:
    from chassis.access.organisation import Organisation

EQUALITY = ("eq", "ne", "in", "nin", "empty", "nempty")
ORDER = ("gt", "gte", "lt", "lte", "between")
TEXT = ("contains", "ncontains", "starts", "ends")
MOMENT = ("within_last", "within_next")
PERIODS = ("day", "week", "month", "quarter", "year")
MEASURES = ("sum", "avg", "min", "max")


def wrong_type(expected: str, pointer: str = "") -> Malformed:
    """The 400 for a value of another type; `pointer` is relative to the field's value."""
    fault = Fault(pointer, "wrong_type", f"Must be {expected}.")
    return Malformed(f"Must be {expected}.", code="wrong_type", faults=[fault])


@dataclass(kw_only=True)
class FieldType:
    """One field of an entity. Subclasses say how its values are read, checked, kept and shown.

    `required` fields may not be empty after `prepare`; with `derived` the entity fills a missing
    one. `system` fields are never written by callers, `hidden` ones never leave the service;
    `write_only` ones are accepted (a password) and never answered, journaled or filtered by.
    `words` says what people call its codes, in English and Portuguese.
    `setting_only` fields are edited by holders of the entity's setting alone.

    Reports put records together by the values of `grouping` fields, or by `periods` of them, and
    take `measures` of them.
    """

    type: ClassVar[str] = ""
    widget: ClassVar[str] = "text"
    operators: ClassVar[tuple[str, ...]] = EQUALITY
    orderable: ClassVar[bool] = True
    multiple: ClassVar[bool] = False
    grouping: ClassVar[bool] = False
    periods: ClassVar[tuple[str, ...]] = ()
    measures: ClassVar[tuple[str, ...]] = ()

    label: str | None = None
    label_pt: str | None = None
    required: bool = False
    derived: bool = False
    read_only: bool = False
    system: bool = False
    hidden: bool = False
    write_only: bool = False
    personal: bool = False
    indexed: bool = False
    search: bool = False
    immutable: bool = False
    default: Any = None
    name: str = ""
    column: str = ""
    entity: str = ""
    words: Mapping[str, tuple[str, str]] = dataclass_field(default_factory=dict)

    reference: ClassVar[str | None] = None
    choices: tuple[str, ...] | None = None
    child: Table | None = None

    def bound(self, entity: str, name: str, column: str) -> FieldType:
        """A copy of this field as `name` of `entity`, kept in `column`."""
        twin = copy.copy(self)
        twin.entity, twin.name, twin.column = entity, name, column
        return twin

    @property
    def sortable(self) -> bool:
        """Whether lists can be sorted by it."""
        return self.orderable and not self.multiple

    @property
    def groupable(self) -> bool:
        """Whether reports put records together by its values."""
        return self.grouping and not self.multiple

    @property
    def writable(self) -> bool:
        """Whether callers may give it at all, their rights apart."""
        return not (self.system or self.read_only or self.hidden)

    @property
    def labels(self) -> dict[str, str]:
        """What people call it, by language."""
        english = self.label or self.name.replace("_", " ").capitalize()
        return {"en": english, "pt-BR": self.label_pt or english}

    @property
    def codes(self) -> Sequence[str]:
        """The codes in its values: what can be chosen, kinds or parts."""
        return self.choices or ()

    def parse(self, value: Any) -> Any:
        """The Python value that the wire `value` (never None) stands for; Malformed otherwise."""
        raise NotImplementedError

    def check(self, value: Any) -> list[Fault]:
        """The rules that the parsed `value` breaks, pointers relative to it."""
        return []

    def settle(self, value: Any, organisation: Organisation) -> tuple[Any, list[Fault]]:
        """The parsed `value` as it is kept, and the rules it breaks."""
        return value, self.check(value)

    def is_empty(self, value: Any) -> bool:
        """Whether a value counts as no value."""
        return value is None or value == "" or value == [] or value == {}

    @property
    def nothing(self) -> Any:
        """The value that stands for no value."""
        return None

    def erased(self, number: int) -> Any:
        """What stands in place of a personal value once it was erased from record `number`."""
        return self.nothing

    def store(self, value: Any, organisation: Organisation) -> dict[str, Any]:
        """The columns that keep `value`."""
        return {self.column: value}

    def value(self, row: Mapping[str, Any]) -> Any:
        """The Python value in a row of the entity's table."""
        return row[self.column]

    def wire(self, value: Any) -> Any:
        """The JSON form of a Python value (never None)."""
        return value

    def dump(self, row: Mapping[str, Any]) -> Any:
        """The JSON form of this field of `row`."""
        value = self.value(row)
        return None if value is None else self.wire(value)

    def sql(self, table: Table) -> ColumnElement[Any] | None:
        """What filters and sorts compare; None when the value is in child rows."""
        return table.c[self.column]

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns of the entity's table that hold it."""
        return (self.column,)

    @property
    def value_schema(self) -> dict[str, Any]:
        """The JSON schema of a value that is not null, as answered."""
        raise NotImplementedError

    @property
    def input_schema(self) -> dict[str, Any]:
        """The JSON schema of a value that is not null, as accepted."""
        return self.value_schema

    def described(self) -> dict[str, Any]:
        """What a form needs to know beyond what every field tells."""
        return {}
