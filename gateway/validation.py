"""Checks a body against the JSON schema of its route, for calls whose shape is ours."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from chassis import wire
from chassis.errors import Fault, Invalid, Malformed
from gateway.registry import Schema

_TYPE_FAULTS = frozenset({"type", "additionalProperties"})


def require_shape(value: dict[str, Any], schema: Schema) -> None:
    """Raise Malformed for wrong types and unknown fields, Invalid for broken rules."""
    errors = list(_validator(wire.canonical(schema)).iter_errors(value))
    wrong = [error for error in errors if error.validator in _TYPE_FAULTS]
    if wrong:
        raise Malformed("The body cannot be understood.", faults=_faults(wrong))
    if errors:
        raise Invalid("The body breaks a rule.", faults=_faults(errors))


@lru_cache(maxsize=64)
def _validator(schema: bytes) -> Draft202012Validator:
    return Draft202012Validator(wire.loads(schema), format_checker=FormatChecker())


def _faults(errors: list[ValidationError]) -> list[Fault]:
    return [fault for error in errors for fault in _of(error)]


def _of(error: ValidationError) -> list[Fault]:
    pointer = "".join(f"/{_escaped(part)}" for part in error.absolute_path)
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        strangers = [name for name in error.instance if name not in known]
        return [
            Fault(f"{pointer}/{_escaped(name[:100])}", "unknown_field", "There is no such field.")
            for name in strangers
        ]
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return [Fault(f"{pointer}/{name}", "required", "This is required.") for name in missing]
    if error.validator == "type":
        return [Fault(pointer, "wrong_type", "The value has the wrong type.")]
    return [Fault(pointer, "bad_format", "The value breaks a rule of its format.")]


def _escaped(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")
