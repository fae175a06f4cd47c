"""What a field is compared with: each kind of operand knows how it equals, precedes or follows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import Column, ColumnElement, and_, false, literal

Element: TypeAlias = ColumnElement[Any]
Truth: TypeAlias = ColumnElement[bool]


@dataclass(frozen=True)
class Operand:
    """A single value, compared as the database compares its type."""

    value: Any

    def equals(self, element: Element) -> Truth:
        """Whether `element` is this value."""
        return element == literal(self.value, element.type)

    def follows(self, element: Element) -> Truth:
        """Whether `element` comes after this value."""
        return element > literal(self.value, element.type)

    def precedes(self, element: Element) -> Truth:
        """Whether `element` comes before this value."""
        return element < literal(self.value, element.type)

    def begins(self, element: Element) -> Truth:
        """Whether `element` is this value or comes after it."""
        return element >= literal(self.value, element.type)

    def finishes(self, element: Element) -> Truth:
        """Whether `element` is this value or comes before it."""
        return element <= literal(self.value, element.type)


@dataclass(frozen=True)
class OneOf(Operand):
    """Several values of which one suffices: the people of a department, the stages of a code."""

    value: Collection[Any]

    def equals(self, element: Element) -> Truth:
        if len(self.value) == 1:
            return element == literal(next(iter(self.value)), element.type)
        return element.in_(sorted(self.value)) if self.value else false()


@dataclass(frozen=True)
class Period(Operand):
    """The moments from `value` on and before `end`: a day of the viewer's."""

    value: datetime
    end: datetime

    def equals(self, element: Element) -> Truth:
        return and_(self.begins(element), self.finishes(element))

    def follows(self, element: Element) -> Truth:
        return element >= literal(self.end, element.type)

    def finishes(self, element: Element) -> Truth:
        return element < literal(self.end, element.type)


@dataclass(frozen=True)
class Days(Operand):
    """The days from `value` to `end`, both among them."""

    value: date
    end: date

    def equals(self, element: Element) -> Truth:
        return element.between(self.value, self.end)


@dataclass(frozen=True)
class Amount(Operand):
    """An amount in one currency; amounts in others neither equal, precede nor follow it."""

    value: Decimal
    currency: str

    def equals(self, element: Element) -> Truth:
        return and_(self._same(element), super().equals(element))

    def follows(self, element: Element) -> Truth:
        return and_(self._same(element), super().follows(element))

    def precedes(self, element: Element) -> Truth:
        return and_(self._same(element), super().precedes(element))

    def begins(self, element: Element) -> Truth:
        return and_(self._same(element), super().begins(element))

    def finishes(self, element: Element) -> Truth:
        return and_(self._same(element), super().finishes(element))

    def _same(self, element: Element) -> Truth:
        assert isinstance(element, Column)
        same: Truth = element.table.c[f"{element.name}_currency"] == self.currency
        return same


@dataclass(frozen=True)
class Words(Operand):
    """A part of a text, compared without regard to case. An empty one is found nowhere."""

    value: str

    @property
    def escaped(self) -> str:
        """The value with what LIKE would read as wildcards made literal."""
        text = self.value.replace("\\", "\\\\")
        return text.replace("%", "\\%").replace("_", "\\_")
