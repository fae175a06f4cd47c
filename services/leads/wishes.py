"""What a caller wants a lead to become: read from the body of a conversion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chassis import wire
from chassis.errors import Fault, Invalid, Malformed
from services.leads.mapping import TARGETS

CREATE: Final = "create"
LINK: Final = "link"
_MODES: Final = (CREATE, LINK, "skip")


@dataclass(frozen=True, slots=True)
class Wish:
    """One target: made from `values`, or the existing record `id`."""

    mode: str
    values: Mapping[str, Any]
    id: UUID | None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked: the id that the caller gave, whether known duplicates stand against it, and
    the targets; what is skipped is absent."""

    id: UUID | None
    refuse_duplicates: bool
    targets: Mapping[str, Wish]


def read_wishes(body: Any) -> Wishes:
    """The wishes in `body`: Malformed for what is no conversion, Invalid for one of nothing."""
    if not isinstance(body, dict):
        raise Malformed("The body must be an object.", code="wrong_type")
    unknown = [name for name in body if name not in (*TARGETS, "id", "duplicates")]
    faults = [Fault(f"/{str(n)[:100]}", "unknown_field", "No such field.") for n in unknown]
    wishes = {}
    for target in TARGETS:
        wish = _read(target, body.get(target), faults)
        if wish is not None:
            wishes[target] = wish
    identifier = _identifier(body.get("id"), "/id", faults)
    duplicates = body.get("duplicates")
    if duplicates not in (None, "allow", "refuse"):
        faults.append(Fault("/duplicates", "wrong_type", "One of allow, refuse."))
    if faults:
        raise Malformed("The body cannot be understood.", faults=faults)
    if not wishes:
        fault = Fault("", "nothing_to_make", "Create or link at least one of them.")
        raise Invalid("This converts the lead into nothing.", code=fault.code, faults=[fault])
    return Wishes(identifier, duplicates == "refuse", wishes)


def _read(target: str, given: Any, faults: list[Fault]) -> Wish | None:
    if given is None:
        return None
    mode = next(iter(given)) if isinstance(given, dict) and len(given) == 1 else None
    if mode not in _MODES:
        faults.append(Fault(f"/{target}", "wrong_type", "One of create, link, skip."))
        return None
    value, where = given[mode], f"/{target}/{mode}"
    if mode == CREATE:
        if not isinstance(value, dict):
            faults.append(Fault(where, "wrong_type", "Must be an object."))
            return None
        return Wish(mode, value, None)
    if mode == LINK:
        identifier = _identifier(value, where, faults, required=True)
        return Wish(mode, {}, identifier)
    if value is not True:
        faults.append(Fault(where, "wrong_type", "Must be true."))
    return None


def _identifier(
    value: Any, where: str, faults: list[Fault], *, required: bool = False
) -> UUID | None:
    if value is None and not required:
        return None
    try:
        if isinstance(value, str) and len(value) == 36:
            return wire.as_uuid(value)
    except ValueError:
        pass
    faults.append(Fault(where, "wrong_type", "Must be a UUID."))
    return None
