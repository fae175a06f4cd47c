"""What an administrator asks of a stage or a pipeline: read, checked, put into its language."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
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
    "required_fields": (list, type(None)),
    "required_activity": (str, type(None)),
    "maximum_days": (int, type(None)),
}
_PIPELINE_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "code": (str,),
    "name": (str, type(None)),
    "names": (dict, type(None)),
    "position": (int, type(None)),
    "stages": (list, type(None)),
}
# Given once, when the row is made.
_GIVEN_ONCE: Final = ("code", "stages")
POSITION_LIMIT: Final = 10_000
DAYS_LIMIT: Final = 3_650
STAGES_LIMIT: Final = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """The stage as asked for; None for what was not mentioned. No `required_activity` is "", no
    `maximum_days` are 0."""

    code: str | None
    names: Mapping[str, str] | None
    kind: str | None
    probability: int | None
    position: int | None = None
    required_fields: list[str] | None = None
    required_activity: str | None = None
    maximum_days: int | None = None


@dataclass(frozen=True, slots=True)
class PipelineWish:
    """The pipeline as asked for; None for what was not mentioned."""

    code: str | None
    names: Mapping[str, str] | None
    position: int | None
    stages: list[Wish] | None


@dataclass(frozen=True, slots=True)
class Demandable:
    """What stages of an entity may ask of a record: these `fields`, these kinds of `activities`."""

    fields: Collection[str] = ()
    activities: Collection[str] = ()


def read_wish(values: Any, locale: str | None, demandable: Demandable, *, creating: bool) -> Wish:
    """The wish in `values`: Malformed for unknown or mistyped parts, Invalid for broken rules.

    `name` is the name in the language of `locale`; `names` holds it by language.
    """
    _refuse_mistyped(values, _TYPES, creating=creating)
    _refuse_other_than_texts(values)
    names = _names(values, locale)
    _refuse(
        [
            *_name_faults(names, creating=creating),
            *_code_faults(values, creating=creating),
            *_kind_faults(values, creating=creating),
            *_limit_faults(values),
            *_demand_faults(values, demandable),
        ]
    )
    asked, limited = "required_activity" in values, "maximum_days" in values
    return Wish(
        code=values.get("code"),
        names=names,
        kind=values.get("kind"),
        probability=values.get("probability"),
        position=values.get("position"),
        required_fields=values.get("required_fields"),
        required_activity=(values["required_activity"] or "") if asked else None,
        maximum_days=(values["maximum_days"] or 0) if limited else None,
    )


def read_pipeline_wish(
    values: Any, locale: str | None, demandable: Demandable, *, creating: bool
) -> PipelineWish:
    """The pipeline in `values`, refused as `read_wish` refuses; `stages` in their order."""
    _refuse_mistyped(values, _PIPELINE_TYPES, creating=creating)
    names = _names(values, locale)
    _refuse(
        [
            *_name_faults(names, creating=creating),
            *_code_faults(values, creating=creating),
            *_limit_faults(values),
        ]
    )
    stages = None
    if values.get("stages") is not None:
        stages = [
            _stage_within(index, item, locale, demandable)
            for index, item in enumerate(values["stages"])
        ]
        _refuse(_set_faults(stages))
    return PipelineWish(values.get("code"), names, values.get("position"), stages)


def _stage_within(index: int, item: Any, locale: str | None, demandable: Demandable) -> Wish:
    try:
        return read_wish(item, locale, demandable, creating=True)
    except (Malformed, Invalid) as refusal:
        where = f"/stages/{index}"
        faults = [Fault(where + f.pointer, f.code, f.detail) for f in refusal.faults]
        faults = faults or [Fault(where, refusal.code, refusal.detail)]
        raise type(refusal)(refusal.detail, code=refusal.code, faults=faults) from None


def _set_faults(stages: list[Wish]) -> list[Fault]:
    """What keeps `stages` from being a way from start to end: each kind, one success, no twins."""
    if len(stages) > STAGES_LIMIT:
        return [Fault("/stages", "too_many", f"At most {STAGES_LIMIT} stages.")]
    kinds = [stage.kind for stage in stages]
    ranks = [KINDS.index(kind) for kind in kinds if kind is not None]
    faults = []
    if kinds.count("success") != 1:
        faults.append(Fault("/stages", "one_success", "There is exactly one success."))
    for kind in ("process", "failure"):
        if kind not in kinds:
            faults.append(Fault("/stages", "last_of_kind", f"A stage of kind {kind} is needed."))
    if ranks != sorted(ranks):
        faults.append(
            Fault("/stages", "stage_order", "Process first, then success, then failures.")
        )
    codes = [stage.code for stage in stages]
    for index, code in enumerate(codes):
        if code in codes[:index]:
            faults.append(Fault(f"/stages/{index}/code", "duplicate", "A stage has this code."))
    return faults


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise Invalid("A rule is broken.", code=faults[0].code, faults=faults)


def _refuse_mistyped(values: Any, known: Mapping[str, tuple[type, ...]], *, creating: bool) -> None:
    if not isinstance(values, dict):
        raise Malformed("The body must be an object.", code="wrong_type")
    faults = []
    for name, value in values.items():
        types = known.get(name) if creating or name not in _GIVEN_ONCE else None
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


def _refuse_other_than_texts(values: Mapping[str, Any]) -> None:
    faults = [
        Fault(f"/required_fields/{index}", "wrong_type", "Must be a text.")
        for index, name in enumerate(values.get("required_fields") or ())
        if not isinstance(name, str)
    ]
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


def _code_faults(values: Mapping[str, Any], *, creating: bool) -> list[Fault]:
    code = values.get("code")
    if not creating or (code is not None and _CODE.fullmatch(code)):
        return []
    detail = "Lower-case letters, digits and _, beginning with a letter, at most 60."
    return [Fault("/code", "required" if code is None else "format", detail)]


def _kind_faults(values: Mapping[str, Any], *, creating: bool) -> list[Fault]:
    kind = values.get("kind")
    if kind in KINDS or not (creating or kind is not None):
        return []
    return [Fault("/kind", "unknown_choice", f"One of {', '.join(KINDS)}.")]


def _limit_faults(values: Mapping[str, Any]) -> list[Fault]:
    limits = {"probability": 100, "position": POSITION_LIMIT, "maximum_days": DAYS_LIMIT}
    return [
        Fault(f"/{name}", "out_of_range", f"Between 0 and {limit}.")
        for name, limit in limits.items()
        if values.get(name) is not None and not 0 <= values[name] <= limit
    ]


def _demand_faults(values: Mapping[str, Any], demandable: Demandable) -> list[Fault]:
    faults = [
        Fault(f"/required_fields/{index}", "unknown_field", "No field that could be required.")
        for index, name in enumerate(values.get("required_fields") or ())
        if name not in demandable.fields
    ]
    activity = values.get("required_activity")
    if activity and activity not in demandable.activities:
        known = ", ".join(demandable.activities) or "none here"
        faults.append(Fault("/required_activity", "unknown_choice", f"One of {known}."))
    return faults
