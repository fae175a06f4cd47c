"""A list in groups: opened by keyboard, exact in its rows, kept in a view."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.pages.test_quality import examine
from tests.pages.test_views import saved
from tests.system.client import Client
from tests.system.people import People, make_person
from tests.system.platform import Platform

pytestmark = pytest.mark.real_threads
Open = Callable[..., Page]


@pytest.fixture
def mark() -> str:
    """A word that the records of one test have and no others."""
    return f"g{uuid4().hex[:8]}"


@pytest.fixture
def seller(platform: Platform, people: People) -> Client:
    """Somebody who has no views yet."""
    north = [people.departments["North"]["id"]]
    return make_person(platform, people.administrator, "Greta", "manager", north)


def expect_groups(page: Page, *heads: str) -> None:
    """That these are the groups, each with how many rows it has."""
    expect(page.locator("[data-section]")).to_have_text(heads)


def rows(page: Page) -> list[str]:
    """The titles that are in sight."""
    return page.locator("#records tbody:not([hidden]) .title").all_inner_texts()


def test_list_is_grouped_walked_by_keyboard_changed_and_kept_in_a_view(
    opened: Open, seller: Client, mark: str
) -> None:
    for at, source in enumerate(["Fair", "Fair", "Web", None]):
        seller.made("/leads", {"title": f"{mark} {at}", "source": source, "company_name": f"C{at}"})
    page = opened(f"/leads?view=all&q={mark}&sort=title", email=seller.user["email"])
    page.locator("[popovertarget=menu-groups]").focus()
    page.keyboard.press("Enter")
    page.locator("#menu-groups >> text=Source").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "group=source" in url)
    expect_groups(page, "Fair 2", "Web 1", "Not given 1")
    expect(page.locator("#total")).to_have_text("4")
    assert rows(page) == [f"{mark} 0", f"{mark} 1"]
    web = page.locator("[data-section]").nth(1)
    web.focus()
    page.keyboard.press("Enter")
    expect(web).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#section-2 tr[data-id]")).to_have_count(1)
    assert examine(page) == []
    # From the head on by keyboard; what is chosen in several groups is one selection.
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(page.locator("#bulk-count")).to_have_text("2")
    page.locator("#section-2 td[data-edit]", has_text="C2").dblclick()
    page.locator("td.editing input.form-control").fill("Padaria")
    page.keyboard.press("Enter")
    expect(page.locator("#section-2 td", has_text="Padaria")).to_be_visible()
    # Groups are found as they were left.
    page.locator("[data-section]").nth(0).press("Enter")
    page.locator("#section-2 [data-open]").click()
    page.wait_for_url(lambda url: "group=source" not in url)
    page.go_back()
    expect(page.locator("#section-1")).to_be_hidden()
    expect(page.locator("#section-2 tr[data-id]")).to_have_count(1)
    page.goto(f'/leads?filter={{"title":{{"contains":"{mark}"}}}}&sort=title&group=source')
    saved(page, mark)
    expect_groups(page, "Fair 2", "Web 1", "Not given 1")
    [view] = seller.get("/leads/views").json()["items"]
    assert (view["group"], view["layout"]) == ("source", "list")
    page.click(".chip:has-text('Grouped by Source') a")
    expect(page.locator(".changed-mark")).to_be_visible()
    expect(page.locator("#rows tr[data-id]")).to_have_count(4)
    page.click("[data-reset-view]")
    page.get_by_label("Show only Not given").click()
    expect(page.locator("#rows tr[data-id]")).to_have_count(1)
    assert rows(page) == [f"{mark} 3"]


def test_what_cannot_group_is_said(opened: Open, people: People) -> None:
    page = opened("/leads?view=all", email=people.head.user["email"])
    for group in ("nothing", "tags", "month(source)", "source,source", "month(", ","):
        answer = page.request.get("/leads", params={"view": "all", "group": group})
        assert answer.status == 400, group
        assert "Traceback" not in answer.text()
    assert page.request.get("/leads?group=source, status").status == 200
    assert page.request.get("/leads?group=month(created_at)&section=true&cursor=x").status != 500
