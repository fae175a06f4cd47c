"""Charts over reports: which figures each shows, and how its groups read to a viewer.

A chart is a report of its entity, so that each of its groups tells the filter of its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from babel.dates import format_date
from babel.numbers import format_compact_currency, format_compact_decimal

from chassis import wire
from gateway.pages.descriptions import Description
from gateway.pages.due import Filter
from gateway.pages.groups import name_of
from gateway.pages.viewer import Viewer, locale_of

_COUNT: Final = "count"
_MONTHS: Final = 12
_SOURCE_DAYS: Final = 90
_ACTIVITY_DAYS: Final = 30


@dataclass(frozen=True)
class Chart:
    """One chart. `title`, `note` and `empty` are English texts; `money` is a field that is added
    up, and what bars show; without one they show how many rows there are."""

    name: str
    entity: str
    title: str
    note: str
    empty: str
    grouped: str
    filter: Callable[[Description, Viewer], Filter]
    money: str | None = None
    period: str | None = None
    sort: str | None = None
    limit: int = 50

    @property
    def group(self) -> str:
        """What the report is grouped by."""
        return f"{self.period}({self.grouped})" if self.period else self.grouped

    def measured(self, description: Description) -> str | None:
        """The field that is added up, as far as the viewer sees it."""
        return self.money if self.money in description.fields else None

    def query(self, wanted: Filter, description: Description) -> dict[str, Any]:
        """The report's query."""
        money = self.measured(description)
        said = {
            "group": self.group, "filter": wanted, "limit": self.limit, "sort": self.sort,
            "measure": f"{_COUNT},sum({money})" if money else _COUNT,
        }  # fmt: skip
        return {name: value for name, value in said.items() if value is not None}


def _open(_description: Description, _viewer: Viewer) -> Filter:
    return {"closed_at": {"empty": True}}


def _won(description: Description, viewer: Viewer) -> Filter:
    codes = sorted({s["code"] for s in description.stages if s["kind"] == "success"})
    first = _months(viewer.today)[0]
    return {"stage": {"in": codes}, "closed_at": {"gte": first.isoformat()}}


def _created(_description: Description, _viewer: Viewer) -> Filter:
    return {"created_at": {"within_last": _SOURCE_DAYS}}


def _done(_description: Description, _viewer: Viewer) -> Filter:
    return {"done": True, "kind": {"ne": "system"},
            "occurred_at": {"within_last": _ACTIVITY_DAYS}}  # fmt: skip


CHARTS: Final = (
    Chart("pipeline", "deal", "Pipeline by stage", "Open deals and what they are worth",
          "no_open_deals", "stage", _open, money="amount"),
    Chart("won", "deal", "Won by month", "The last twelve months", "nothing_won", "closed_at",
          _won, money="amount", period="month"),
    Chart("sources", "lead", "Leads by source", "The last 90 days", "no_leads_yet", "source",
          _created, sort="-count", limit=8),
    Chart("activity", "activity", "What was done", "The last 30 days", "nothing_done", "kind",
          _done),
)  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """One group of a chart: `axis` is its name where there is little room, `value` its length,
    `short` what stands at it, `filter` the filter of its rows, empty when there are none."""

    label: str
    axis: str
    value: float
    short: str
    count: str
    worth: str
    filter: str


@dataclass(frozen=True)
class Figures:
    """A chart as one viewer reads it. `more` says that there are groups that it does not show,
    `unrated` how many rows have an amount without a rate."""

    bars: list[Bar]
    money: bool
    more: bool
    unrated: int

    def drawing(self, chart: Chart, path: str) -> str:
        """What the script draws, as JSON."""
        bars = [
            {"label": bar.axis, "value": bar.value, "text": bar.short, "filter": bar.filter}
            for bar in self.bars
        ]
        upright = chart.period is not None
        return wire.dumps({"bars": bars, "upright": upright, "path": path}).decode()


def drawn(
    chart: Chart, description: Description, viewer: Viewer, said: Mapping[str, Any]
) -> Figures:
    """What the report `said`, in the viewer's words."""
    money = chart.measured(description)
    groups = said["groups"]
    found = {group["key"][chart.group]: group for group in groups}
    keys = list(found)
    if chart.period is not None and found:
        keys = [month.isoformat() for month in _months(viewer.today)]
    sums = [group["figures"][f"sum({money})"] for group in groups] if money else []
    # Where no amount has a rate bars would be flat, so they show how many there are.
    valued = any(Decimal(one["base"]["amount"] or 0) for one in sums)
    bars = [
        _bar(_label(chart, description, viewer, key), found.get(key), money, viewer, valued=valued)
        for key in keys
    ]
    return Figures(bars, money is not None, said["more"], sum(s["without_rate"] for s in sums))


def _bar(
    label: tuple[str, str], group: Mapping[str, Any] | None, money: str | None, viewer: Viewer,
    *, valued: bool,
) -> Bar:  # fmt: skip
    locale = locale_of(viewer.language)
    if group is None:
        return Bar(*label, 0, "", viewer.number(0), "", "")
    count, kept = group["figures"][_COUNT], wire.dumps(group["filter"]).decode()
    counted = str(format_compact_decimal(count, locale=locale))
    if money is None:
        return Bar(*label, count, counted, viewer.number(count), "", kept)
    total = group["figures"][f"sum({money})"]
    base = total["base"]
    amount = Decimal(base["amount"] or 0)
    # What has no rate is told in its own currency: the base alone would say too little.
    told = total["by_currency"] if total["without_rate"] else [{**base, "amount": str(amount)}]
    worth = ", ".join(viewer.money(each) for each in told)
    if not valued:
        return Bar(*label, count, counted, viewer.number(count), worth, kept)
    short = f"{_compact(amount, base['currency'], locale)} · {counted}"
    return Bar(*label, float(amount), short, viewer.number(count), worth, kept)


def _compact(amount: Decimal, currency: str, locale: Any) -> str:
    return str(format_compact_currency(amount, currency, locale=locale, fraction_digits=1))


def _label(chart: Chart, description: Description, viewer: Viewer, key: Any) -> tuple[str, str]:
    """What a group is called, and what where there is little room."""
    name = name_of(viewer, description, chart.group, key, {})
    if chart.period is None or key is None:
        return name, name
    month = format_date(date.fromisoformat(key), "LLL", locale=locale_of(viewer.language))
    return name, str(month).rstrip(".")


def _months(today: date) -> list[date]:
    """The first days of this month and those before it."""
    now = today.year * 12 + today.month - 1
    return [date(at // 12, at % 12 + 1, 1) for at in range(now - _MONTHS + 1, now + 1)]
