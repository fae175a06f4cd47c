"""What somebody asks for with many records at a time, read and checked before any is touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from chassis.errors import Fault, Forbidden, Invalid, Malformed
from chassis.records.field_types.references import as_identifier
from chassis.records.schema import parse_values, pointer, refuse_read_only

if TYPE_CHECKING:
    from chassis.access.rights import Rights
    from chassis.records.entity import Entity

MOST: Final = 500
# What can be done with many, and the right that it needs of each.
ACTIONS: Final[dict[str, str]] = {"update": "update", "delete": "delete", "restore": "delete"}
_KNOWN: Final = ("ids", "filter", "action", "changes")


@dataclass(frozen=True, slots=True)
class Wish:
    """`action` with the records of `ids`, or with those of `filter` when `ids` is None."""

    action: str
    changes: Mapping[str, Any]
    ids: tuple[UUID, ...] | None
    filter: Any


def read_wish(entity: Entity, body: Any, rights: Rights) -> Wish:
    """The wish in `{ids | filter, action, changes}`.

    Raises Forbidden when nobody may do that with any of them, Malformed for what cannot be
    understood (a hidden field is an unknown one), Invalid for nothing, and for too many.
    """
    given = body if isinstance(body, Mapping) else {}
    action = given.get("action")
    if isinstance(action, str) and action in ACTIONS:
        rights.require(entity.name, ACTIONS[action])
    faults = list(_shape_faults(given))
    if faults:
        raise Malformed("The body cannot be understood.", code=faults[0].code, faults=faults)
    assert isinstance(action, str)
    changes = _changes(entity, given.get("changes") or {}, rights) if action == "update" else {}
    ids = _ids(given["ids"]) if "ids" in given else None
    if action == "update" and not changes:
        _refuse("/changes", "required", "Say what is to be changed.")
    return Wish(action, changes, ids, given.get("filter"))


def too_many(where: str) -> Invalid:
    """The refusal of more records than one request may be about."""
    fault = Fault(where, "too_many", f"At most {MOST} records at a time.")
    return Invalid(fault.detail, code=fault.code, faults=[fault])


def _shape_faults(given: Mapping[str, Any]) -> Iterator[Fault]:
    for name in given:
        if name not in _KNOWN:
            yield Fault(pointer(name), "unknown_field", "No such field.")
    if given.get("action") not in tuple(ACTIONS):
        yield Fault("/action", "unknown_choice", f"One of {', '.join(ACTIONS)}.")
    if ("ids" in given) == ("filter" in given):
        yield Fault("/ids", "required", "Either ids or a filter.")
    if not isinstance(given.get("ids", []), list):
        yield Fault("/ids", "wrong_type", "A list of ids.")
    if not isinstance(given.get("filter", {}), Mapping):
        yield Fault("/filter", "wrong_type", "A filter is an object.")
    changes = given.get("changes")
    if changes is not None and not isinstance(changes, Mapping):
        yield Fault("/changes", "wrong_type", "An object of fields.")
    elif changes and given.get("action") != "update":
        yield Fault("/changes", "unknown_field", "Only with the action update.")


def _changes(entity: Entity, changes: Mapping[str, Any], rights: Rights) -> Mapping[str, Any]:
    """`changes` as they were sent, once they are understood."""
    secret = [name for name in changes if name in entity.fields and entity.fields[name].write_only]
    if secret:
        # Nobody gives many people one password, and work that waits keeps no secret.
        faults = [Fault(pointer(name), "unknown_field", "No such field.") for name in secret]
        raise Malformed("The body cannot be understood.", faults=_within("changes", faults))
    try:
        refuse_read_only(entity, parse_values(entity, changes, rights, creating=False), rights)
    except (Malformed, Forbidden) as refusal:
        faults = _within("changes", refusal.faults)
        raise type(refusal)(refusal.detail, code=refusal.code, faults=faults) from None
    return dict(changes)


def _within(name: str, faults: Any) -> list[Fault]:
    return [Fault(f"/{name}{fault.pointer}", fault.code, fault.detail) for fault in faults]


def _ids(given: list[Any]) -> tuple[UUID, ...]:
    if not given:
        _refuse("/ids", "required", "Name at least one record.")
    if len(given) > MOST:
        raise too_many("/ids")
    return tuple(dict.fromkeys(as_identifier(one, f"/ids/{at}") for at, one in enumerate(given)))


def _refuse(where: str, code: str, detail: str) -> None:
    raise Invalid(detail, code=code, faults=[Fault(where, code, detail)])
