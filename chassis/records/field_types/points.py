"""Ways to reach somebody: lists of phones, e-mails, websites and messengers, as child rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import urlsplit

import phonenumbers
from sqlalchemy import ColumnElement, Table

from chassis.errors import Fault
from chassis.records.field_types.base import FieldType, wrong_type
from chassis.records.field_types.texts import as_text, line_faults, normal_email

if TYPE_CHECKING:
    from chassis.access.organisation import Organisation

POINTS_LIMIT = 50
VALUE_LIMIT = 255
_NO_DIGITS = re.compile(r"[^0-9]+")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,29}", re.ASCII)
_NATIONAL_DIGITS = range(3, 16)


@dataclass(frozen=True, slots=True)
class Point:
    """One way to reach somebody. `normalized` is what searches and comparisons use."""

    value: str
    kind: str
    primary: bool
    normalized: str = ""


@dataclass(frozen=True, slots=True)
class PointKind:
    """A kind of point: the field's widget, usual `kind`s (the first is the default) and rule.

    `settle` gives the value as kept and its normal form, or raises ValueError with the reason.
    """

    type: str
    kinds: tuple[str, ...]
    settle: Callable[[str, str | None], tuple[str, str]]
    personal: bool = True


def digits_of(text: str) -> str:
    """The ASCII digits in `text`."""
    return _NO_DIGITS.sub("", text)


def settle_phone(value: str, country: str | None) -> tuple[str, str]:
    """E.164 and its digits; without a country a national number keeps its digits alone."""
    try:
        number = phonenumbers.parse(value, country)
    except phonenumbers.NumberParseException as error:
        digits = digits_of(value)
        unplaced = error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE
        national = unplaced and country is None and not value.lstrip().startswith("+")
        if national and len(digits) in _NATIONAL_DIGITS and len(value) <= 40:
            return value, digits
        raise ValueError("Must be a phone number.") from None
    if not phonenumbers.is_possible_number(number):
        raise ValueError("No phone number is this long.")
    settled = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return settled, digits_of(settled)


def settle_email(value: str, country: str | None) -> tuple[str, str]:
    """The address lower-cased."""
    try:
        address = normal_email(value)
    except ValueError:
        raise ValueError("Must be an e-mail address.") from None
    return address, address


def settle_website(value: str, country: str | None) -> tuple[str, str]:
    """The address with its scheme; compared without scheme, `www.` and the last slash."""
    given = value if "://" in value else f"https://{value}"
    try:
        parts = urlsplit(given)
        host = parts.hostname or ""
        acceptable = parts.scheme in ("http", "https") and bool(host) and parts.port != 0
    except ValueError:
        acceptable = False
    if not acceptable or any(character.isspace() for character in given):
        raise ValueError("Must be an http or https address.")
    rest = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return given, (host.removeprefix("www.") + rest.rstrip("/")).lower()


def settle_messenger(value: str, country: str | None) -> tuple[str, str]:
    """The handle as given; compared in lower case without a leading @."""
    return value, value.lower().removeprefix("@")


POINT_KINDS: Final = {
    "phone": PointKind("phones", ("work", "mobile", "home", "fax", "other"), settle_phone),
    "email": PointKind("emails", ("work", "home", "other"), settle_email),
    "website": PointKind("websites", ("work", "social", "other"), settle_website, personal=False),
    "messenger": PointKind(
        "messengers",
        ("other", "whatsapp", "telegram", "signal", "viber", "skype", "instagram"),
        settle_messenger,
    ),
}


@dataclass(kw_only=True)
class PointsField(FieldType):
    """A list of `{value, kind, primary}` in the entity's child table, exactly one of it primary."""

    widget: ClassVar[str] = "points"
    operators: ClassVar[tuple[str, ...]] = (
        "eq", "ne", "in", "nin", "contains", "ncontains", "starts", "ends", "empty", "nempty",
    )  # fmt: skip
    orderable: ClassVar[bool] = False
    multiple: ClassVar[bool] = True

    point: str = "phone"
    limit: int = POINTS_LIMIT

    @property
    def type(self) -> str:  # type: ignore[override]
        """`phones`, `emails`, `websites` or `messengers`."""
        return POINT_KINDS[self.point].type

    def parse(self, value: Any) -> list[Point]:
        if not isinstance(value, list):
            raise wrong_type("a list of objects")
        return [self._parse_one(item, f"/{index}") for index, item in enumerate(value)]

    def _parse_one(self, item: Any, pointer: str) -> Point:
        if not isinstance(item, dict):
            raise wrong_type("an object of value, kind and primary", pointer)
        for name in item:
            if name not in ("value", "kind", "primary"):
                raise wrong_type("one of value, kind, primary", f"{pointer}/{str(name)[:100]}")
        kind = item.get("kind")
        primary = item.get("primary")
        if primary is not None and not isinstance(primary, bool):
            raise wrong_type("true or false", f"{pointer}/primary")
        given = "" if item.get("value") is None else as_text(item["value"], f"{pointer}/value")
        named = "" if kind is None else as_text(kind, f"{pointer}/kind")
        return Point(given, named or POINT_KINDS[self.point].kinds[0], bool(primary))

    def settle(self, value: list[Point], organisation: Organisation) -> tuple[Any, list[Fault]]:
        if len(value) > self.limit:
            return value, [Fault("", "too_many", f"At most {self.limit} values.")]
        country = country_of(organisation)
        faults: list[Fault] = []
        settled: dict[str, Point] = {}
        for index, point in enumerate(value):
            kept, wrong = self._settle_one(point, f"/{index}", country)
            faults += wrong
            earlier = settled.get(kept.normalized)
            if earlier is None:
                settled[kept.normalized] = kept
            elif kept.primary:
                settled[kept.normalized] = earlier_as_primary(earlier)
        points = list(settled.values())
        if sum(point.primary for point in points) > 1:
            faults.append(Fault("", "one_primary", "Only one may be primary."))
        return _with_primary(points), faults

    def _settle_one(
        self, point: Point, pointer: str, country: str | None
    ) -> tuple[Point, list[Fault]]:
        where = f"{pointer}/value"
        if not point.value:
            return point, [Fault(where, "required", "A value is needed.")]
        faults = line_faults(point.value, VALUE_LIMIT, where)
        if not _KIND.fullmatch(point.kind):
            faults.append(Fault(f"{pointer}/kind", "format", "A short lower-case code."))
        if faults:
            return point, faults
        try:
            value, normalized = POINT_KINDS[self.point].settle(point.value, country)
        except ValueError as error:
            return point, [Fault(where, "format", str(error))]
        return Point(value, point.kind, point.primary, normalized), []

    def comparable(self, text: str, organisation: Organisation) -> str:
        """The normal form of a whole value, as `eq` compares it with the child's `normalized`."""
        try:
            return POINT_KINDS[self.point].settle(text.strip(), country_of(organisation))[1]
        except ValueError:
            return self.comparable_part(text)

    def comparable_part(self, text: str) -> str:
        """The normal form of a part of a value, as `contains`, `starts` and `ends` compare it."""
        return digits_of(text) if self.point == "phone" else text.strip().lower()

    @property
    def nothing(self) -> Any:
        return []

    def wire(self, value: Sequence[Point]) -> list[dict[str, Any]]:
        return [{"value": p.value, "kind": p.kind, "primary": p.primary} for p in value]

    def store(self, value: Any, organisation: Organisation) -> dict[str, Any]:
        return {}

    def value(self, row: Mapping[str, Any]) -> list[Point]:
        points: list[Point] = row.get(self.name) or []
        return points

    def sql(self, table: Table) -> ColumnElement[Any] | None:
        return None

    @property
    def column_names(self) -> tuple[str, ...]:
        return ()

    @property
    def value_schema(self) -> dict[str, Any]:
        return _list_of({"value": _TEXT, "kind": _TEXT, "primary": {"type": "boolean"}}, 3)

    @property
    def input_schema(self) -> dict[str, Any]:
        optional = {"type": ["string", "null"]}
        return _list_of(
            {"value": _TEXT, "kind": optional, "primary": {"type": ["boolean", "null"]}}, 1
        )

    @property
    def codes(self) -> Sequence[str]:
        return POINT_KINDS[self.point].kinds

    def described(self) -> dict[str, Any]:
        return {"kinds": list(POINT_KINDS[self.point].kinds), "limit": VALUE_LIMIT}


_TEXT: Final = {"type": "string"}


def _list_of(properties: dict[str, Any], needed: int) -> dict[str, Any]:
    return {
        "type": "array",
        "items": {
            "type": "object",
            "required": list(properties)[:needed],
            "properties": properties,
            "additionalProperties": False,
        },
    }


def earlier_as_primary(point: Point) -> Point:
    """The same point, now primary."""
    return Point(point.value, point.kind, True, point.normalized)


def _with_primary(points: list[Point]) -> list[Point]:
    if points and not any(point.primary for point in points):
        return [earlier_as_primary(points[0]), *points[1:]]
    return points


def country_of(organisation: Organisation) -> str | None:
    """The country whose numbers are written without a country code: set, or of the locale."""
    settings = organisation.settings
    country = settings.get("country")
    if not country:
        country = str(settings.get("default_locale") or "").replace("_", "-").partition("-")[2]
    return str(country).upper() if country else None
