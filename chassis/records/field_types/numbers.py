"""Numbers: whole ones and lists of them, decimal, and yes or no."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from chassis.errors import Fault, Malformed
from chassis.records.field_types.base import EQUALITY, MEASURES, ORDER, FieldType, wrong_type

DECIMAL_PATTERN = r"^-?[0-9]+(\.[0-9]+)?$"
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_LARGEST_INTEGER = 2**53 - 1
INTEGERS_LIMIT = 50


def as_decimal(value: Any, pointer: str = "") -> Decimal:
    """The number that `value` (a decimal text or a JSON number) is; Malformed otherwise."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise wrong_type("a decimal number", pointer)
    if isinstance(value, str) and (len(value) > 60 or not _DECIMAL.fullmatch(value)):
        raise wrong_type("a decimal number", pointer)
    number = Decimal(str(value))
    if not number.is_finite():
        raise wrong_type("a decimal number", pointer)
    return number


def decimal_faults(number: Decimal, digits: int, places: int, pointer: str = "") -> list[Fault]:
    """What stands against keeping `number` in a column of `digits` with `places` decimals."""
    limit = Decimal(10) ** (digits - places)
    if abs(number) >= limit:
        return [Fault(pointer, "out_of_range", f"Must lie between -{limit} and {limit}.")]
    if number != number.quantize(Decimal(1).scaleb(-places)):
        return [Fault(pointer, "too_many_decimals", f"At most {places} decimals.")]
    return []


@dataclass(kw_only=True)
class IntegerField(FieldType):
    """A whole number between `minimum` and `maximum`."""

    type: ClassVar[str] = "integer"
    widget: ClassVar[str] = "number"
    operators: ClassVar[tuple[str, ...]] = (*EQUALITY, *ORDER)
    grouping: ClassVar[bool] = True
    measures: ClassVar[tuple[str, ...]] = MEASURES

    minimum: int = -(2**31)
    maximum: int = 2**31 - 1

    def parse(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise wrong_type("a whole number")
        # JSON knows one kind of number, so 1.0 is whole; beyond 2^53 a float no longer counts.
        if isinstance(value, float) and not (value.is_integer() and abs(value) <= _LARGEST_INTEGER):
            raise wrong_type("a whole number")
        return int(value)

    def check(self, value: int) -> list[Fault]:
        if self.minimum <= value <= self.maximum:
            return []
        return [Fault("", "out_of_range", f"Between {self.minimum} and {self.maximum}.")]

    @property
    def value_schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}


@dataclass(kw_only=True)
class IntegersField(IntegerField):
    """Whole numbers between `minimum` and `maximum`, each once, in the order they were given."""

    type: ClassVar[str] = "integers"
    widget: ClassVar[str] = "numbers"
    operators: ClassVar[tuple[str, ...]] = ("empty", "nempty")
    orderable: ClassVar[bool] = False
    multiple: ClassVar[bool] = True
    measures: ClassVar[tuple[str, ...]] = ()

    limit: int = INTEGERS_LIMIT

    def parse(self, value: Any) -> list[int]:  # type: ignore[override]
        if not isinstance(value, list):
            raise wrong_type("a list of whole numbers")
        return list(dict.fromkeys(self._parse_one(item, place) for place, item in enumerate(value)))

    def _parse_one(self, item: Any, place: int) -> int:
        try:
            return super().parse(item)
        except Malformed:
            raise wrong_type("a whole number", f"/{place}") from None

    def check(self, value: list[int]) -> list[Fault]:  # type: ignore[override]
        if len(value) > self.limit:
            return [Fault("", "too_many", f"At most {self.limit} values.")]
        return [
            Fault(f"/{place}", fault.code, fault.detail)
            for place, item in enumerate(value)
            for fault in super(IntegersField, self).check(item)
        ]

    @property
    def nothing(self) -> Any:
        return []

    @property
    def value_schema(self) -> dict[str, Any]:
        return {"type": "array", "items": super().value_schema, "maxItems": self.limit}

    @property
    def input_schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "integer"}}


@dataclass(kw_only=True)
class DecimalField(FieldType):
    """A decimal number, on the wire a text so that nothing is rounded."""

    type: ClassVar[str] = "decimal"
    widget: ClassVar[str] = "number"
    operators: ClassVar[tuple[str, ...]] = (*EQUALITY, *ORDER)
    measures: ClassVar[tuple[str, ...]] = MEASURES

    digits: int = 18
    places: int = 2

    def parse(self, value: Any) -> Decimal:
        return as_decimal(value)

    def check(self, value: Decimal) -> list[Fault]:
        return decimal_faults(value, self.digits, self.places)

    def settle(self, value: Decimal, organisation: Any) -> tuple[Any, list[Fault]]:
        faults = self.check(value)
        return value if faults else value.quantize(Decimal(1).scaleb(-self.places)), faults

    def wire(self, value: Decimal) -> str:
        return format(value, "f")

    @property
    def value_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": DECIMAL_PATTERN}

    @property
    def input_schema(self) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, {"type": "number"}]}


@dataclass(kw_only=True)
class BooleanField(FieldType):
    """Yes or no, never nothing."""

    type: ClassVar[str] = "boolean"
    widget: ClassVar[str] = "checkbox"
    operators: ClassVar[tuple[str, ...]] = ("eq", "ne")
    grouping: ClassVar[bool] = True

    default: Any = False

    def parse(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise wrong_type("true or false")
        return value

    def is_empty(self, value: Any) -> bool:
        return value is None

    @property
    def nothing(self) -> Any:
        return self.default

    @property
    def value_schema(self) -> dict[str, Any]:
        return {"type": "boolean"}
