"""What somebody chose otherwise in the grid of a role, as the merge-patch that the API takes.

Inputs are named by where their value stands: `grants/lead/read`, `stages/lead/ID/read`,
`fields/lead/amount`, `switches/deal/reopen`, `settings/users`, `assigned_to/users`, `name/en`.
Pages send those that differ from what they were shown with.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from chassis.errors import Malformed

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

# What a role says by saying nothing.
_SILENT: Final = {"grants": "none", "stages": "", "fields": "edit", "switches": "false"}
_DEPTH: Final = {"grants": 2, "stages": 3, "fields": 2, "switches": 2}
_HOLDERS: Final = ("users", "groups", "departments")


def chosen_of(form: Mapping[str, str]) -> dict[str, str]:
    """What the form holds, by place."""
    return {name: value for name, value in form.items() if "/" in name}


def patch_of(form: MultiDict[str, str], role: Mapping[str, Any]) -> dict[str, Any]:
    """The merge-patch that makes of `role` what `form` says."""
    patch: dict[str, Any] = {}
    for name, value in chosen_of(form).items():
        part, *place = name.split("/")
        if part in _DEPTH and len(place) == _DEPTH[part]:
            _put(patch.setdefault(part, {}), place, _value(part, value))
        elif part == "settings" and len(place) == 1:
            held = patch.setdefault("settings", list(role["settings"]))
            _toggle(held, place[0], held=value == "true")
        elif part == "assigned_to" and place[0] in _HOLDERS:
            # The empty one stands for a list that has nobody any more.
            ids = [identifier for identifier in form.getlist(name) if identifier]
            patch.setdefault("assigned_to", {})[place[0]] = ids
        elif part == "name" and len(place) == 1:
            known = role["name"] if isinstance(role["name"], Mapping) else {"en": role["name"]}
            patch.setdefault("name", dict(known))[place[0]] = value.strip()
        else:
            raise Malformed("The form cannot be understood.")
    return patch


def with_choices(role: Mapping[str, Any], form: MultiDict[str, str]) -> dict[str, Any]:
    """`role` as the form would have it: what somebody chose is not lost by a refusal."""
    shown = copy.deepcopy(dict(role))
    patch = patch_of(form, role)
    for part in _DEPTH:
        _merge(shown[part], patch.get(part, {}))
    shown["assigned_to"] |= patch.get("assigned_to", {})
    return shown | {name: patch[name] for name in ("settings", "name") if name in patch}


def _value(part: str, value: str) -> Any:
    if value == _SILENT[part]:
        return None
    return True if part == "switches" else value


def _put(into: dict[str, Any], place: list[str], value: Any) -> None:
    *above, last = place
    for key in above:
        into = into.setdefault(key, {})
    into[last] = value


def _toggle(settings: list[str], name: str, *, held: bool) -> None:
    if name in settings:
        settings.remove(name)
    if held:
        settings.append(name)


def _merge(into: dict[str, Any], patch: Mapping[str, Any]) -> None:
    for key, value in patch.items():
        if isinstance(value, Mapping):
            _merge(into.setdefault(key, {}), value)
        elif value is None:
            into.pop(key, None)
        else:
            into[key] = value
