"""Query and path parameters: how each is read, and how the OpenAPI document describes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes
from uuid import UUID

from chassis.errors import Fault, Malformed
from gateway.body import parse_json

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from gateway.registry import Route, Schema

_LARGEST = 2**53


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter. `read` turns its text into a value or raises ValueError."""

    name: str
    description: str
    schema: Schema
    read: Callable[[str], Any] = str
    required: bool = False
    content: bool = False


def _integer(text: str) -> int:
    number = int(text) if text.isascii() and "_" not in text else int("")
    if abs(number) > _LARGEST:
        raise ValueError(text)
    return number


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


def integer(name: str, description: str, minimum: int, maximum: int) -> Parameter:
    """A whole number; the service refuses one outside its range."""
    schema = {"type": "integer", "minimum": minimum, "maximum": maximum}
    return Parameter(name, description, schema, _integer)


def boolean(name: str, description: str) -> Parameter:
    """`true` or `false`."""
    return Parameter(name, description, {"type": "boolean"}, _boolean)


def text(name: str, description: str, *, required: bool = False, **schema: Any) -> Parameter:
    """Free text, or one of `enum`, which the service refuses when it is none of them."""
    return Parameter(name, description, {"type": "string", **schema}, required=required)


def identifier(name: str, description: str, *, required: bool = False) -> Parameter:
    """A UUID."""
    schema = {"type": "string", "format": "uuid"}
    return Parameter(name, description, schema, lambda value: str(UUID(value)), required)


def json_value(name: str, description: str, schema: Schema) -> Parameter:
    """A JSON document as the value of a parameter."""
    return Parameter(name, description, schema, lambda value: parse_json(value.encode()),
                     content=True)  # fmt: skip


def require_utf8(query: bytes) -> None:
    """Raise Malformed when the query string holds what is no UTF-8; nothing stands in for it."""
    try:
        unquote_to_bytes(query).decode()
    except UnicodeDecodeError:
        raise Malformed("The query is not UTF-8.", code="bad_parameter") from None


def read_query(route: Route, given: MultiDict[str, str]) -> dict[str, Any]:
    """The values of `given` by name. Raises Malformed for unknown, repeated or wrong ones."""
    if not given and not any(parameter.required for parameter in route.parameters):
        return {}
    faults = list(_strangers(route, given))
    values: dict[str, Any] = {}
    for parameter in route.parameters:
        value = given.get(parameter.name)
        if value is None:
            if parameter.required:
                faults.append(Fault(f"/{parameter.name}", "required", "This is required."))
            continue
        try:
            values[parameter.name] = parameter.read(_clean(value))
        except (ValueError, Malformed):
            faults.append(Fault(f"/{parameter.name}", "wrong_type", "This cannot be read."))
    if faults:
        raise Malformed("The query cannot be understood.", code="bad_parameter", faults=faults)
    return values


def _clean(value: str) -> str:
    if "\0" in value or "\ufffd" in value:
        raise ValueError(value)
    return value


def _strangers(route: Route, given: MultiDict[str, str]) -> Iterable[Fault]:
    for name, values in given.lists():
        if name not in route.parameter_names:
            yield Fault(f"/{name[:100]}", "unknown_parameter", "There is no such parameter.")
        elif len(values) > 1:
            yield Fault(f"/{name}", "repeated", "This stands here more than once.")


_CURSOR: Final = text("cursor", "`next_cursor` of the page before.", maxLength=4096)
LIMIT: Final = integer("limit", "Items on a page.", 1, 500)
FIELDS: Final = text("fields", "Only these fields, separated by commas.")
INCLUDE: Final = text("include", "References to show with their names, separated by commas.")
PAGE: Final = (LIMIT, _CURSOR)
_FILTER: Final = json_value("filter", "A filter as JSON.", {"$ref": "#/components/schemas/Filter"})
TIMELINE: Final = (*PAGE, _FILTER, FIELDS, INCLUDE)
_QUICK: Final = text("q", "Quick text: what a person would type to find a record.")
REPORT: Final = (
    text("group", "Up to two fields, or periods of a time: `stage`, `month(created_at)`."),
    text("measure", "`count`, and `sum avg min max` of figures: `count,sum(amount)`."),
    _FILTER,
    _QUICK,
    text("sort", "Groups and measures that were asked for; `-` before one turns it round."),
    integer("limit", "Groups in the answer.", 1, 1000),
    text("include", "References grouped by, to show with their names."),
)
LIST: Final = (
    *PAGE,
    text("sort", "Up to three fields, separated by commas; `-` before one turns it round."),
    _FILTER,
    _QUICK,
    FIELDS,
    INCLUDE,
    text("count", "Whether `total` is wanted.", enum=["none", "estimate", "exact"]),
)
