"""The headers that make writes safe: `If-Match`, `ETag`, `Idempotency-Key`, `X-Request-Id`."""

from __future__ import annotations

import re
from typing import Final

from chassis.errors import Malformed
from chassis.identifiers import new_id

ANY_VERSION: Final = "*"
_STRONG = re.compile(r'"(\d{1,15})"')
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{8,64}")


def expected_version(if_match: str | None) -> int | str | None:
    """The version that `If-Match` names: a number, `*`, or None when the header is absent."""
    if if_match is None:
        return None
    value = if_match.strip()
    if value == ANY_VERSION:
        return ANY_VERSION
    found = _STRONG.fullmatch(value)
    if found is None:
        raise Malformed(
            'If-Match must be one strong entity tag such as "7", or *.', code="bad_if_match"
        )
    return int(found[1])


def entity_tag(version: object) -> str:
    """The strong entity tag of a record's version."""
    return f'"{version}"'


def command_key(idempotency_key: str | None) -> str:
    """The key that makes this write repeatable: the client's, or a new one for the bus alone."""
    if idempotency_key is None:
        return f"once-{new_id().hex}"
    if _KEY.fullmatch(idempotency_key) is None:
        raise Malformed(
            "Idempotency-Key is 1 to 255 visible ASCII characters.", code="bad_idempotency_key"
        )
    return idempotency_key


def call_id(request_id: str | None) -> str:
    """The id of this request in every log: the client's when it is sane, else a new one."""
    if request_id is not None and _REQUEST_ID.fullmatch(request_id):
        return request_id
    return new_id().hex
