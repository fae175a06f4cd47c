"""What people have set up for themselves alone: looks, currency, where their lists begin.

None of it concerns rights, so that it is no part of the organisation that all processes keep.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from chassis import wire
from chassis.errors import Fault, Invalid, Malformed
from chassis.records.field_types.currencies import CURRENCIES
from chassis.records.field_types.objects import JsonField
from chassis.wire import as_uuid
from contracts.catalogue import ENTITIES
from services.identity.merging import merged

THEMES: Final = ("system", "light", "dark")
DEFAULTS: Final[dict[str, Any]] = {
    "theme": "system",
    "currency": None,
    "default_views": {},
    "pages": {},
}
PAGES_LIMIT: Final = 50_000
_READ: Final = text("SELECT values FROM preferences WHERE user_id = :user_id")
_WRITE: Final = text("""
    INSERT INTO preferences (user_id, values) VALUES (:user_id, CAST(:values AS jsonb))
    ON CONFLICT (user_id) DO UPDATE SET values = excluded.values
""")
_QUEUE: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:user_id, 1))")


def read_preferences(connection: Connection, user_id: UUID) -> dict[str, Any]:
    """The preferences of a user, what was never set included."""
    kept = connection.execute(_READ, {"user_id": user_id}).scalar()
    return {**DEFAULTS, **(kept or {})}


def write_preferences(
    connection: Connection, user_id: UUID, change: Mapping[str, Any]
) -> dict[str, Any]:
    """The preferences after the merge patch `change`, which `check_preferences` has passed."""
    connection.execute(_QUEUE, {"user_id": str(user_id)})
    before = read_preferences(connection, user_id)
    after = {
        name: merged(before[name], change[name])
        if isinstance(change.get(name), Mapping)
        else before[name] if name not in change
        else DEFAULTS[name] if change[name] is None
        else change[name]
        for name in DEFAULTS
    }  # fmt: skip
    if len(wire.dumps(after["pages"])) > PAGES_LIMIT:
        fault = Fault("/pages", "too_long", f"At most {PAGES_LIMIT} bytes.")
        raise Invalid(fault.detail, code=fault.code, faults=[fault])
    connection.execute(_WRITE, {"user_id": user_id, "values": wire.dumps(after).decode()})
    return after


def check_preferences(change: Mapping[str, Any]) -> None:
    """Raise Malformed for values of a wrong type, Invalid for unknown ones."""
    for name, kind in (("theme", str), ("currency", str), ("default_views", Mapping),
                       ("pages", Mapping)):  # fmt: skip
        if change.get(name) is not None and not isinstance(change[name], kind):
            raise _wrong_type(f"/{name}")
    faults = []
    if change.get("theme") not in (None, *THEMES):
        faults.append(Fault("/theme", "unknown_choice", f"One of {', '.join(THEMES)}."))
    if change.get("currency") is not None and change["currency"] not in CURRENCIES:
        faults.append(Fault("/currency", "unknown_currency", "Not a currency of ISO 4217."))
    for entity, view in (change.get("default_views") or {}).items():
        where = f"/default_views/{entity[:60]}"
        if entity not in ENTITIES:
            faults.append(Fault(where, "unknown_choice", "There is no such entity."))
        elif view is not None and not _is_uuid(view):
            raise _wrong_type(where)
    pages = JsonField(name="pages").check(dict(change.get("pages") or {}))
    faults += [Fault(f"/pages{fault.pointer}", fault.code, fault.detail) for fault in pages]
    if faults:
        raise Invalid("The preferences break a rule.", code=faults[0].code, faults=faults)


def default_view(connection: Connection, user_id: UUID, entity: str) -> UUID | None:
    """The view that the user wants lists of `entity` to begin with."""
    found = read_preferences(connection, user_id)["default_views"].get(entity)
    return as_uuid(found) if found else None


def _is_uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(as_uuid(value))
    except ValueError:
        return False


def _wrong_type(pointer: str) -> Malformed:
    fault = Fault(pointer, "wrong_type", "Of another type.")
    return Malformed(fault.detail, code="wrong_type", faults=[fault])
