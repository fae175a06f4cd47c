"""Money: an amount in a currency, and what it is worth in the organisation's base currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from chassis.errors import Fault
from chassis.records.field_types.base import EQUALITY, MEASURES, ORDER, FieldType, wrong_type
from chassis.records.field_types.currencies import CURRENCIES
from chassis.records.field_types.numbers import DECIMAL_PATTERN, as_decimal, decimal_faults

if TYPE_CHECKING:
    from chassis.access.organisation import Organisation

DIGITS, PLACES = 18, 2
_RATE_LIMIT = Decimal(10) ** 9
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` of `currency` (ISO 4217)."""

    amount: Decimal
    currency: str


@dataclass(kw_only=True)
class MoneyField(FieldType):
    """Five columns: amount, currency, and amount in base currency with its rate and rate date."""

    type: ClassVar[str] = "money"
    widget: ClassVar[str] = "money"
    operators: ClassVar[tuple[str, ...]] = (*EQUALITY, *ORDER)
    measures: ClassVar[tuple[str, ...]] = MEASURES

    def parse(self, value: Any) -> Money | Decimal:
        """Money; or its bare amount, as filters compare it and forms may leave the currency out."""
        if not isinstance(value, dict):
            raise wrong_type("an object of amount and currency")
        for name in value:
            if name not in ("amount", "currency"):
                raise wrong_type("one of amount, currency", f"/{name[:100]}")
        amount = value.get("amount")
        if amount is None:
            raise wrong_type("a decimal number", "/amount")
        currency = value.get("currency")
        if currency is not None and not isinstance(currency, str):
            raise wrong_type("a currency code", "/currency")
        number = as_decimal(amount, "/amount")
        return number if currency is None else Money(number, currency.strip().upper())

    def settle(self, value: Any, organisation: Organisation) -> tuple[Any, list[Fault]]:
        if isinstance(value, Decimal):
            value = Money(value, base_currency(organisation))
        faults = self.check(value)
        return value if faults else Money(value.amount.quantize(_CENT), value.currency), faults

    def check(self, value: Money) -> list[Fault]:
        faults = decimal_faults(value.amount, DIGITS, PLACES, "/amount")
        if value.currency not in CURRENCIES:
            faults.append(Fault("/currency", "unknown_currency", "Not a currency of ISO 4217."))
        return faults

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(self.column + suffix for suffix in SUFFIXES)

    def store(self, value: Money | None, organisation: Organisation) -> dict[str, Any]:
        if value is None:
            return dict.fromkeys(self.column_names)
        rate = rate_of(value.currency, organisation)
        base = None if rate is None else (value.amount * rate).quantize(_CENT)
        today = None if rate is None else datetime.now(UTC).date()
        kept = (value.amount, value.currency, base, rate, today)
        return dict(zip(self.column_names, kept, strict=True))

    def value(self, row: Mapping[str, Any]) -> Money | None:
        amount = row[self.column]
        return None if amount is None else Money(amount, row[self.column + "_currency"])

    def wire(self, value: Money) -> dict[str, str]:
        return {"amount": format(value.amount, "f"), "currency": value.currency}

    def dump(self, row: Mapping[str, Any]) -> Any:
        amount = row[self.column]
        if amount is None:
            return None
        return {"amount": format(amount, "f"), "currency": row[self.column + "_currency"]}

    @property
    def value_schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["amount", "currency"],
            "properties": {
                "amount": {"type": "string", "pattern": DECIMAL_PATTERN},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
            },
            "additionalProperties": False,
        }

    @property
    def input_schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["amount"],
            "properties": {
                "amount": {
                    "anyOf": [{"type": "string", "pattern": DECIMAL_PATTERN}, {"type": "number"}]
                },
                "currency": {"type": ["string", "null"]},
            },
            "additionalProperties": False,
        }


SUFFIXES = ("", "_currency", "_base", "_rate", "_rate_date")


def base_currency(organisation: Organisation) -> str:
    """The currency that the organisation counts in."""
    return str(organisation.settings.get("base_currency") or "USD")


def rate_of(currency: str, organisation: Organisation) -> Decimal | None:
    """How much of the base currency one unit of `currency` is worth today; None when unknown."""
    if currency == base_currency(organisation):
        return Decimal(1)
    said = (organisation.settings.get("rates") or {}).get(currency)
    if said is None:
        return None
    rate = Decimal(str(said))
    return rate if 0 < rate < _RATE_LIMIT else None
