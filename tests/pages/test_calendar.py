"""The calendar of what is planned, by keyboard alone and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.pages.test_quality import examine
from tests.system.client import Client
from tests.system.people import ZONE, People, make_person, today
from tests.system.platform import Platform

pytestmark = pytest.mark.real_threads
Open = Callable[..., Page]


@pytest.fixture
def planner(platform: Platform, people: People) -> Client:
    """Somebody whose calendar is empty."""
    return make_person(platform, people.administrator, "Paula", "manager", [])


def cell(day: str) -> str:
    return f"[data-day='{day}']"


def test_calendar_is_walked_and_filled_by_keyboard_alone(opened: Open, planner: Client) -> None:
    mark = uuid4().hex[:8]
    page = opened("/calendar?day=2031-05-14#day", email=planner.user["email"])
    expect(page.locator(cell("2031-05-14"))).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator(cell("2031-05-22"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#sheet h2")).to_have_text("Thursday, May 22, 2031")
    expect(page.locator(".plan-line select")).to_be_focused()
    page.keyboard.press("m")
    page.keyboard.press("Tab")
    page.keyboard.type(f"Demo {mark}")
    page.keyboard.press("Enter")
    expect(page.locator("#sheet .due")).to_contain_text(f"Demo {mark}")
    expect(page.locator(f"{cell('2031-05-22')} .calendar-item")).to_contain_text(f"Demo {mark}")
    page.keyboard.press("Escape")
    expect(page.locator(cell("2031-05-22"))).to_be_focused()
    [meeting] = planner.get("/activities", q=f"Demo {mark}").json()["items"]
    assert (meeting["kind"], meeting["done"]) == ("meeting", False)
    assert meeting["starts_at"].startswith("2031-05-22T12:00")
    page.keyboard.press("PageDown")
    page.wait_for_url("**day=2031-06-01#day")
    expect(page.locator("h1")).to_have_text("June 2031")
    expect(page.locator(cell("2031-06-01"))).to_be_focused()


def test_calendar_shows_days_in_the_viewers_zone(
    opened: Open, people: People, planner: Client
) -> None:
    mark = uuid4().hex[:8]
    # Still the day before in São Paulo.
    planner.made("/tasks", {"title": f"Night {mark}", "deadline": "2031-03-11T02:30:00Z"})
    people.bruno.made("/tasks", {"title": f"Not mine {mark}", "deadline": "2031-03-11T15:00:00Z"})
    page = opened("/calendar?view=week&day=2031-03-10", email=planner.user["email"])
    expect(page.locator(cell("2031-03-10"))).to_contain_text(f"Night {mark}")
    expect(page.locator("#calendar")).not_to_contain_text(f"Not mine {mark}")
    page.locator(cell("2031-03-10")).click(position={"x": 60, "y": 200})
    page.get_by_role("button", name=f"Mark as done: Night {mark}").click()
    expect(page.locator(f"{cell('2031-03-10')} .calendar-item")).to_have_count(0)
    page.locator("#sheet").get_by_role("button", name="Undo").click()
    expect(page.locator(f"{cell('2031-03-10')} .calendar-item")).to_have_count(1)


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 375)])
def test_calendar_excludes_nobody_and_fits(
    opened: Open, planner: Client, theme: str, width: int
) -> None:
    noon = datetime.combine(today(), datetime.min.time(), ZONE)
    planner.made("/tasks", {"title": "Late " * 20, "deadline": noon.isoformat()})
    page = opened("/calendar", email=planner.user["email"], theme=theme, width=width)
    expect(page.locator(cell(today().isoformat()))).to_contain_text("Late")
    assert examine(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.locator(cell(today().isoformat())).press("Enter")
    page.locator("#sheet .due").first.wait_for()
    assert examine(page) == []
