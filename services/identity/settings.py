"""The organisation's settings: their defaults, and the rules of a change."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import pairwise
from typing import Any, Final
from zoneinfo import available_timezones

from phonenumbers import SUPPORTED_REGIONS

from chassis.errors import Fault, Invalid, Malformed
from chassis.records.field_types.currencies import CURRENCIES
from chassis.records.purging import DEFAULT_BIN_DAYS

LOCALES: Final = ("en", "pt-BR")
DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_RATE: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
_HOLIDAYS_LIMIT: Final = 1000
_NAME_LIMIT: Final = 255
_LONGEST_BIN_DAYS: Final = 3650

DEFAULTS: Final[dict[str, Any]] = {
    "name": "Rapport",
    "base_currency": "BRL",
    "rates": {},
    "time_zone": "America/Sao_Paulo",
    "working_hours": {day: [["09:00", "18:00"]] for day in DAYS[:5]},
    "holidays": [],
    "default_locale": "pt-BR",
    "country": "BR",
    "bin_days": DEFAULT_BIN_DAYS,
}


def changed_settings(current: Mapping[str, Any], change: Any) -> dict[str, Any]:
    """`current` after the merge-patch `change`. Malformed for unknown names and wrong types,
    Invalid for values that break a rule; null brings back the default."""
    if not isinstance(change, Mapping):
        raise Malformed("Must be an object.", code="wrong_type")
    unknown = [Fault(f"/{name[:100]}", "unknown_field") for name in change if name not in DEFAULTS]
    if unknown:
        raise Malformed("There is no such setting.", code="unknown_field", faults=unknown)
    values = {name: DEFAULTS[name] if new is None else new for name, new in change.items()}
    faults: list[Fault] = []
    for name, value in values.items():
        if type(value) is not type(DEFAULTS[name]):
            wrong = Fault(f"/{name}", "wrong_type", f"Must be {_TYPES[type(DEFAULTS[name])]}.")
            raise Malformed(wrong.detail, code="wrong_type", faults=[wrong])
        if isinstance(value, str):
            values[name] = value = value.strip()
        faults += _RULES[name](value, f"/{name}")
    if faults:
        raise Invalid("The settings break a rule.", faults=faults)
    return {**DEFAULTS, **current, **values}


_TYPES: Final[dict[type, str]] = {
    str: "a text", dict: "an object", list: "a list", int: "a whole number",
}  # fmt: skip


def time_zone_faults(value: str, pointer: str) -> list[Fault]:
    """Whether `value` is a zone of the IANA database."""
    if value in _time_zones():
        return []
    return [Fault(pointer, "unknown_time_zone", "Not a time zone, such as America/Sao_Paulo.")]


def _name(value: str, pointer: str) -> list[Fault]:
    if not value:
        return [Fault(pointer, "required", "A value is needed.")]
    if len(value) > _NAME_LIMIT or "\x00" in value:
        return [Fault(pointer, "too_long", f"At most {_NAME_LIMIT} characters.")]
    return []


def _currency(value: str, pointer: str) -> list[Fault]:
    if value in CURRENCIES:
        return []
    return [Fault(pointer, "unknown_currency", "Not a currency of ISO 4217.")]


def _rates(value: dict[str, Any], pointer: str) -> list[Fault]:
    """What one unit of each currency is worth in the base currency, as a decimal text."""
    faults: list[Fault] = []
    for currency, rate in value.items():
        where = f"{pointer}/{currency[:100]}"
        faults += _currency(currency, where)
        if not isinstance(rate, str) or not _RATE.fullmatch(rate) or not _positive(rate):
            faults.append(Fault(where, "format", "Must be a positive decimal text."))
    return faults


def _positive(rate: str) -> bool:
    try:
        return Decimal(rate) > 0
    except InvalidOperation:
        return False


def _working_hours(value: dict[str, Any], pointer: str) -> list[Fault]:
    faults: list[Fault] = []
    for day, spans in value.items():
        where = f"{pointer}/{day[:100]}"
        if day not in DAYS:
            faults.append(Fault(where, "unknown_day", f"One of {', '.join(DAYS)}."))
        elif not isinstance(spans, list) or not _in_order(spans):
            faults.append(Fault(where, "format", 'Must be spans in order: [["09:00", "18:00"]].'))
    return faults


def _in_order(spans: list[Any]) -> bool:
    times: list[time] = []
    for span in spans:
        if not isinstance(span, list) or len(span) != 2:
            return False
        for moment in span:
            if not isinstance(moment, str) or not re.fullmatch(r"[0-2]\d:[0-5]\d", moment):
                return False
            if moment >= "24:00":
                return False
            times.append(time.fromisoformat(moment))
    return all(earlier < later for earlier, later in pairwise(times))


def _holidays(value: list[Any], pointer: str) -> list[Fault]:
    if len(value) > _HOLIDAYS_LIMIT:
        return [Fault(pointer, "too_many", f"At most {_HOLIDAYS_LIMIT} values.")]
    return [
        Fault(f"{pointer}/{index}", "format", "Must be a date (YYYY-MM-DD).")
        for index, day in enumerate(value)
        if not _is_date(day)
    ]


def _is_date(value: Any) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _locale(value: str, pointer: str) -> list[Fault]:
    if value in LOCALES:
        return []
    return [Fault(pointer, "unknown_locale", f"One of {', '.join(LOCALES)}.")]


def _country(value: str, pointer: str) -> list[Fault]:
    if value in SUPPORTED_REGIONS:
        return []
    return [Fault(pointer, "unknown_country", "Not a country code, such as BR.")]


def _bin_days(value: int, pointer: str) -> list[Fault]:
    if 1 <= value <= _LONGEST_BIN_DAYS:
        return []
    return [Fault(pointer, "out_of_range", f"Between 1 and {_LONGEST_BIN_DAYS}.")]


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


_RULES: Final[dict[str, Callable[[Any, str], list[Fault]]]] = {
    "name": _name,
    "base_currency": _currency,
    "rates": _rates,
    "time_zone": time_zone_faults,
    "working_hours": _working_hours,
    "holidays": _holidays,
    "default_locale": _locale,
    "country": _country,
    "bin_days": _bin_days,
}
