"""Whoever looks at a page: their language, time zone and currency, and how values read to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_currency, format_decimal, get_decimal_symbol, get_group_symbol

from gateway.pages import cookies
from gateway.pages.portuguese import ENGLISH, TEXTS
from gateway.problems import language as chosen_language

if TYPE_CHECKING:
    from chassis.access.organisation import Organisation
    from gateway.asked import Asked


@dataclass(frozen=True)
class Viewer:
    """How one person reads. `language` is one of `gateway.texts.LANGUAGES`."""

    language: str
    zone: str
    currency: str
    organisation: Organisation | None = field(default=None, compare=False, repr=False)

    @property
    def roles(self) -> dict[str, str]:
        """What the roles of the organisation are called, by code, in order of their names."""
        roles = self.organisation.roles.values() if self.organisation else ()
        named = {role.code: self.named(role.name) or role.code for role in roles}
        return dict(sorted(named.items(), key=lambda pair: pair[1].casefold()))

    def named(self, name: Any) -> str:
        """A name that is one text for everybody, or one for each language."""
        return self.labelled(name) if isinstance(name, Mapping) else str(name or "")

    def text(self, english: str, /, **values: Any) -> str:
        """`english` in the viewer's language, with `values` in its braces."""
        texts = TEXTS if self.language == "pt-BR" else ENGLISH
        said = texts.get(english, english)
        return said.format(**values) if values else said

    def event(self, name: str) -> str:
        """What an event of the bus says to people: the past tense behind its dot."""
        _, _, verb = name.rpartition(".")
        return self.text(verb).replace("_", " ").capitalize()

    def labelled(self, labels: Mapping[str, str]) -> str:
        """The one of `labels` that is in the viewer's language."""
        return labels.get(self.language) or labels.get("en") or next(iter(labels.values()), "")

    def moment(self, wire: str | None) -> str:
        """A point in time as it reads in the viewer's time zone."""
        return _moment(wire, self.language, self.zone, self.today) if wire else ""

    def time(self, wire: str | None) -> str:
        """The time of the day of a point in time."""
        if not wire:
            return ""
        local = _parsed(wire).astimezone(zone_of(self.zone))
        return str(format_time(local, "short", locale=locale_of(self.language)))

    def day(self, wire: str | None) -> str:
        """A day, without a time zone."""
        return _day(wire, self.language) if wire else ""

    def ago(self, wire: str | None) -> str:
        """How far a point in time is from now, both ways."""
        if not wire:
            return ""
        distance = _parsed(wire) - datetime.now(UTC)
        return str(format_timedelta(distance, add_direction=True, locale=locale_of(self.language)))

    def days_since(self, wire: str) -> str:
        """For how many days something has been so, in short."""
        return self.text("{days} d", days=self.whole_days_since(wire))

    def whole_days_since(self, wire: str) -> int:
        """For how many days something has been so."""
        return (datetime.now(UTC) - _parsed(wire)).days

    def money(self, value: Mapping[str, Any] | None) -> str:
        """An amount in its currency."""
        return _money(value["amount"], value["currency"], self.language) if value else ""

    def number(self, value: Any) -> str:
        """A number as the language writes it."""
        return "" if value is None else _number(str(value), self.language)

    def local_input(self, wire: str | None) -> str:
        """A point in time as the value of an input of a date and a time."""
        if not wire:
            return ""
        return _parsed(wire).astimezone(zone_of(self.zone)).strftime("%Y-%m-%dT%H:%M")

    def from_local_input(self, text: str) -> str:
        """What `local_input` gave, as the API wants it; any other text stays as it is."""
        try:
            local = datetime.fromisoformat(text)
        except ValueError:
            return text
        return local.replace(tzinfo=zone_of(self.zone)).astimezone(UTC).isoformat()

    def number_input(self, value: Any) -> str:
        """A number as the value of an input: as a person would type it."""
        return "" if value is None else str(value).replace(".", self._signs[0])

    def typed_number(self, text: str) -> str:
        """A number as a person typed it in the viewer's language, as the API wants it."""
        decimal, group = self._signs
        plain = text.strip().replace("\xa0", "").replace(" ", "")
        if re.fullmatch(rf"-?\d{{1,3}}(\{group}\d{{3}})+(\{decimal}\d+)?", plain):
            plain = plain.replace(group, "")
        try:
            return format(Decimal(plain.replace(decimal, ".")), "f")
        except InvalidOperation:
            return text.strip()

    @property
    def _signs(self) -> tuple[str, str]:
        """What stands before decimals, and between thousands."""
        locale = locale_of(self.language)
        return str(get_decimal_symbol(locale)), str(get_group_symbol(locale))

    @property
    def today(self) -> date:
        """The day it is where the viewer is."""
        return datetime.now(zone_of(self.zone)).date()


def viewer_of(asked: Asked) -> Viewer:
    """Who looks at the page that `asked` gets."""
    user = asked.user
    if user is None:
        return Viewer(chosen_language(asked.languages, None), "UTC", "USD")
    settings = user.rights.organisation.settings
    locale = user.member.locale or settings.get("default_locale")
    zone = user.member.time_zone or settings.get("time_zone") or "UTC"
    language = chosen_language(None, locale)
    currency = cookies.currency(asked.cookies) or str(settings.get("base_currency") or "USD")
    return Viewer(language, str(zone), currency, user.rights.organisation)


@lru_cache(maxsize=8)
def locale_of(language: str) -> Locale:
    """Babel's locale of a language; English where it knows none."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale("en")


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    """The time zone of this name; UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _parsed(wire: str) -> datetime:
    return datetime.fromisoformat(wire)


@lru_cache(maxsize=20_000)
def _moment(wire: str, language: str, zone: str, today: date) -> str:
    local = _parsed(wire).astimezone(zone_of(zone))
    locale = locale_of(language)
    if local.date() == today:
        return str(format_time(local, "short", locale=locale))
    return str(format_datetime(local, "d MMM y, HH:mm", locale=locale))


@lru_cache(maxsize=20_000)
def _day(wire: str, language: str) -> str:
    return str(format_date(date.fromisoformat(wire[:10]), "d MMM y", locale=locale_of(language)))


@lru_cache(maxsize=20_000)
def _money(amount: str, currency: str, language: str) -> str:
    return str(format_currency(Decimal(amount), currency, locale=locale_of(language)))


@lru_cache(maxsize=20_000)
def _number(value: str, language: str) -> str:
    return str(format_decimal(Decimal(value), locale=locale_of(language)))
