"""One helper a kind of field: a line in an entity is a column, its rules, its form and its filter.

Every helper takes the English and the Portuguese label first, then any of the options of
`chassis.records.field_types.base.FieldType`. `phones = points("phone")` and
`companies = links("company")` are no columns: their values are rows of child tables. So are those
of `links = record_links("lead", "deal", ordered_by="occurred_at")`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Integer,
    Numeric,
    String,
    Text,
    Uuid,
    false,
    true,
)
from sqlalchemy import (
    text as sql_text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import MappedColumn, mapped_column
from sqlalchemy.types import TypeEngine

from chassis.records.field_types.base import FieldType
from chassis.records.field_types.checklists import ChecklistField
from chassis.records.field_types.choices import ChoiceField, TagsField
from chassis.records.field_types.links import LinksField
from chassis.records.field_types.money import DIGITS, PLACES, MoneyField
from chassis.records.field_types.numbers import (
    BooleanField,
    DecimalField,
    IntegerField,
    IntegersField,
)
from chassis.records.field_types.objects import CustomField, JsonField, PartsField
from chassis.records.field_types.points import POINT_KINDS, PointsField
from chassis.records.field_types.record_links import RecordLinksField
from chassis.records.field_types.references import (
    IdentifierField,
    ReferenceField,
    ReferencesField,
)
from chassis.records.field_types.stages import StageField
from chassis.records.field_types.texts import EmailField, LongTextField, TextField
from chassis.records.field_types.times import DateField, DateTimeField

Label = str | None


def _column(
    field: FieldType, kind: TypeEngine[Any] | type[TypeEngine[Any]], **options: Any
) -> MappedColumn[Any]:
    options.setdefault("nullable", not field.required)
    return mapped_column(kind, info={"field": field}, **options)


def _named(label: Label, label_pt: Label, options: dict[str, Any]) -> dict[str, Any]:
    return {"label": label, "label_pt": label_pt, **options}


def text(label: Label = None, label_pt: Label = None, **options: Any) -> MappedColumn[Any]:
    """One line of text, at most 255 characters unless `limit` says otherwise."""
    field = TextField(**_named(label, label_pt, options))
    return _column(field, String(field.limit))


def long_text(label: Label = None, label_pt: Label = None, **options: Any) -> MappedColumn[Any]:
    """Text of many lines, at most 20,000 characters."""
    return _column(LongTextField(**_named(label, label_pt, options)), Text)


def email(label: Label = None, label_pt: Label = None, **options: Any) -> MappedColumn[Any]:
    """One e-mail address, lower-cased (for lists of them: `points("email")`)."""
    field = EmailField(**_named(label, label_pt, options))
    return _column(field, String(320))


def integer(label: Label = None, label_pt: Label = None, **options: Any) -> MappedColumn[Any]:
    """A whole number of 32 bits."""
    return _column(IntegerField(**_named(label, label_pt, options)), Integer)


def big_integer(label: Label = None, label_pt: Label = None, **options: Any) -> MappedColumn[Any]:
    """A whole number up to what JSON carries safely (2^53)."""
    limits = {"minimum": -(2**53) + 1, "maximum": 2**53 - 1}
    return _column(IntegerField(**_named(label, label_pt, limits | options)), BigInteger)


def integers(label: Label = None, label_pt: Label = None, **options: Any) -> MappedColumn[Any]:
    """A list of whole numbers of 32 bits, each once."""
    field = IntegersField(**_named(label, label_pt, options))
    return _column(field, ARRAY(Integer), nullable=False, server_default=sql_text("'{}'"))


def decimal(label: Label = None, label_pt: Label = None, **options: Any) -> MappedColumn[Any]:
    """A decimal number, by default of 18 digits, 2 of them decimals."""
    field = DecimalField(**_named(label, label_pt, options))
    return _column(field, Numeric(field.digits, field.places))


def money(label: Label = None, label_pt: Label = None, **options: Any) -> MappedColumn[Any]:
    """An amount in a currency; `Record` adds the four columns beside it."""
    return _column(MoneyField(**_named(label, label_pt, options)), Numeric(DIGITS, PLACES))


def boolean(label: Label = None, label_pt: Label = None, **options: Any) -> MappedColumn[Any]:
    """Yes or no; no unless `default=True`."""
    field = BooleanField(**_named(label, label_pt, options))
    default = true() if field.default else false()
    return _column(field, Boolean, nullable=False, server_default=default)


def date_(label: Label = None, label_pt: Label = None, **options: Any) -> MappedColumn[Any]:
    """A day."""
    return _column(DateField(**_named(label, label_pt, options)), Date)


def datetime_(label: Label = None, label_pt: Label = None, **options: Any) -> MappedColumn[Any]:
    """A moment in UTC."""
    return _column(DateTimeField(**_named(label, label_pt, options)), DateTime(timezone=True))


def choice(
    choices: tuple[str, ...], label: Label = None, label_pt: Label = None, **options: Any
) -> MappedColumn[Any]:
    """One code out of `choices`; `words` says what people call them, in English and Portuguese."""
    field = ChoiceField(choices=choices, **_named(label, label_pt, options))
    return _column(field, String(100))


def tags_(label: Label = None, label_pt: Label = None, **options: Any) -> MappedColumn[Any]:
    """A list of short texts."""
    field = TagsField(**_named(label, label_pt, options))
    return _column(field, ARRAY(Text), nullable=False, server_default=sql_text("'{}'"))


def identifier(label: Label = None, label_pt: Label = None, **options: Any) -> MappedColumn[Any]:
    """A UUID that is no reference."""
    return _column(IdentifierField(**_named(label, label_pt, options)), Uuid)


def reference(
    target: str, label: Label = None, label_pt: Label = None, **options: Any
) -> MappedColumn[Any]:
    """The id of a record of `target`; `copies` are the fields of it that are kept as labels."""
    return _column(ReferenceField(target=target, **_named(label, label_pt, options)), Uuid)


def references(
    target: str, label: Label = None, label_pt: Label = None, **options: Any
) -> MappedColumn[Any]:
    """The ids of several records of `target`."""
    field = ReferencesField(target=target, **_named(label, label_pt, options))
    return _column(field, ARRAY(Uuid), nullable=False, server_default=sql_text("'{}'"))


def stage(
    column: str = "stage_id", label: Label = None, label_pt: Label = None, **options: Any
) -> MappedColumn[Any]:
    """Where the record stands. `status = stage("status_id")` shows a code and keeps an id."""
    field = StageField(indexed=True, **_named(label, label_pt, options))
    return mapped_column(column, Uuid, info={"field": field}, nullable=False)


def json_(label: Label = None, label_pt: Label = None, **options: Any) -> MappedColumn[Any]:
    """A JSON object, or with `array=True` a list."""
    field = JsonField(**_named(label, label_pt, options))
    default = sql_text("'[]'" if field.array else "'{}'")
    return _column(field, JSONB, nullable=False, server_default=default)


def checklist(label: Label = None, label_pt: Label = None, **options: Any) -> MappedColumn[Any]:
    """A list of items with a tick each."""
    field = ChecklistField(**_named(label, label_pt, options))
    return _column(field, JSONB, nullable=False, server_default=sql_text("'[]'"))


def custom_values(label: Label = None, label_pt: Label = None) -> MappedColumn[Any]:
    """The values of custom fields."""
    field = CustomField(label=label, label_pt=label_pt)
    return _column(field, JSONB, nullable=False, server_default=sql_text("'{}'"))


def parts(
    *names: str, label: Label = None, label_pt: Label = None, **options: Any
) -> MappedColumn[Any]:
    """An object of named short texts, such as an address."""
    field = PartsField(parts=names, **_named(label, label_pt, options))
    return _column(field, JSONB(none_as_null=True))


def points(point: str, label: Label = None, label_pt: Label = None, **options: Any) -> PointsField:
    """A list of phones, e-mails, websites or messengers, kept as rows of the child table."""
    options.setdefault("personal", POINT_KINDS[point].personal)
    return PointsField(point=point, indexed=True, **_named(label, label_pt, options))


def links(target: str, label: Label = None, label_pt: Label = None, **options: Any) -> LinksField:
    """A list of records of `target`, one of them primary; `attributes` are texts on each link."""
    return LinksField(target=target, indexed=True, **_named(label, label_pt, options))


def version_of_copy() -> MappedColumn[Any]:
    """Which version `keep_copied_columns` took last; it never leaves the service."""
    field = IntegerField(hidden=True, default=0)
    return _column(field, Integer, nullable=False, server_default=sql_text("0"))


def record_links(
    *entities: str,
    ordered_by: str,
    filtered_by: str = "",
    label: Label = None,
    label_pt: Label = None,
    **options: Any,
) -> RecordLinksField:
    """A list of records of any of `entities`; a viewer sees only links to what they read."""
    named = _named(label, label_pt, options)
    return RecordLinksField(
        entities=entities, ordered_by=ordered_by, filtered_by=filtered_by, indexed=True, **named
    )
