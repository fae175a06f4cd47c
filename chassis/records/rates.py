"""The rate of money: of the day while a record is open, frozen when it closes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from chassis.records.field_types.money import MoneyField

if TYPE_CHECKING:
    from chassis.access.organisation import Organisation
    from chassis.records.entity import Entity
    from chassis.stages.book import Stage

_CENT = Decimal("0.01")


def rate_columns(
    entity: Entity,
    row: Mapping[str, Any],
    values: Mapping[str, Any],
    stage: Stage | None,
    organisation: Organisation,
) -> dict[str, Any]:
    """The columns of money whose rate another one than today's has to be, or has to be today's.

    `stage` is the one the record enters, if it does. What closes, or is reopened, gets the rate of
    the day; what stays closed keeps the rate it closed with as long as its currency is the same.
    """
    if entity.stage_field is None:
        return {}
    was_closed = row["closed_at"] is not None
    closed = was_closed if stage is None else stage.final
    columns: dict[str, Any] = {}
    for field in entity.fields.values():
        if not isinstance(field, MoneyField):
            continue
        if closed and was_closed:
            columns |= _kept(field, row, values)
        elif closed or was_closed:
            value = values.get(field.name) if field.name in values else field.value(row)
            columns |= field.store(value, organisation)
    return columns


def _kept(field: MoneyField, row: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    before, value = field.value(row), values.get(field.name)
    rate = row[f"{field.column}_rate"]
    if value is None or before is None or rate is None or value.currency != before.currency:
        return {}
    base = (value.amount * rate).quantize(_CENT)
    columns = (f"{field.column}_base", f"{field.column}_rate", f"{field.column}_rate_date")
    kept = (base, rate, row[f"{field.column}_rate_date"])
    return dict(zip(columns, kept, strict=True))
