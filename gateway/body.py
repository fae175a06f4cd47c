"""Reading a request's body: bounded in size and nesting before it is parsed."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Any, Final
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import MultiDict

from chassis import wire
from chassis.errors import Malformed, TooLarge

LARGEST_BODY: Final = 1024 * 1024
DEEPEST_NESTING: Final = 32
MOST_INPUTS: Final = 2_000

# Possessive, so that a hostile body costs time in proportion to its length and no more.
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = [1 if byte in b"[{" else -1 for byte in range(256)]


def read_body(request: Request) -> bytes:
    """The body's bytes. Raises TooLarge over `LARGEST_BODY` or `DEEPEST_NESTING`."""
    length = request.content_length
    if length is not None and length > LARGEST_BODY:
        raise _too_large()
    if not length and "HTTP_TRANSFER_ENCODING" not in request.environ:
        return b""
    data = request.get_data(cache=False)
    if len(data) > LARGEST_BODY:
        raise _too_large()
    require_shallow(data)
    return data


def require_shallow(data: bytes) -> None:
    """Raise TooLarge when `data` nests objects and arrays deeper than `DEEPEST_NESTING`."""
    if data.count(b"[") + data.count(b"{") <= DEEPEST_NESTING:
        return
    brackets = _TEXT.sub(b"", data).translate(None, _NOT_BRACKETS)
    if max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > DEEPEST_NESTING:
        raise TooLarge(f"Nesting is limited to {DEEPEST_NESTING}.", code="too_deep")


def parse_json(data: bytes) -> Any:
    """The JSON value of `data`. Raises Malformed for anything that is not JSON in UTF-8."""
    require_shallow(data)
    try:
        value = wire.loads(data)
    except ValueError:
        raise Malformed("This is not JSON in UTF-8.", code="not_json") from None
    if b"\\u0000" in data and _holds_null_character(value):
        raise Malformed("Texts cannot hold the character U+0000.", code="null_character")
    return value


def parse_object(data: bytes, content_type: str, media_types: tuple[str, ...]) -> dict[str, Any]:
    """The JSON object of a body. Raises Malformed for another media type or another value."""
    if content_type.partition(";")[0].strip().lower() not in media_types:
        raise Malformed(
            f"The body must be {' or '.join(media_types)}.", code="content_type_not_supported"
        )
    value = parse_json(data)
    if not isinstance(value, dict):
        raise Malformed("The body must be a JSON object.", code="not_an_object")
    return value


def parse_form(data: bytes, content_type: str) -> MultiDict[str, str]:
    """The inputs of a form that a page sent. Raises Malformed for anything else."""
    kind = content_type.partition(";")[0].strip().lower()
    if data and kind != "application/x-www-form-urlencoded":
        raise Malformed("The body must be a form.", code="content_type_not_supported")
    try:
        pairs = parse_qsl(
            data.decode("ascii"), keep_blank_values=True, errors="strict",
            max_num_fields=MOST_INPUTS,
        )  # fmt: skip
    except ValueError:
        raise Malformed("This is no form in UTF-8.", code="malformed") from None
    if any("\0" in text for pair in pairs for text in pair):
        raise Malformed("Texts cannot hold the character U+0000.", code="null_character")
    # Browsers send lines of texts as CR LF.
    return MultiDict((name, value.replace("\r\n", "\n")) for name, value in pairs)


def _holds_null_character(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_null_character(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return any(_holds_null_character(part) for part in value)
    return False


def _too_large() -> TooLarge:
    return TooLarge(f"A body is limited to {LARGEST_BODY} bytes.", code="body_too_large")
