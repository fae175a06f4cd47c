"""What holds for the whole organisation: its name, money, time, hours and holidays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import available_timezones

from chassis.errors import Refusal
from contracts import identity
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.administration.rows import BASE, REFUSED, faults_of, row, said
from gateway.pages.forms import changed, read_base
from gateway.pages.house import House, moved
from gateway.pages.viewer import Viewer, locale_of, viewer_of
from gateway.parameters import text
from gateway.registry import Route

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

_IDENTITY: Final = identity.SERVICE
_PATH: Final = f"{BASE}/organisation"
_TEXTS: Final = ("name", "base_currency", "time_zone", "default_locale", "country")
DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN: Final = re.compile(r"\s*([0-9]{1,2}:[0-9]{2})\s*[-–]\s*([0-9]{1,2}:[0-9]{2})\s*")
_SAVED: Final = (text("saved", "Whether it was saved just now."),)


def organisation_pages(house: House) -> Iterator[Route]:
    """The page of the organisation's settings."""
    yield row("GET", _PATH, "organisation", "organisation", lambda asked: _page(house, asked),
              "The organisation's settings", parameters=_SAVED)  # fmt: skip
    yield row("POST", _PATH, "organisation.save", "organisation",
              lambda asked: _save(house, asked), "Change the organisation's settings")  # fmt: skip


def _page(
    house: House, asked: Asked, refusal: Refusal | None = None,
    given: Mapping[str, Any] | None = None, base: Mapping[str, Any] | None = None,
) -> Answer:  # fmt: skip
    current = asked.call(_IDENTITY, "organisation", {})
    viewer = viewer_of(asked)
    return house.page(
        asked, "administration_organisation.html", status=422 if refusal else 200, days=DAYS,
        base=base if base is not None else current, shown={**current, **(given or {})},
        zones=sorted(available_timezones()), countries=_countries(viewer), spans=spans_text,
        said=said(asked, refusal) if refusal else "",
        faults=faults_of(asked, refusal) if refusal else {},
        saved=refusal is None and asked.query.get("saved") == "true",
    )  # fmt: skip


def _save(house: House, asked: Asked) -> Answer:
    """Only what differs from what the form began with is changed: nobody else's change is lost."""
    values, base = settings_of(asked.form, viewer_of(asked)), read_base(asked.form)
    change = changed(values, base)
    try:
        if change:
            asked.call(_IDENTITY, "update_organisation", {"values": change})
    except REFUSED as refusal:
        return _page(house, asked, refusal, values, base)
    return moved(asked, f"{_PATH}?saved=true")


def settings_of(form: MultiDict[str, str], viewer: Viewer) -> dict[str, Any]:
    """The settings as the form says them."""
    days = form.get("bin_days", "").strip()
    rates = zip(form.getlist("rate.currency"), form.getlist("rate.value"), strict=False)
    hours = {day: spans_of(form.get(f"hours.{day}", "")) for day in DAYS}
    return {
        **{name: form.get(name, "").strip() for name in _TEXTS},
        "bin_days": int(days) if days.isascii() and days.isdigit() and len(days) < 9 else days,
        "rates": {currency.strip().upper(): viewer.typed_number(rate) for currency, rate in rates
                  if currency.strip()},
        "working_hours": {day: spans for day, spans in hours.items() if spans},
        "holidays": sorted({day for day in form.getlist("holidays") if day}),
    }  # fmt: skip


def spans_of(text: str) -> list[list[str]]:
    """`09:00-12:00, 13:00-18:00` as spans; what is no span stays what was written."""
    found = []
    for part in text.split(","):
        span = _SPAN.fullmatch(part)
        if span is not None:
            found.append([moment.rjust(5, "0") for moment in span.groups()])
        elif part.strip():
            found.append([part.strip()])
    return found


def spans_text(spans: Any) -> str:
    """Spans as a person writes them."""
    return ", ".join("–".join(str(moment) for moment in span) for span in spans or ())


def _countries(viewer: Viewer) -> list[tuple[str, str]]:
    names = locale_of(viewer.language).territories
    known = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return sorted(known, key=lambda pair: pair[1].casefold())
