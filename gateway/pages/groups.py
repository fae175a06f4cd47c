"""What records can be put together by, and what each group is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from babel.dates import format_date, format_skeleton

from gateway.pages.descriptions import Description, Field
from gateway.pages.viewer import Viewer, locale_of

# What each period is called, as an English text.
PERIODS: Final[Mapping[str, str]] = {
    "day": "Day", "week": "Week", "month": "Month", "quarter": "Quarter", "year": "Year",
}  # fmt: skip
_FUNCTION: Final = re.compile(r"(\w+)\(([\w.]+)\)", re.ASCII)
# How early fields of a type are offered: what everybody groups by before texts and figures.
_RANKS: Final = {"stage": 0, "choice": 1, "reference": 2, "boolean": 3}
_LAST: Final = 4
_NUMBER: Final = "number"


def parted(group: str) -> tuple[str, str]:
    """The period and the field of `month(created_at)`; no period in `status`."""
    found = _FUNCTION.fullmatch(group)
    return (found[1], found[2]) if found else ("", group)


def choices(description: Description) -> list[Field]:
    """The fields whose values several records share."""
    fields = description.listed.values()
    fit = [f for f in fields if f.said["groupable"] and not _tells_apart(description, f)]
    return sorted(fit, key=lambda field: _RANKS.get(field.type, _LAST))


def times(description: Description) -> list[Field]:
    """The fields whose periods put records together."""
    return [field for field in description.listed.values() if field.said["periods"]]


def _tells_apart(description: Description, field: Field) -> bool:
    """Whether its values are one record's each, as names and whatever else is personal are."""
    single = field is description.title or field.name == _NUMBER
    return single or (field.type not in _RANKS and field.said["personal"])


def title_of(viewer: Viewer, description: Description, groups: str) -> str:
    """What `groups` puts records together by, as people call it."""
    return ", ".join(_titled(viewer, description, group.strip()) for group in groups.split(","))


def name_of(
    viewer: Viewer, description: Description, group: str, key: Any, said: Mapping[str, Any]
) -> str:
    """What a group is called whose value is `key`; `said` holds the names of what it refers to."""
    period, name = parted(group)
    field = description.fields.get(name)
    if key is None:
        return viewer.text("Not given")
    if period:
        return period_name(viewer, period, key)
    if field is None:
        return str(key)
    if field.include:
        return str((said.get(field.include) or {}).get("name") or "•••")
    if field.type == "stage":
        return next((str(s["name"]) for s in description.stages if s["code"] == key), str(key))
    if field.type == "boolean":
        return viewer.text("Yes") if key else viewer.text("No")
    if field.type == "integer":
        return viewer.number(key)
    return field.code_label(key, viewer.language) if field.choices else str(key)


def period_name(viewer: Viewer, period: str, first_day: str) -> str:
    """What a period is called that begins with `first_day`."""
    day, locale = date.fromisoformat(first_day), locale_of(viewer.language)
    if period == "month":
        return str(format_skeleton("yMMMM", day, locale=locale))
    if period == "quarter":
        return str(format_date(day, "QQQ y", locale=locale))
    if period == "year":
        return str(day.year)
    if period == "week":
        return viewer.text("Week of {day}", day=viewer.day(first_day))
    return viewer.day(first_day)


def _titled(viewer: Viewer, description: Description, group: str) -> str:
    period, name = parted(group)
    field = description.fields.get(name)
    label = field.label if field else name.replace(".", ": ").replace("_", " ").capitalize()
    return f"{label}: {viewer.text(PERIODS[period]).lower()}" if period in PERIODS else label
