"""The rules of a role's content: only known operations, levels, rights, settings and shapes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from chassis.errors import Fault
from contracts.access import FIELD_RIGHTS, OPERATIONS, SETTINGS, SWITCHES, Level

_LEVELS: Final = frozenset(level.name for level in Level)
_ENTITY: Final = re.compile(r"[a-z][a-z_]{0,39}")
_FIELD: Final = re.compile(r"[a-z][a-z0-9_.]{0,99}")
_HOLDERS: Final = ("users", "groups", "departments")
_ENTITIES_LIMIT: Final = 200


def role_faults(values: Mapping[str, Any]) -> list[Fault]:
    """What stands against `values` as (part of) a role, as 422 faults."""
    found: list[Fault] = []
    for name, rule in _RULES.items():
        if values.get(name):
            found += [Fault(f"/{name}{pointer}", *said) for pointer, *said in rule(values[name])]
    return found


_Said = Iterator[tuple[str, str, str]]


def _escaped(key: Any) -> str:
    return str(key)[:100].replace("~", "~0").replace("/", "~1")


def _each(
    value: Mapping[str, Any], fits: Callable[[str], bool], kind: str, inner: Callable[[Any], _Said]
) -> _Said:
    """The faults of every entry: a key that does not fit, and those of the value below it."""
    if len(value) > _ENTITIES_LIMIT:
        yield "", "too_many", f"At most {_ENTITIES_LIMIT} entries."
        return
    for key, item in value.items():
        where = f"/{_escaped(key)}"
        if not fits(key):
            yield where, f"unknown_{kind}", f"Not a known {kind}."
        elif not isinstance(item, Mapping):
            yield where, "wrong_type", "Must be an object."
        else:
            for pointer, code, detail in inner(item):
                yield where + pointer, code, detail


def _is_entity(key: str) -> bool:
    return _ENTITY.fullmatch(key) is not None


def _is_uuid(key: Any) -> bool:
    try:
        return str(UUID(str(key))) == str(key).lower()
    except ValueError:
        return False


def _levels(value: Mapping[str, Any]) -> _Said:
    for operation, level in value.items():
        where = f"/{_escaped(operation)}"
        if operation not in OPERATIONS:
            yield where, "unknown_operation", f"One of {', '.join(OPERATIONS)}."
        elif level not in _LEVELS:
            yield where, "unknown_level", f"One of {', '.join(level.name for level in Level)}."


def _stages(value: Mapping[str, Any]) -> _Said:
    return _each(value, _is_uuid, "stage", _levels)


def _field_rights(value: Mapping[str, Any]) -> _Said:
    for name, right in value.items():
        where = f"/{_escaped(name)}"
        if not _FIELD.fullmatch(name):
            yield where, "unknown_field", "Not the name of a field."
        elif right not in FIELD_RIGHTS:
            yield where, "unknown_right", f"One of {', '.join(FIELD_RIGHTS)}."


def _switches(value: Mapping[str, Any]) -> _Said:
    for name, on in value.items():
        where = f"/{_escaped(name)}"
        if name not in SWITCHES:
            yield where, "unknown_switch", f"One of {', '.join(SWITCHES)}."
        elif not isinstance(on, bool):
            yield where, "wrong_type", "Must be true or false."


def _moves(value: Mapping[str, Any]) -> _Said:
    for stage, targets in value.items():
        where = f"/{_escaped(stage)}"
        if not _is_uuid(stage):
            yield where, "unknown_stage", "Must be the id of a stage."
        elif targets not in ("any", "none") and not _are_uuids(targets):
            yield where, "wrong_type", "Must be any, none or a list of stage ids."


def _settings(value: list[str]) -> _Said:
    for index, setting in enumerate(value):
        if setting not in SETTINGS:
            yield f"/{index}", "unknown_setting", f"One of {', '.join(SETTINGS)}."


def _assigned(value: Mapping[str, Any]) -> _Said:
    for kind, ids in value.items():
        where = f"/{_escaped(kind)}"
        if kind not in _HOLDERS:
            yield where, "unknown_holder", f"One of {', '.join(_HOLDERS)}."
        elif not _are_uuids(ids):
            yield where, "wrong_type", "Must be a list of ids."


def _are_uuids(value: Any) -> bool:
    return isinstance(value, list) and all(_is_uuid(item) for item in value)


_RULES: Final[dict[str, Callable[[Any], _Said]]] = {
    "grants": lambda value: _each(value, _is_entity, "entity", _levels),
    "stages": lambda value: _each(value, _is_entity, "entity", _stages),
    "fields": lambda value: _each(value, _is_entity, "entity", _field_rights),
    "settings": _settings,
    "switches": lambda value: _each(value, _is_entity, "entity", _switches),
    "transitions": lambda value: _each(value, _is_uuid, "pipeline", _moves),
    "assigned_to": _assigned,
}
