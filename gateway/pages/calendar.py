"""The calendar: one's planned activities and tasks by day, as a month or a week."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

from babel.dates import format_date, format_skeleton

from chassis.errors import Malformed, Refusal
from contracts.access import Level
from contracts.catalogue import ENTITIES
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.descriptions import Description
from gateway.pages.due import Row, asking
from gateway.pages.house import House, moved
from gateway.pages.lists import PAGE
from gateway.pages.morning import TO_DO
from gateway.pages.planning import line_values
from gateway.pages.viewer import Viewer, locale_of, viewer_of, zone_of
from gateway.parameters import text
from gateway.permissions import SignedIn
from gateway.registry import Route

_WEEK: Final = 7
_MOST: Final = 500
# What a cell of a month shows of its day; the day itself shows all.
_SHOWN: Final = {"month": 4, "week": 40}
# A day must have days around it, whatever the zone.
_FIRST, _LAST = date(1900, 1, 1), date(2400, 1, 1)
_WHEN: Final = {"task": "deadline", "activity": "occurred_at"}
_VIEW: Final = text("view", "How much of it.", enum=["month", "week"])
_DAY: Final = text("day", "A day in it.", format="date")


@dataclass
class Day:
    """One day of the calendar and what is planned for it, in order."""

    day: date
    inside: bool
    today: bool
    name: str
    short: str
    rows: list[tuple[str, Row]] = field(default_factory=list)

    @property
    def busy(self) -> bool:
        """Whether a phone, which has no room for idle days, shows it."""
        return self.today or bool(self.rows)


@dataclass(frozen=True)
class Span:
    """A month or a week around a day, as whole weeks of the viewer's."""

    view: str
    day: date
    viewer: Viewer

    @property
    def first(self) -> date:
        """The first day shown."""
        start = self.day.replace(day=1) if self.view == "month" else self.day
        begins = int(locale_of(self.viewer.language).first_week_day)
        return start - timedelta(days=(start.weekday() - begins) % _WEEK)

    @property
    def days(self) -> list[date]:
        """Every day shown."""
        count = _WEEK
        if self.view == "month":
            after = (self.day.replace(day=1) + timedelta(days=31)).replace(day=1)
            count = -(-(after - self.first).days // _WEEK) * _WEEK
        return [self.first + timedelta(days=at) for at in range(count)]

    def beside(self, step: int) -> date:
        """The same place in the span before (-1) or after (1)."""
        if self.view == "week":
            return self.day + timedelta(days=_WEEK * step)
        month = self.day.year * 12 + self.day.month - 1 + step
        return date(month // 12, month % 12 + 1, 1)

    @property
    def title(self) -> str:
        """What the span is called."""
        locale = locale_of(self.viewer.language)
        if self.view == "month":
            name = str(format_skeleton("yMMMM", self.day, locale=locale))
            return name[:1].upper() + name[1:]
        first, last = self.days[0], self.days[-1]
        return f"{format_date(first, 'd MMM', locale=locale)} – {self.viewer.day(str(last))}"


def calendar_pages(house: House) -> Iterator[Route]:
    """The page, its grid and the sheet of a day."""
    parts: tuple[tuple[str, str, Any, Any], ...] = (
        ("", "The calendar", _page, (_VIEW, _DAY)),
        ("/grid", "The days of the calendar", _grid, (_VIEW, _DAY)),
        ("/day", "A day of the calendar", _day, (_DAY,)),
        ("/plans", "What is planned for a day", _plans, (_DAY,)),
    )
    for path, summary, answer, taken in parts:
        yield Route(
            method="GET", path=f"/calendar{path}", name=f"pages.calendar{path.replace('/', '.')}",
            area="pages", page=True, summary=summary, parameters=taken, replies=PAGE,
            permission=SignedIn(), answer=partial(answer, house),
        )  # fmt: skip


def _asked_day(asked: Asked) -> date:
    viewer = viewer_of(asked)
    given = asked.query.get("day")
    if not given:
        return viewer.today
    try:
        day = date.fromisoformat(given)
    except ValueError:
        day = _LAST
    if not _FIRST <= day < _LAST:
        raise Malformed("This is no day of the calendar.", code="bad_parameter")
    return day


def _span(asked: Asked) -> Span:
    view = "week" if asked.query.get("view") == "week" else "month"
    return Span(view, _asked_day(asked), viewer_of(asked))


def _page(house: House, asked: Asked) -> Answer:
    span = _span(asked)
    return house.page(asked, "calendar.html", span=span, today=span.viewer.today)


def _grid(house: House, asked: Asked) -> Answer:
    span = _span(asked)
    days = {day: _empty(span, day) for day in span.days}
    more = _fill(house, asked, days)
    ordered = list(days.values())
    weeks = [ordered[at : at + _WEEK] for at in range(0, len(ordered), _WEEK)]
    at = span.day if asked.query.get("day") else span.viewer.today
    return house.page(
        asked, "calendar_grid.html", span=span, weeks=weeks, more=more, shown=_SHOWN[span.view],
        at=at if at in days else span.day,
    )  # fmt: skip


def _empty(span: Span, day: date) -> Day:
    locale = locale_of(span.viewer.language)
    inside = span.view == "week" or day.month == span.day.month
    return Day(
        day, inside, day == span.viewer.today, str(format_date(day, "full", locale=locale)),
        str(format_date(day, "EEE", locale=locale)),
    )  # fmt: skip


def _fill(house: House, asked: Asked, days: Mapping[date, Day]) -> bool:
    """Put what is planned into its days; whether there is more than one answer holds."""
    viewer = viewer_of(asked)
    descriptions = _readable(house, asked)
    between = {"between": [min(days).isoformat(), max(days).isoformat()]}
    answers = asked.gather([
        asking(each, {**TO_DO, _WHEN[each.entity.name]: between}, _WHEN[each.entity.name], _MOST)
        for each in descriptions
    ])  # fmt: skip
    for description, answer in zip(descriptions, answers, strict=True):
        if isinstance(answer, Refusal):
            raise answer
        _spread(viewer, description, answer["items"], days)
    for day in days.values():
        day.rows.sort(key=lambda pair: pair[1].when or "")
    return any(answer.get("next_cursor") for answer in answers)


def _readable(house: House, asked: Asked) -> list[Description]:
    """What can be planned, as far as whoever asks reads it and sees when it is."""
    assert asked.user is not None
    rights = asked.user.rights
    named = [name for name in _WHEN if rights.anywhere(name, "read") is not Level.none]
    found = [house.descriptions.of(asked, ENTITIES[name]) for name in named]
    return [each for each in found if _WHEN[each.entity.name] in each.fields]


def _spread(
    viewer: Viewer, description: Description, records: Sequence[Mapping[str, Any]],
    days: Mapping[date, Day],
) -> None:  # fmt: skip
    zone = zone_of(viewer.zone)
    for record in records:
        row = Row(description, record, viewer)
        local = datetime.fromisoformat(row.when or "").astimezone(zone)
        if local.date() in days:
            days[local.date()].rows.append((viewer.time(row.when), row))


def _day(house: House, asked: Asked) -> Answer:
    day = _asked_day(asked)
    if not asked.fragment:
        return moved(asked, f"/calendar?view=week&day={day.isoformat()}")
    name = format_date(day, "full", locale=locale_of(viewer_of(asked).language))
    return house.page(
        asked, "calendar_day.html", name=name[:1].upper() + name[1:],
        **line_values(asked, day.isoformat(), fixed=True),
    )  # fmt: skip


def _plans(house: House, asked: Asked) -> Answer:
    day = _asked_day(asked)
    days = {day: _empty(Span("week", day, viewer_of(asked)), day)}
    _fill(house, asked, days)
    return house.page(asked, "calendar_plans.html", rows=[row for _, row in days[day].rows])
