"""A filter as people read it: one chip a condition, each with the filter that lacks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from chassis import wire
from gateway.pages.descriptions import Description, Field
from gateway.pages.viewer import Viewer

_FLAGS: Final = frozenset({"empty", "nempty"})
_WORDS: Final = {"@me": "me", "@my_department": "my department", "@today": "today"}
_MOMENTS: Final = frozenset({"date", "datetime"})


@dataclass(frozen=True)
class Chip:
    """One condition in words, and the filter without it."""

    words: str
    without: str


def chips(
    viewer: Viewer, description: Description, given: Any, people: Mapping[str, str]
) -> list[Chip]:
    """The conditions of the filter `given`; what is nested is one chip."""
    parts = list(_parts(given))
    return [
        Chip(_words(viewer, description, part, people), _joined(parts[:at] + parts[at + 1 :]))
        for at, part in enumerate(parts)
    ]


def choosable(viewer: Viewer, description: Description, people: Mapping[str, str]) -> str:
    """What the filter builder offers, as JSON: fields with operators and values."""
    first = [field for field in (description.title, description.stage) if field is not None]
    shown = list(dict.fromkeys(field.name for field in (*first, *description.listed.values())))
    offered = [_offered(viewer, description, description.fields[name], people) for name in shown]
    copied = [one for f in description.fields.values() for one in _copied(viewer, description, f)]
    fields = [one for one in (*offered, *copied) if one["operators"]]
    return wire.dumps(fields).decode()


def _parts(given: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(given, Mapping):
        return
    for name, value in given.items():
        if name == "and" and isinstance(value, list):
            for part in value:
                yield from _parts(part)
        elif isinstance(value, Mapping) and name not in ("or", "not"):
            yield from ({name: {operator: operand}} for operator, operand in value.items())
        else:
            yield {name: value}


def _joined(parts: Sequence[Mapping[str, Any]]) -> str:
    if not parts:
        return ""
    return wire.dumps(parts[0] if len(parts) == 1 else {"and": list(parts)}).decode()


def _words(
    viewer: Viewer, description: Description, part: Mapping[str, Any], people: Mapping[str, str]
) -> str:
    [(name, compared)] = part.items()
    if name in ("or", "not"):
        return viewer.text("Several conditions")
    [(operator, value)] = compared.items() if isinstance(compared, Mapping) else [("eq", compared)]
    field = description.fields.get(name)
    label = field.label if field else name.replace(".", ": ").replace("_", " ").capitalize()
    if operator in _FLAGS:
        said = operator if value is not False else ("nempty" if operator == "empty" else "empty")
        return _phrase(description, said).format(field=label, value="")
    values = value if isinstance(value, list) else [value]
    shown = ", ".join(_value(viewer, description, field, each, people) for each in values)
    return _phrase(description, operator).format(field=label, value=shown)


def _phrase(description: Description, operator: str) -> str:
    return description.phrases.get(operator, "{field} {value}")


def _asking(description: Description, operator: str) -> str:
    """The operator between a field and a value, as the filter builder offers it."""
    phrase = _phrase(description, operator).replace("{field}", "").strip()
    return phrase.removesuffix("{value}").replace("{value}", "…").strip()


def _value(
    viewer: Viewer, description: Description, field: Field | None, value: Any,
    people: Mapping[str, str],
) -> str:  # fmt: skip
    if value in _WORDS:
        return viewer.text(_WORDS[value])
    if isinstance(value, bool):
        return viewer.text("Yes") if value else viewer.text("No")
    if field is None or not isinstance(value, str):
        return str(value)
    if field.type == "stage":
        return next((s["name"] for s in description.stages if s["code"] == value), value)
    if field.type == "choice":
        return field.code_label(value, viewer.language)
    if field.reference == "user":
        return people.get(value, value)
    return viewer.day(value) if field.type in _MOMENTS and value[:4].isdigit() else value


def _offered(
    viewer: Viewer, description: Description, field: Field, people: Mapping[str, str]
) -> dict[str, Any]:
    kind, values = _kind(viewer, description, field, people)
    usable = _FLAGS if kind == "none" else frozenset(description.phrases)
    return {
        "name": field.name,
        "label": field.label,
        "kind": kind,
        "type": field.type,
        "values": values,
        "operators": [
            [name, _asking(description, name)]
            for name in field.operators
            if name in usable and name not in ("in", "nin", "between")
        ],
    }


def _kind(
    viewer: Viewer, description: Description, field: Field, people: Mapping[str, str]
) -> tuple[str, list[tuple[str, str]]]:
    """The kind of input that asks for a value to compare with, and the values to choose from."""
    if field.type == "stage":
        named = {stage["code"]: stage["name"] for stage in description.stages}
        return "choice", list(named.items())
    if field.choices:
        return "choice", [(code, field.code_label(code, viewer.language)) for code in field.choices]
    if field.type == "boolean":
        return "boolean", [("true", viewer.text("Yes")), ("false", viewer.text("No"))]
    if field.reference == "user":
        mine = [("@me", viewer.text("me")), ("@my_department", viewer.text("my department"))]
        return "choice", mine + list(people.items())
    if field.include or field.type == "uuid":
        return "none", []
    if field.type in _MOMENTS:
        return "date", []
    return ("number" if field.type in ("integer", "decimal", "money") else "text"), []


def _copied(viewer: Viewer, description: Description, field: Field) -> Iterator[dict[str, Any]]:
    """What a single reference shows of its target can be filtered by, too."""
    for name in field.said.get("copies") or () if field.type == "reference" else ():
        if field.reference != "user":
            yield {
                "name": f"{field.include}.{name}",
                "label": f"{field.label}: {viewer.text(name.capitalize()).lower()}",
                "kind": "text",
                "type": "text",
                "values": [],
                "operators": [
                    [one, _asking(description, one)]
                    for one in ("contains", "eq", "starts", "empty", "nempty")
                ],
            }
