"""JSON on the bus and over HTTP: one encoder, so that a value reads the same everywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS


def timestamp(moment: datetime) -> str:
    """An RFC 3339 UTC time with microseconds: `2026-01-31T12:00:00.000000Z`."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")[:26] + "Z"


def _default(value: Any) -> Any:
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def dumps(value: Any) -> bytes:
    """`value` as UTF-8 JSON: UUIDs and Decimals as strings, times as RFC 3339 UTC."""
    return orjson.dumps(value, default=_default, option=_OPTIONS)


def canonical(value: Any) -> bytes:
    """`value` as JSON with sorted keys: equal values give equal bytes, so it can be hashed."""
    return orjson.dumps(value, default=_default, option=_OPTIONS | orjson.OPT_SORT_KEYS)


def loads(data: bytes | str) -> Any:
    """The value that the JSON `data` holds; raises ValueError when it is not JSON."""
    return orjson.loads(data)


def as_uuid(value: Any) -> UUID:
    """`value` as a UUID; raises ValueError when it is not one."""
    return value if isinstance(value, UUID) else UUID(str(value))
