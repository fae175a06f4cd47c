"""What an administrator asks of a stage: read, checked, put into its language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from chassis.errors import Fault, Invalid, Malformed
from chassis.records.field_types.texts import line_faults
from chassis.stages.tables import KINDS

LANGUAGES: Final = ("en", "pt-BR")
NAME_LIMIT: Final = 100
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "code": (str,),
    "name": (str, type(None)),
    "names": (dict, type(None)),
    "kind": (str,),
    "probability": (int, type(None)),
    "position": (int, type(None)),
}
POSITION_LIMIT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Wish:
    """The stage as asked for; None for what was not mentioned."""

    code: str | None
    names: Mapping[str, str] | None
    kind: str | None
    probability: int | None
    position: int | None


def read_wish(values: Any, locale: str | None, *, creating: bool) -> Wish:
    """The wish in `values`: Malformed for unknown or mistyped parts, Invalid for broken rules.

    `name` is the name in the language of `locale`; `names` holds it by language.
    """
    _refuse_mistyped(values, creating=creating)
    names = _names(values, locale)
    faults = [*_name_faults(names, creating=creating), *_other_faults(values, creating=creating)]
    if faults:
        raise Invalid("A rule is broken.", code=faults[0].code, faults=faults)
    return Wish(
        code=values.get("code"),
        names=names,
        kind=values.get("kind"),
        probability=values.get("probability"),
        position=values.get("position"),
    )


def _refuse_mistyped(values: Any, *, creating: bool) -> None:
    if not isinstance(values, dict):
        raise Malformed("The body must be an object.", code="wrong_type")
    faults = []
    for name, value in values.items():
        types = _TYPES.get(name) if creating or name != "code" else None
        if types is None:
            faults.append(Fault(f"/{name[:100]}", "unknown_field", "No such field."))
        elif not isinstance(value, types) or isinstance(value, bool):
            faults.append(Fault(f"/{name}", "wrong_type", "Of another type."))
    for language, name in (values.get("names") or {}).items() if not faults else ():
        if language not in LANGUAGES:
            faults.append(Fault(f"/names/{language[:100]}", "unknown_field", "No such language."))
        elif not isinstance(name, str | None):
            faults.append(Fault(f"/names/{language}", "wrong_type", "Must be a text."))
    if faults:
        raise Malformed("The body cannot be understood.", faults=faults)


def _names(values: Mapping[str, Any], locale: str | None) -> dict[str, str] | None:
    names = {k: v.strip() for k, v in (values.get("names") or {}).items() if v and v.strip()}
    if values.get("name") and values["name"].strip():
        names[language_of(locale)] = values["name"].strip()
    return names or None


def language_of(locale: str | None) -> str:
    """The one of our languages that `locale` is a form of; English for all others."""
    return "pt-BR" if (locale or "").lower().startswith("pt") else "en"


def _name_faults(names: Mapping[str, str] | None, *, creating: bool) -> list[Fault]:
    if names is None:
        return [Fault("/names", "required", "A name is needed.")] if creating else []
    return [
        fault
        for language, name in names.items()
        for fault in line_faults(name, NAME_LIMIT, f"/names/{language}")
    ]


def _other_faults(values: Mapping[str, Any], *, creating: bool) -> list[Fault]:
    faults = []
    code, kind = values.get("code"), values.get("kind")
    if creating and (code is None or not _CODE.fullmatch(code)):
        detail = "Lower-case letters, digits and _, beginning with a letter, at most 60."
        faults.append(Fault("/code", "required" if code is None else "format", detail))
    if kind not in KINDS and (creating or kind is not None):
        faults.append(Fault("/kind", "unknown_choice", f"One of {', '.join(KINDS)}."))
    limits = {"probability": 100, "position": POSITION_LIMIT}
    for name, limit in limits.items():
        value = values.get(name)
        if value is not None and not 0 <= value <= limit:
            faults.append(Fault(f"/{name}", "out_of_range", f"Between 0 and {limit}."))
    return faults
