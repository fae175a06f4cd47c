"""The parameters of a list, checked: what is unknown or out of range is refused by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chassis.records.query.parse import refuse

if TYPE_CHECKING:
    from chassis.records.entity import Entity

LIMIT, LARGEST_LIMIT = 50, 500
COUNTS: Final = ("none", "estimate", "exact")
PARAMETERS: Final = (
    "filter", "q", "sort", "limit", "cursor", "fields", "include", "count", "deleted",
)  # fmt: skip
_NAME_SHOWN = 100


@dataclass(frozen=True)
class Parameters:
    """What a list was asked for, but for filter, quick text, sort and cursor."""

    limit: int
    fields: tuple[str, ...]
    include: tuple[str, ...]
    count: str
    in_bin: bool


def parse_parameters(
    query: Mapping[str, Any], entity: Entity, visible: Sequence[str]
) -> Parameters:
    """The parameters in `query`; Malformed for unknown ones, unknown fields and bad values."""
    refuse_strangers(query, PARAMETERS)
    in_bin = query.get("deleted", False)
    if not isinstance(in_bin, bool):
        refuse("/deleted", "wrong_type", "Must be true or false.")
    count = "none" if query.get("count") is None else query["count"]
    if count not in COUNTS:
        refuse("/count", "unknown_value", f"Must be one of {', '.join(COUNTS)}.")
    return Parameters(
        limit=parse_limit(query.get("limit")),
        fields=parse_fields(query.get("fields"), visible),
        include=parse_include(query.get("include"), entity, visible),
        count=count,
        in_bin=in_bin,
    )


def refuse_strangers(query: Mapping[str, Any], known: Sequence[str]) -> None:
    """Raise Malformed when `query` has a parameter that is none of `known`."""
    for name in query:
        if name not in known:
            shown = str(name)[:_NAME_SHOWN].replace("~", "~0").replace("/", "~1")
            refuse(f"/{shown}", "unknown_parameter", "No such parameter.")


def parse_fields(value: Any, visible: Sequence[str]) -> tuple[str, ...]:
    """The fields that `fields=` names, in the entity's order; without it all that are seen."""
    names = _names(value, "/fields")
    if not names:
        return tuple(visible)
    # The type stands in every record, so asking for it changes nothing.
    if not names <= {*visible, "type"}:
        refuse("/fields", "unknown_field", "No such field.")
    return tuple(name for name in visible if name in names)


def parse_include(value: Any, entity: Entity, visible: Sequence[str]) -> tuple[str, ...]:
    """The references that `include=` names (`owner` for `owner_id`)."""
    names = _names(value, "/include")
    known = [field.alias for field in entity.reference_fields if field.name in visible]
    if not names <= set(known):
        refuse("/include", "unknown_field", "No such reference.")
    return tuple(alias for alias in known if alias in names)


def _names(value: Any, pointer: str) -> set[str]:
    if value is None or value == "":
        return set()
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        refuse(pointer, "wrong_type", "Must be names, separated by commas.")
    return {name.strip() for name in names}


def parse_limit(value: Any, usual: int = LIMIT, largest: int = LARGEST_LIMIT) -> int:
    """How many items `limit=` asks for."""
    if value is None:
        return usual
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 4:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= largest:
        refuse("/limit", "out_of_range", f"Must be a whole number from 1 to {largest}.")
    return value
