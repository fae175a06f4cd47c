"""What a person sees first in the morning, and their tasks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.pages.test_quality import examine, weight
from tests.system.client import Client
from tests.system.people import PASSWORD, People, make_person
from tests.system.platform import Platform

pytestmark = pytest.mark.real_threads
Open = Callable[..., Page]


@pytest.fixture
def seller(platform: Platform, people: People) -> Client:
    """Somebody who sells, and of whom other tests know nothing."""
    north = [people.departments["North"]["id"]]
    return make_person(platform, people.administrator, "Davi", "manager", north)


def in_hours(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def make_task(client: Client, title: str, hours: float, **more: Any) -> dict[str, Any]:
    return client.made("/tasks", {"title": title, "deadline": in_hours(hours), **more})


def panel(page: Page, name: str) -> Locator:
    return page.locator(f"[data-panel][hx-get='/home/{name}']")


def test_home_shows_what_is_mine_and_nobody_elses(
    opened: Open, people: People, seller: Client
) -> None:
    mark = uuid4().hex[:8]
    make_task(seller, f"Mine {mark}", -48, priority="urgent")
    make_task(seller, f"Later {mark}", 72)
    make_task(people.bruno, f"Theirs {mark}", -48)
    lead = seller.made("/leads", {"title": f"Fresh {mark}"})
    people.bruno.made("/leads", {"title": f"Their lead {mark}"})
    worked = seller.made("/leads", {"title": f"Worked on {mark}"})
    seller.made("/activities", {"kind": "call", "subject": f"Ring {mark}", "starts_at": in_hours(
        -30), "links": [{"type": "lead", "id": worked["id"]}]})  # fmt: skip
    page = opened("/", email=seller.user["email"])
    expect(page.locator("h1")).to_contain_text("Davi")
    tasks = panel(page, "tasks")
    expect(tasks).to_contain_text(f"Mine {mark}")
    expect(tasks.locator(".due-late")).to_contain_text("Urgent")
    expect(tasks).not_to_contain_text(f"Later {mark}")
    expect(tasks).not_to_contain_text(f"Theirs {mark}")
    expect(panel(page, "planned")).to_contain_text(f"Ring {mark}")
    expect(panel(page, "leads")).to_contain_text(f"Fresh {mark}")
    expect(panel(page, "leads")).not_to_contain_text(f"Their lead {mark}")
    expect(panel(page, "deals")).to_contain_text("No open deal of yours")
    # Each panel is headed by the list that it shows.
    tasks.get_by_role("link", name="Overdue").click()
    expect(page.locator(".chips")).to_contain_text("Responsible is me")
    expect(page.locator("#rows .title")).to_have_text([f"Mine {mark}"])
    page.goto("/")
    panel(page, "leads").get_by_role("link", name=f"Plan or note something: Fresh {mark}").click()
    page.wait_for_url(f"**/leads/{lead['id']}")


def test_ticking_off_removes_a_task_and_undo_brings_it_back(opened: Open, seller: Client) -> None:
    mark = uuid4().hex[:8]
    task = make_task(seller, f"Tick {mark}", -48)
    page = opened("/", email=seller.user["email"])
    row = panel(page, "tasks").locator("li", has_text=f"Tick {mark}")
    row.get_by_role("button", name=f"Mark as done: Tick {mark}").focus()
    page.keyboard.press("Enter")
    expect(row.get_by_role("button", name="Undo")).to_be_focused()
    assert seller.get(f"/tasks/{task['id']}").json()["done"] is True
    page.keyboard.press("Enter")
    expect(row.get_by_role("button", name="Mark as done")).to_be_focused()
    assert seller.get(f"/tasks/{task['id']}").json()["done"] is False
    page.keyboard.press("Enter")
    expect(row.get_by_role("button", name="Undo")).to_be_visible()
    page.reload()
    expect(panel(page, "planned").locator("p, ul").first).not_to_contain_text("Loading")
    expect(panel(page, "tasks")).not_to_contain_text(f"Tick {mark}")


def test_bar_and_figure_open_exactly_their_rows(
    opened: Open, people: People, seller: Client
) -> None:
    mark = uuid4().hex[:8]
    for at, source in enumerate([f"fair {mark}"] * 3 + [f"web {mark}"]):
        seller.made("/leads", {"title": f"{mark} {at}", "source": source})
    page = opened("/", email=seller.user["email"])
    page.locator("#chart-sources").scroll_into_view_if_needed()
    figures = page.locator("#figures-sources")
    fair = figures.locator("tr", has_text=f"fair {mark}")
    expect(fair.locator("td")).to_have_text("3")
    page.locator("[hx-get='/home/charts/sources'] canvas").wait_for()
    # By keyboard: the link of the bar that stands out.
    fair.get_by_role("link").focus()
    expect(page.locator(".chart.pointed")).to_have_count(1)
    page.locator("[aria-controls=figures-sources]").click()
    expect(figures).to_have_class("figures")
    fair.get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#rows tr[data-id]")).to_have_count(3)
    expect(page.locator("#rows .title")).to_contain_text([mark] * 3)


@pytest.mark.by_mouse
def test_bar_that_is_clicked_opens_exactly_its_rows(
    opened: Open, platform: Platform, people: People
) -> None:
    mark = uuid4().hex[:8]
    person = make_person(platform, people.administrator, "Elisa", "manager", [])
    for at, source in enumerate([f"fair {mark}"] * 3 + [f"web {mark}"]):
        person.made("/leads", {"title": f"{mark} {at}", "source": source})
    page = opened("/", email=person.user["email"])
    page.locator("#chart-sources").scroll_into_view_if_needed()
    # The longest bar comes first. What loads above it must not move it away from the pointer.
    page.wait_for_load_state("networkidle")
    canvas = page.locator("[hx-get='/home/charts/sources'] [data-drawn] canvas")
    canvas.click(position={"x": 150, "y": 20})
    expect(page.locator("#rows tr[data-id]")).to_have_count(3)


def test_my_tasks_are_chosen_added_and_opened_again(opened: Open, seller: Client) -> None:
    mark = uuid4().hex[:8]
    make_task(seller, f"Old {mark}", -72)
    make_task(seller, f"New {mark}", 72)
    page = opened("/my/tasks?show=later", email=seller.user["email"])
    rows = page.locator(".due-list")
    expect(rows).to_contain_text(f"New {mark}")
    expect(rows).not_to_contain_text(f"Old {mark}")
    page.click("text=To do")
    expect(rows).to_contain_text(f"Old {mark}")
    page.fill(".plan-subject", f"Typed {mark}")
    page.fill(".plan-line [name=day]", "2031-05-04")
    page.keyboard.press("Enter")
    expect(page.locator(".plan-added")).to_contain_text(f"Typed {mark}")
    expect(rows).to_contain_text(f"Typed {mark}")
    [task] = seller.get("/tasks", q=f"Typed {mark}").json()["items"]
    assert task["deadline"].startswith("2031-05-04T12:00")
    page.get_by_role("button", name=f"Mark as done: Old {mark}").click()
    page.click("nav >> text=Done")
    page.get_by_role("button", name=f"Open again: Old {mark}").click()
    expect(page.get_by_role("button", name=f"Mark as done: Old {mark}")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_home_and_tasks_exclude_nobody(opened: Open, seller: Client, theme: str) -> None:
    make_task(seller, "Late and urgent", -48, priority="urgent")
    page = opened("/", email=seller.user["email"], theme=theme)
    page.locator("#chart-activity").scroll_into_view_if_needed()
    for each in page.locator("[data-figures]").all():
        each.click()
    assert examine(page) == []
    page.goto("/my/tasks")
    assert examine(page) == []


def test_first_page_is_light_even_when_it_is_home(platform: Platform, seller: Client) -> None:
    client = httpx.Client(base_url=platform.url, follow_redirects=True, timeout=30)
    client.post("/sign-in", data={"email": seller.user["email"], "password": PASSWORD})
    html = client.get("/").text
    parts = {part.partition('"')[0].partition("#")[0] for part in html.split('="/static/')[1:]}
    assert not any("echarts" in part for part in parts)
    total = weight(client, "/") + sum(weight(client, f"/static/{part}") for part in parts)
    assert total <= 150_000
