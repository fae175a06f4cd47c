"""What a report measures: how many rows, and sum, average, least and most of a figure in them.

Rows are measured in parts, one for each of a viewer's branches and each currency. A `Figure` says
what each part tells, how parts are put together, and what is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ARRAY, BigInteger, ColumnElement, FromClause, Numeric, String, func

from chassis.records.field_types.base import FieldType
from chassis.records.field_types.money import MoneyField
from chassis.records.field_types.numbers import IntegerField
from chassis.records.query.grouping import applied, named
from chassis.records.query.parse import refuse

if TYPE_CHECKING:
    from chassis.records.entity import Entity

COUNT: Final = "count"
MEASURES_LIMIT: Final = 10
_CENT: Final = Decimal("0.01")
# What each part tells of a column, by the name under which it does.
_TOLD: Final[Mapping[str, Callable[[ColumnElement[Any]], ColumnElement[Any]]]] = {
    "n": func.count,
    "sum": lambda column: func.sum(column, type_=Numeric),
    "min": func.min,
    "max": func.max,
}
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "sum": ("sum",), "avg": ("n", "sum"), "min": ("min",), "max": ("max",),
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A field that is measured, and by which functions."""

    field: FieldType
    functions: tuple[str, ...]

    @property
    def money(self) -> bool:
        """Whether it has a currency, and is also told in the base currency."""
        return isinstance(self.field, MoneyField)

    @property
    def told(self) -> list[str]:
        """What has to be known of it: of money always how many rows have any."""
        needed = {part for function in self.functions for part in _NEEDS[function]}
        return [part for part in _TOLD if part in needed or (self.money and part == "n")]

    def parted(self, table: FromClause) -> Iterator[ColumnElement[Any]]:
        """What one part of the rows tells."""
        name = self.field.name
        for part in self.told:
            yield _TOLD[part](table.c[self.field.column]).label(f"{name}:{part}")
            if self.money:
                base = table.c[f"{self.field.column}_base"]
                yield _TOLD[part](base).label(f"{name}:base:{part}")

    def currency(self, table: FromClause) -> ColumnElement[Any]:
        """The currency, which tells parts of money apart."""
        return table.c[f"{self.field.column}_currency"].label(f"{self.field.name}:currency")

    def merged(self, parts: FromClause) -> Iterator[ColumnElement[Any]]:
        """What all parts of a group tell: in base currency merged, in others by part."""
        name = self.field.name
        if self.money:
            yield _listed(parts, f"{name}:currency", String)
        for part in self.told:
            kind = BigInteger if part == "n" else Numeric
            if self.money:
                yield _listed(parts, f"{name}:{part}", kind)
            whole = f"{name}:base:{part}" if self.money else f"{name}:{part}"
            yield _whole(parts, whole, part).label(whole)

    def order(self, parts: FromClause, function: str) -> ColumnElement[Any]:
        """What groups are sorted by for `function`: of money its worth in base currency."""
        prefix = f"{self.field.name}:base" if self.money else self.field.name
        if function == "avg":
            total = _whole(parts, f"{prefix}:sum", "sum")
            return total / func.nullif(_whole(parts, f"{prefix}:n", "n"), 0)
        return _whole(parts, f"{prefix}:{function}", function)

    def answer(self, function: str, row: Mapping[str, Any], base_currency: str) -> Any:
        """The figure of a group whose `merged` is `row`."""
        name = self.field.name
        if not self.money:
            return self._number(function, {p: row[f"{name}:{p}"] for p in self.told})
        by_currency = self._by_currency(row)
        base = {part: row[f"{name}:base:{part}"] for part in self.told}
        known = sum(found["n"] for found in by_currency.values())
        return {
            "base": _total(function, base, base_currency),
            "by_currency": [
                _total(function, found, currency) for currency, found in sorted(by_currency.items())
            ],
            "without_rate": known - int(base["n"] or 0),
        }

    def _by_currency(self, row: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        name = self.field.name
        found: dict[str, dict[str, Any]] = {}
        for place, currency in enumerate(row[f"{name}:currency"] or ()):
            if currency is None:
                continue
            told = {part: row[f"{name}:{part}"][place] for part in self.told}
            known = found.get(currency)
            found[currency] = told if known is None else _joined(known, told)
        return found

    def _number(self, function: str, told: Mapping[str, Any]) -> Any:
        value = _result(function, told)
        if value is None:
            return None
        if function != "avg" and isinstance(self.field, IntegerField):
            return int(value)
        places = max(2, getattr(self.field, "places", 2))
        exact = Decimal(1).scaleb(-places) if function == "avg" else None
        return format(value if exact is None else value.quantize(exact, ROUND_HALF_UP), "f")


@dataclass(frozen=True)
class Measure:
    """One thing that is measured, as it was asked for; `count` has no figure."""

    name: str
    function: str
    figure: Figure | None

    def order(self, parts: FromClause) -> ColumnElement[Any]:
        """What groups are sorted by to be sorted by this."""
        if self.figure is None:
            return func.sum(parts.c.rows)
        return self.figure.order(parts, self.function)

    def answer(self, row: Mapping[str, Any], base_currency: str) -> Any:
        """The measure of a group."""
        if self.figure is None:
            return int(row["rows"] or 0)
        return self.figure.answer(self.function, row, base_currency)


def parse_measures(value: Any, entity: Entity, visible: Sequence[str]) -> tuple[Measure, ...]:
    """The measures that `measure=` names, `count` without any; Malformed for what is unknown,
    hidden or no figure."""
    names = named(value, "/measure", MEASURES_LIMIT) or [COUNT]
    asked = [(name, *_measured(name, entity, visible)) for name in names]
    functions: dict[str, list[str]] = {}
    for _, function, field in asked:
        if field is not None:
            functions.setdefault(field.name, []).append(function)
    figures = {name: Figure(entity.fields[name], tuple(found)) for name, found in functions.items()}
    return tuple(Measure(n, fn, figures[field.name] if field else None) for n, fn, field in asked)


def figures_of(measures: Iterable[Measure]) -> list[Figure]:
    """The figures behind `measures`, each once."""
    return list({m.figure.field.name: m.figure for m in measures if m.figure}.values())


def _measured(name: str, entity: Entity, visible: Sequence[str]) -> tuple[str, FieldType | None]:
    if name == COUNT:
        return COUNT, None
    function, path = applied(name)
    if path not in visible:
        refuse("/measure", "unknown_field", "No such field.")
    field = entity.fields[path]
    if function not in field.measures or path in entity.withheld:
        refuse("/measure", "not_measurable", "Reports cannot measure this.")
    assert function is not None
    return function, field


def _listed(parts: FromClause, name: str, kind: Any) -> ColumnElement[Any]:
    return func.array_agg(parts.c[name], type_=ARRAY(kind)).label(name)


def _whole(parts: FromClause, name: str, part: str) -> ColumnElement[Any]:
    merge = func.sum if part in ("n", "sum") else _TOLD[part]
    return merge(parts.c[name])


def _joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    merge: Mapping[str, Callable[[list[Any]], Any]] = {"n": sum, "sum": sum, "min": min, "max": max}
    found = {}
    for part in one:
        values = [value for value in (one[part], other[part]) if value is not None]
        found[part] = merge[part](values) if values else None
    return found


def _result(function: str, told: Mapping[str, Any]) -> Decimal | None:
    if function == "avg":
        return told["sum"] / int(told["n"]) if told["n"] else None
    if function == "sum":
        return Decimal(told["sum"] or 0)
    return None if told[function] is None else Decimal(told[function])


def _total(function: str, told: Mapping[str, Any], currency: str) -> dict[str, Any]:
    value = _result(function, told)
    amount = None if value is None else format(value.quantize(_CENT, ROUND_HALF_UP), "f")
    return {"amount": amount, "currency": currency}
