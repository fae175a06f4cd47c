"""From a value in a filter to the operand it stands for: by the field's kind, for one viewer."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from chassis.errors import Malformed
from chassis.records.field_types.base import FieldType, wrong_type
from chassis.records.field_types.money import Money, MoneyField
from chassis.records.field_types.numbers import as_decimal
from chassis.records.field_types.points import PointsField
from chassis.records.field_types.references import ReferenceField, as_identifier
from chassis.records.field_types.stages import StageField
from chassis.records.field_types.texts import EmailField, text_faults
from chassis.records.field_types.times import DateField, DateTimeField
from chassis.records.query.operands import Amount, Days, OneOf, Operand, Period, Words
from chassis.records.query.stage_codes import StageCodes
from chassis.records.query.viewer import Viewer

VALUE_LIMIT: Final = 1_000
DAYS_LIMIT: Final = 36_500
ME, MY_DEPARTMENT, TODAY, NOW = "@me", "@my_department", "@today", "@now"


def operand(field: FieldType, value: Any, viewer: Viewer, stages: StageCodes) -> Operand:
    """What `value` (never None) means when compared with `field`; Malformed for a wrong type."""
    _refuse_unkeepable(value)
    if isinstance(field, StageField):
        return OneOf(stages.ids(_text(field.parse(value))))
    if isinstance(field, ReferenceField):
        return _reference(field, value, viewer)
    if isinstance(field, DateField):
        return Operand(viewer.today if value == TODAY else field.parse(value))
    if isinstance(field, DateTimeField):
        return _moment(field, value, viewer)
    if isinstance(field, MoneyField):
        return _amount(field, value)
    if isinstance(field, PointsField):
        return Operand(field.comparable(_text(value), viewer.organisation))
    if isinstance(field, EmailField):
        return Operand(_text(field.parse(value)).lower())
    if field.multiple:
        items = field.parse([_text(value)])
        return Operand(_text(items[0] if items else None))
    parsed = field.parse(value)
    return Operand(_text(parsed) if isinstance(value, str) and parsed is None else parsed)


def words(field: FieldType, value: Any) -> Words:
    """The part of a text that `value` is, for `contains` and its like."""
    _refuse_unkeepable(value)
    part = _text(value)
    return Words(field.comparable_part(part) if isinstance(field, PointsField) else part)


def days(field: FieldType, value: Any, viewer: Viewer, *, ahead: bool) -> Operand:
    """Today and the `value` days before it (or, `ahead`, after it) where the viewer is."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= DAYS_LIMIT:
        raise wrong_type(f"a number of days up to {DAYS_LIMIT}")
    first = viewer.today if ahead else viewer.days_away(-value)
    last = viewer.days_away(value) if ahead else viewer.today
    if isinstance(field, DateField):
        return Days(first, last)
    return Period(viewer.starts(first), viewer.starts(last + timedelta(days=1)))


def _refuse_unkeepable(value: Any) -> None:
    if isinstance(value, str) and (faults := text_faults(value, VALUE_LIMIT)):
        raise Malformed(faults[0].detail, code=faults[0].code, faults=faults)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise wrong_type("a text that is not empty")
    return value


def _reference(field: ReferenceField, value: Any, viewer: Viewer) -> Operand:
    if value == ME and field.target == "user":
        return Operand(viewer.user_id)
    if value == MY_DEPARTMENT and field.target == "user":
        return OneOf(viewer.colleagues)
    if value == MY_DEPARTMENT and field.target == "department":
        return OneOf(viewer.department_ids)
    return Operand(as_identifier(value))


def _moment(field: DateTimeField, value: Any, viewer: Viewer) -> Operand:
    if value == NOW:
        return Operand(viewer.now)
    if value == TODAY:
        day = viewer.today
    elif isinstance(value, str) and len(value) == 10:
        day = DateField().parse(value)
    else:
        return Operand(field.parse(value))
    try:
        return Period(viewer.starts(day), viewer.starts(day + timedelta(days=1)))
    except OverflowError:
        raise wrong_type("a day before the year 9999") from None


def _amount(field: MoneyField, value: Any) -> Operand:
    if not isinstance(value, dict):
        return Operand(as_decimal(value))
    parsed: Money | Decimal = field.parse(value)
    return Amount(parsed.amount, parsed.currency) if isinstance(parsed, Money) else Operand(parsed)
