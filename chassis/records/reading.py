"""What a caller may ask to see of a record: which fields, which references with their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from chassis.errors import Fault, Malformed
from chassis.records.field_types.references import as_identifier
from chassis.records.schema import pointer, visible_fields

if TYPE_CHECKING:
    from chassis.access.rights import Rights
    from chassis.records.entity import Entity

IDENTIFIERS_LIMIT = 1_000


def chosen_fields(entity: Entity, rights: Rights, asked: Any) -> tuple[str, ...]:
    """The visible fields that `asked` ("a,b" or a list) names, all of them when it is None."""
    seen = visible_fields(entity, rights)
    if asked is None:
        return seen
    names = _names(asked, "fields")
    _refuse_unknown(names, {*seen, "type"}, "fields")
    return tuple(name for name in dict.fromkeys(names) if name != "type")


def chosen_includes(entity: Entity, rights: Rights, asked: Any) -> tuple[str, ...]:
    """The references (`owner`, `created_by`) that `asked` names; nothing when it is None."""
    if asked is None:
        return ()
    seen = set(visible_fields(entity, rights))
    aliases = {field.alias for field in entity.reference_fields if field.name in seen}
    names = _names(asked, "include")
    _refuse_unknown(names, aliases, "include")
    return tuple(dict.fromkeys(names))


def _names(asked: Any, parameter: str) -> list[str]:
    if isinstance(asked, str):
        return [name.strip() for name in asked.split(",") if name.strip()]
    if isinstance(asked, list) and all(isinstance(name, str) for name in asked):
        return asked
    fault = Fault(pointer(parameter), "wrong_type", "Names, separated by commas.")
    raise Malformed(fault.detail, code="bad_parameter", faults=[fault])


def _refuse_unknown(names: list[str], known: set[str], parameter: str) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        faults = [
            Fault(pointer(parameter), "unknown_field", f"There is no field {name[:100]}.")
            for name in unknown[:20]
        ]
        raise Malformed("The query cannot be understood.", code="bad_parameter", faults=faults)


def identifiers(given: Any) -> list[UUID]:
    """The ids in a list of UUID texts, each once; Malformed otherwise."""
    if not isinstance(given, list) or len(given) > IDENTIFIERS_LIMIT:
        raise Malformed(f"A list of at most {IDENTIFIERS_LIMIT} ids.", code="wrong_type")
    return list(dict.fromkeys(as_identifier(one) for one in given))
