"""What awaits a person in the morning: lists by filters, which anybody can open as lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from gateway.pages.due import Filter

# A deal that has stood in its stage for longer is stalled.
STALLED_DAYS: Final = 14
MINE: Final[Filter] = {"owner_id": "@me"}
TO_DO: Final[Filter] = {**MINE, "done": False, "cancelled": False}
_OPEN: Final[Filter] = {**MINE, "closed_at": {"empty": True}}


@dataclass(frozen=True)
class Part:
    """A list within a panel under a heading of its own, an English text."""

    heading: str
    filter: Filter


@dataclass(frozen=True)
class Panel:
    """A list of records that wait for whoever looks. `title` and `empty` are English texts;
    `filter` lists everything that its parts do."""

    name: str
    entity: str
    title: str
    empty: str
    filter: Filter
    sort: str
    parts: tuple[Part, ...] = field(default=())


def panels(today: date) -> tuple[Panel, ...]:
    """The panels of somebody for whom it is `today`."""
    long_ago = (today - timedelta(days=STALLED_DAYS)).isoformat()
    return (
        _until_today("tasks", "task", "My tasks until today", "no_tasks_due", "deadline"),
        _until_today("planned", "activity", "Planned until today", "nothing_planned",
                     "occurred_at"),
        Panel(
            "leads", "lead", "New leads that nobody has worked on", "no_new_leads",
            {**_OPEN, "last_activity_at": {"empty": True}, "next_activity_at": {"empty": True}},
            "-created_at",
        ),
        Panel(
            "deals", "deal", "Stalled deals", "no_stalled_deals",
            {**_OPEN, "stage_changed_at": {"lt": long_ago}}, "stage_changed_at",
        ),
    )  # fmt: skip


def _until_today(name: str, entity: str, title: str, empty: str, when: str) -> Panel:
    return Panel(
        name, entity, title, empty, {**TO_DO, when: {"lte": "@today"}}, when,
        (
            Part("Overdue", {**TO_DO, when: {"lt": "@today"}}),
            Part("Today", {**TO_DO, when: "@today"}),
        ),
    )  # fmt: skip
