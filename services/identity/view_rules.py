"""The rules of saved views, pure: which columns they may have, and with whom they are shared."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from chassis.errors import Fault

PRIVATE, ROLES, EVERYONE = SCOPES = ("private", "roles", "everyone")
LAYOUTS: Final = ("list", "board")
_COLUMNS_LIMIT: Final = 100
_WIDTHS: Final = range(40, 2001)


def view_faults(
    given: Mapping[str, Any], after: Mapping[str, Any], roles: Collection[str]
) -> Iterator[Fault]:
    """What stands against a view that is `after` once `given` is written: columns are fields with
    a width, and roles, all of which must be known, are named when it is shared with roles."""
    yield from _column_faults(given.get("columns") or [])
    if after["scope"] == ROLES and not after["role_codes"]:
        yield Fault("/role_codes", "required", "Name the roles that see it.")
    if after["scope"] != ROLES and after["role_codes"]:
        yield Fault("/role_codes", "wrong_scope", "Only with the scope roles.")
    if after["scope"] == PRIVATE and after["default"]:
        yield Fault("/default", "wrong_scope", "Only of a view that others see.")
    for place, code in enumerate(given.get("role_codes") or ()):
        if code not in roles:
            yield Fault(f"/role_codes/{place}", "unknown_role", "There is no such role.")


def _column_faults(columns: list[Any]) -> list[Fault]:
    if len(columns) > _COLUMNS_LIMIT:
        return [Fault("/columns", "too_many", f"At most {_COLUMNS_LIMIT} columns.")]
    faults, named = [], set()
    for place, column in enumerate(columns):
        if not isinstance(column, dict) or not {"field"} <= column.keys() <= {"field", "width"}:
            faults.append(Fault(f"/columns/{place}", "format", "A field and its width."))
            continue
        field, width = column["field"], column.get("width")
        if not isinstance(field, str) or field in named:
            faults.append(Fault(f"/columns/{place}/field", "repeated", "Each field once."))
        elif width is not None and (type(width) is not int or width not in _WIDTHS):
            detail = f"Between {_WIDTHS.start} and {_WIDTHS.stop - 1} pixels."
            faults.append(Fault(f"/columns/{place}/width", "out_of_range", detail))
        named.add(str(field))
    return faults
