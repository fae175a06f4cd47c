"""Cursors: the place after which a page begins, bound to the list and the user it was made for."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn
from uuid import UUID

from chassis import wire
from chassis.errors import Fault, Malformed
from chassis.records.field_types.texts import text_faults
from chassis.records.field_types.times import as_moment
from chassis.records.query.sort import Order, SortKey

_DIGEST_SIZE = 16
_LIMIT = 8_000


def encode(values: Sequence[Any], binding: Any) -> str:
    """An opaque cursor for the row with these key values, in the list that `binding` names."""
    body = wire.dumps(list(values))
    return base64.urlsafe_b64encode(_digest(body, binding) + body).rstrip(b"=").decode()


def decode(cursor: Any, order: Order, binding: Any) -> list[Any]:
    """The key values in `cursor`; Malformed when it was made for another list or user.

    The digest is no secret: a forged cursor only names a place in a list its forger may read.
    """
    if not isinstance(cursor, str) or not 0 < len(cursor) <= _LIMIT:
        _refuse()
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        digest, body = raw[:_DIGEST_SIZE], raw[_DIGEST_SIZE:]
        if digest != _digest(body, binding):
            _refuse()
        values = wire.loads(body)
        return [_read(key, value) for key, value in zip(order.keys, values, strict=True)]
    except (ValueError, TypeError, InvalidOperation, binascii.Error):
        _refuse()


def _digest(body: bytes, binding: Any) -> bytes:
    return hashlib.blake2b(body, key=_key(binding), digest_size=_DIGEST_SIZE).digest()


def _key(binding: Any) -> bytes:
    return hashlib.sha256(wire.canonical(binding)).digest()


def _refuse() -> NoReturn:
    fault = Fault("/cursor", "bad_cursor", "Not a cursor of this list.")
    raise Malformed("The cursor does not belong to this list.", code="bad_cursor", faults=[fault])


def _decimal(value: Any) -> Decimal:
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(value)
    return number


def _text(value: Any) -> str:
    if not isinstance(value, str) or text_faults(value, _LIMIT):
        raise ValueError("not a text")
    return value


def _is(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError(value)
        return value

    return read


_READERS: Final[Mapping[type, Callable[[Any], Any]]] = {
    str: _text, int: _is(int), bool: _is(bool), Decimal: _decimal, UUID: wire.as_uuid,
    datetime: as_moment, date: date.fromisoformat,
}  # fmt: skip


def _read(key: SortKey, value: Any) -> Any:
    if value is None:
        if not key.nullable:
            raise ValueError("this key is never empty")
        return None
    return _READERS[key.element.type.python_type](value)
