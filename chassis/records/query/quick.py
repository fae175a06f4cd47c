"""Quick search in a list: every word somewhere in the searchable texts, or a phone, or a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Table, and_, exists, false, or_, true

from chassis.records.field_types.points import PointsField, digits_of
from chassis.records.field_types.texts import text_faults
from chassis.records.query.operands import Truth, Words
from chassis.records.query.parse import refuse

if TYPE_CHECKING:
    from chassis.records.entity import Entity
    from chassis.records.field_types.base import FieldType

TEXT_LIMIT: Final = 200
WORDS_LIMIT: Final = 10
_PHONE = re.compile(r"\+?[0-9 ()./-]+", re.ASCII)
_PHONE_DIGITS = 4
_NUMBER = re.compile(r"#?([0-9]{1,15})", re.ASCII)


def parse_quick(value: Any) -> str | None:
    """The text of `q=` without blanks around it; None when there is nothing to look for."""
    if value is None:
        return None
    if not isinstance(value, str):
        refuse("/q", "wrong_type", "Must be a text.")
    if faults := text_faults(value, TEXT_LIMIT):
        refuse("/q", faults[0].code, faults[0].detail)
    return value.strip() or None


def quick(text: str | None, entity: Entity, visible: Sequence[str]) -> Truth:
    """Whether a row is found by `text`, looking only into fields that the viewer sees."""
    if text is None:
        return true()
    searched = [entity.fields[name] for name in visible if entity.fields[name].search]
    words = text.split()[:WORDS_LIMIT]
    everywhere = [or_(false(), *(_holds(f, word, entity) for f in searched)) for word in words]
    found: list[Truth] = [and_(*everywhere)]
    if _PHONE.fullmatch(text) and len(digits_of(text)) >= _PHONE_DIGITS:
        found += [
            _has_point(field, digits_of(text), entity)
            for field in searched
            if isinstance(field, PointsField) and field.point == "phone"
        ]
    number = _NUMBER.fullmatch(text)
    if number and "number" in visible:
        found.append(entity.table.c.number == int(number[1]))
    return or_(*found)


def _holds(field: FieldType, word: str, entity: Entity) -> Truth:
    if isinstance(field, PointsField):
        return false() if field.point == "phone" else _has_point(field, word.lower(), entity)
    element = field.sql(entity.table)
    assert element is not None
    return element.ilike(f"%{Words(word).escaped}%", escape="\\")


def _has_point(field: PointsField, part: str, entity: Entity) -> Truth:
    points = entity.points
    assert isinstance(points, Table)
    return (
        exists()
        .where(
            points.c.record_id == entity.table.c.id,
            points.c.field == field.name,
            points.c.normalized.like(f"%{Words(part).escaped}%", escape="\\"),
        )
        .correlate(entity.table)
    )
