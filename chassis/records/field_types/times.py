"""Dates and moments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from chassis.records.field_types.base import (
    EQUALITY,
    MOMENT,
    ORDER,
    PERIODS,
    FieldType,
    wrong_type,
)
from chassis.wire import timestamp

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)


def as_moment(value: Any) -> datetime:
    """The UTC moment that the RFC 3339 text `value` names; Malformed otherwise."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise wrong_type("an RFC 3339 time with its zone")
    day, time, fraction, zone = found.groups()
    zone = "+00:00" if zone in "Zz" else zone
    try:
        moment = datetime.fromisoformat(f"{day}T{time}{(fraction or '')[:7]}{zone}")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise wrong_type("an RFC 3339 time with its zone") from None


@dataclass(kw_only=True)
class DateField(FieldType):
    """A day of the calendar."""

    type: ClassVar[str] = "date"
    widget: ClassVar[str] = "date"
    operators: ClassVar[tuple[str, ...]] = (*EQUALITY, *ORDER, *MOMENT)
    periods: ClassVar[tuple[str, ...]] = PERIODS

    def parse(self, value: Any) -> date:
        try:
            if isinstance(value, str) and _DATE.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise wrong_type("a date (YYYY-MM-DD)")

    def wire(self, value: date) -> str:
        return value.isoformat()

    @property
    def value_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


@dataclass(kw_only=True)
class DateTimeField(FieldType):
    """A moment, kept and answered in UTC."""

    type: ClassVar[str] = "datetime"
    widget: ClassVar[str] = "datetime"
    operators: ClassVar[tuple[str, ...]] = (*EQUALITY, *ORDER, *MOMENT)
    periods: ClassVar[tuple[str, ...]] = PERIODS

    def parse(self, value: Any) -> datetime:
        return as_moment(value)

    def wire(self, value: datetime) -> str:
        return timestamp(value)

    @property
    def value_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}
