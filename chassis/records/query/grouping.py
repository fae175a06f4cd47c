"""What a report groups by: a field's values or the periods of a time, and the filter of each group.

A period begins and ends where the viewer is. The filter of a group is one that the list takes, so
that a figure and the rows behind it are one question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ARRAY, Date, DateTime, String, case, cast, func, literal

from chassis.records.field_types.base import FieldType
from chassis.records.field_types.stages import StageField
from chassis.records.field_types.texts import TextField
from chassis.records.field_types.times import DateTimeField
from chassis.records.query.hops import hop_value
from chassis.records.query.operands import Element
from chassis.records.query.parse import copied_field, refuse
from chassis.records.query.viewer import Viewer
from chassis.stages.tables import STAGES

if TYPE_CHECKING:
    from chassis.records.entity import Entity

GROUPS_LIMIT: Final = 2
_FUNCTION = re.compile(r"([A-Za-z_]+)\(([A-Za-z0-9_.]+)\)", re.ASCII)
# Whatever lies beyond these days where the viewer is counts as theirs: a calendar ends somewhere.
_FIRST, _LAST = datetime(1, 1, 2), datetime(9999, 12, 30)
_PERIODS: Final[Mapping[str, int]] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Group:
    """One thing that records are grouped by, as it was asked for: `month(created_at)`.

    `path` is what a filter calls it, `element` what each row is grouped by.
    """

    name: str
    path: str
    field: FieldType
    element: Element
    period: str | None = None

    @property
    def by_stage(self) -> bool:
        """Whether rows keep the id of a stage, whose code is the group."""
        return isinstance(self.field, StageField)

    def key(self, raw: Element) -> Element:
        """The group of rows whose `element` is `raw`."""
        return STAGES.c.code if self.by_stage else raw

    def rank(self, raw: Element) -> Element:
        """What puts groups in the order in which people see them."""
        if self.by_stage:
            return func.min(STAGES.c.position)
        if self.field.choices is not None:
            return func.array_position(literal(list(self.field.choices), ARRAY(String)), raw)
        return raw

    def shown(self, value: Any) -> Any:
        """The group of rows with `value`, as it is answered: of a period its first day."""
        if value is None:
            return None
        if isinstance(value, date):
            return value.isoformat()
        return value if self.by_stage else self.field.wire(value)

    def filter(self, value: Any) -> Any:
        """What the field is compared with for the rows of the group of `value`."""
        if value is None:
            return {"empty": True}
        if self.period is None:
            return self.shown(value)
        end, precise = _following(value, self.period), isinstance(self.field, DateTimeField)
        found = {}
        if not precise or value > _FIRST.date():
            found["gte"] = value.isoformat()
        if end is not None and not (precise and end > _LAST.date()):
            found["lt"] = end.isoformat()
        return found


def parse_groups(
    value: Any, entity: Entity, visible: Sequence[str], viewer: Viewer
) -> tuple[Group, ...]:
    """The groups that `group=` names; Malformed for what is unknown, hidden or no group."""
    names = named(value, "/group", GROUPS_LIMIT)
    return tuple(_group(name, entity, visible, viewer) for name in names)


def named(value: Any, pointer: str, limit: int) -> list[str]:
    """The names in a parameter, in a text or a list, each once and at most `limit`."""
    if value is None or value in ("", []):
        return []
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        refuse(pointer, "wrong_type", "Must be names, separated by commas.")
    names = [name.strip() for name in names]
    if len(names) > limit:
        refuse(pointer, "too_many", f"At most {limit}.")
    if len(set(names)) < len(names):
        refuse(pointer, "repeated", "A name stands there twice.")
    return names


def applied(name: str) -> tuple[str | None, str]:
    """The function and the field in `month(created_at)`; no function in `status`."""
    found = _FUNCTION.fullmatch(name)
    return (found[1], found[2]) if found else (None, name)


def _group(name: str, entity: Entity, visible: Sequence[str], viewer: Viewer) -> Group:
    function, path = applied(name)
    through = copied_field(path, entity, visible, viewer)
    if through is not None:
        field, reference = through
        if function is not None or reference.multiple:
            refuse("/group", "not_groupable", "Reports cannot be grouped by this.")
        value = hop_value(reference, field.name, entity, viewer)
        return Group(name, path, field, func.nullif(value, "", type_=String))
    if path not in visible:
        refuse("/group", "unknown_field", "No such field.")
    field = entity.fields[path]
    possible = field.groupable if function is None else function in field.periods
    # Nobody but the owner of what a record is about says that this may be seen, record by record.
    if not possible or path in entity.withheld:
        refuse("/group", "not_groupable", "Reports cannot be grouped by this.")
    return Group(name, path, field, _element(field, entity, function, viewer), function)


def _element(field: FieldType, entity: Entity, period: str | None, viewer: Viewer) -> Element:
    element = field.sql(entity.table)
    assert element is not None
    if period is None:
        return func.nullif(element, "", type_=String) if isinstance(field, TextField) else element
    if isinstance(field, DateTimeField):
        there = func.timezone(viewer.zone.key, element)
        bound = func.least(func.greatest(there, literal(_FIRST)), literal(_LAST))
        # What nobody writes by hand lies within the calendar anyway.
        element = there if field.system else case((element.is_not(None), bound), else_=None)
    return cast(func.date_trunc(period, cast(element, DateTime)), Date)


def _following(day: date, period: str) -> date | None:
    """The first day after the period that begins with `day`; None past the last year."""
    try:
        if period in _PERIODS:
            months = day.year * 12 + day.month - 1 + _PERIODS[period]
            return date(months // 12, months % 12 + 1, 1)
        return day + timedelta(days=7 if period == "week" else 1)
    except (ValueError, OverflowError):
        return None
