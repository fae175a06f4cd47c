"""Saved views as tabs of a list, and the columns that somebody made theirs."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.pages.test_quality import examine
from tests.system.client import Client
from tests.system.people import People, make_person
from tests.system.platform import Platform

pytestmark = pytest.mark.real_threads
Open = Callable[..., Page]


@pytest.fixture
def mark() -> str:
    """A word that the view and the records of one test have and no others."""
    return f"v{uuid4().hex[:8]}"


@pytest.fixture
def seller(platform: Platform, people: People) -> Client:
    """Somebody who has not opened a list yet: what is set up for one is known for seconds."""
    north = [people.departments["North"]["id"]]
    return make_person(platform, people.administrator, "Nina", "manager", north)


def saved(page: Page, name: str) -> None:
    """Save what is set now as a view of this name."""
    page.click("[data-new-view]")
    page.fill("#view-name", name)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "view=" in url and "changed" not in url)


def narrowed(mark: str) -> str:
    return f'/leads?filter={{"source":"{mark}"}}&sort=title'


def test_view_is_made_changed_reset_saved_and_begun_with(
    opened: Open, seller: Client, mark: str
) -> None:
    for name in ("Ada", "Zoe"):
        seller.made("/leads", {"title": name, "source": mark})
    page = opened(narrowed(mark), email=seller.user["email"])
    saved(page, mark)
    expect(page.locator(".view-tabs [aria-current]")).to_have_text(mark)
    expect(page.locator("#rows tr[data-id]")).to_have_count(2)
    expect(page.locator(".changed-mark")).to_have_count(0)
    page.click("th[data-name=title] a")
    expect(page.locator(".changed-mark")).to_be_visible()
    assert examine(page) == []
    page.click("[data-reset-view]")
    page.wait_for_url(lambda url: "changed" not in url)
    expect(page.locator(".changed-mark")).to_have_count(0)
    page.click("th[data-name=title] a")
    page.click("[data-save-view]")
    page.wait_for_url(lambda url: "changed" not in url)
    expect(page.locator("th[data-name=title]")).to_have_attribute("aria-sort", "descending")
    page.click("[popovertarget=view-menu]")
    with page.expect_navigation():
        page.click("#view-menu >> text=Begin with this")
    page.goto("/leads")
    expect(page.locator(".view-tabs [aria-current]")).to_have_text(mark)
    page.click(".view-tabs >> text=All")
    expect(page.locator(".view-tabs [aria-current]")).to_have_text("All")
    [view] = seller.get("/leads/views").json()["items"]
    assert (view["sort"], view["filter"]) == (["-title"], {"source": mark})
    assert seller.get("/me").json()["preferences"]["default_views"]["lead"] == view["id"]


def test_view_is_shared_with_roles_renamed_and_left_to_its_maker(
    opened: Open, people: People, seller: Client, mark: str
) -> None:
    page = opened(f'/companies?filter={{"industry":"{mark}"}}', email=people.ana.user["email"])
    page.click("[data-new-view]")
    page.fill("#view-name", mark)
    page.check("[name=scope][value=roles]")
    page.check("[name=role_codes][value=manager]")
    page.click("#sheet .btn-primary")
    page.wait_for_url(lambda url: "view=" in url)
    page.click("[popovertarget=view-menu]")
    page.click("#view-menu >> text=Rename or share")
    page.fill("#view-name", f"{mark} renamed")
    page.click("#sheet .btn-primary")
    expect(page.locator(".view-tabs [aria-current]")).to_have_text(f"{mark} renamed")
    other = opened("/companies", email=seller.user["email"])
    other.click(f".view-tabs >> text={mark} renamed")
    other.click("[popovertarget=view-menu]")
    expect(other.locator("#view-menu")).not_to_contain_text("Rename")
    expect(other.locator("#view-menu")).not_to_contain_text("Delete")
    unread = other.request.get(f"/deals/views/{uuid4()}/edit")
    assert unread.status == 404


def test_view_is_deleted_and_brought_back(opened: Open, seller: Client, mark: str) -> None:
    view = seller.made("/leads/views", {"name": mark, "filter": {"source": mark}})
    page = opened(f"/leads?view={view['id']}", email=seller.user["email"])
    page.click("[popovertarget=view-menu]")
    page.click("#view-menu >> text=Delete the view")
    page.wait_for_url(lambda url: "undo_view" in url)
    assert seller.get("/leads/views").json()["items"] == []
    page.click(".undo button")
    expect(page.locator(".view-tabs [aria-current]")).to_have_text(mark)


def test_tabs_are_put_in_order_by_keyboard_alone(opened: Open, seller: Client, mark: str) -> None:
    names = [f"{mark} {letter}" for letter in "AB"]
    views = [seller.made("/tasks/views", {"name": name}) for name in names]
    page = opened(f"/tasks?view={views[1]['id']}", email=seller.user["email"])
    page.locator("[popovertarget=view-menu]").focus()
    page.keyboard.press("Enter")
    page.locator("#view-menu >> text=Move to the left").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".view-tabs a").nth(1)).to_have_text(names[1])
    page.goto("/tasks")
    assert page.locator(".view-tabs a").all_inner_texts() == ["All", *reversed(names)]


@pytest.mark.by_mouse
def test_columns_are_made_wider_by_drag(opened: Open, seller: Client, mark: str) -> None:
    seller.made("/leads", {"title": mark})
    page = opened("/leads", email=seller.user["email"])
    edge = page.locator("th[data-name=title] .resize")
    before = int(edge.get_attribute("aria-valuenow") or 0)
    box = edge.bounding_box()
    assert box
    page.mouse.move(box["x"] + 5, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 85, box["y"] + 8, steps=4)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.mouse.up()
    dragged = int(edge.get_attribute("aria-valuenow") or 0)
    assert dragged >= before + 80
    page.reload()
    assert int(edge.get_attribute("aria-valuenow") or 0) == dragged


def test_columns_are_made_narrower_by_keyboard_and_kept(
    opened: Open, seller: Client, mark: str
) -> None:
    seller.made("/leads", {"title": mark})
    page = opened("/leads", email=seller.user["email"])
    edge = page.locator("th[data-name=title] .resize")
    before = int(edge.get_attribute("aria-valuenow") or 0)
    edge.focus()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("ArrowLeft")
    page.reload()
    assert int(edge.get_attribute("aria-valuenow") or 0) == before - 16
    head = page.locator("th[data-name=title]").bounding_box()
    assert head
    assert abs(head["width"] - (before - 16)) <= 1
    kept = seller.get("/me").json()["preferences"]["pages"]["lists"]["lead"]["columns"]
    assert kept[0] == {"field": "title", "width": before - 16}


def test_columns_of_a_shared_view_are_changed_for_oneself_alone(
    opened: Open, people: People, seller: Client, mark: str
) -> None:
    people.ana.made("/deals", {"title": mark})
    view = people.ana.made("/deals/views", {
        "name": mark, "scope": "roles", "role_codes": ["manager"],
        "columns": [{"field": "title"}, {"field": "amount"}, {"field": "stage"}]})  # fmt: skip
    seller.made("/deals", {"title": mark})
    page = opened(f"/deals?view={view['id']}", email=seller.user["email"])
    page.click("text=Columns")
    page.locator("#sheet li[data-name=amount] input").uncheck()
    page.click("text=Show these")
    expect(page.locator(".changed-mark")).to_be_visible()
    expect(page.locator("th[data-name=amount]")).to_have_count(0)
    expect(page.locator("[data-save-view]")).to_have_count(0)
    assert len(people.ana.get(f"/deals/views/{view['id']}").json()["columns"]) == 3
    page.click("[data-reset-view]")
    expect(page.locator("th[data-name=amount]")).to_be_visible()


def test_view_that_is_not_there_shows_the_list_without_one(opened: Open, people: People) -> None:
    page = opened("/leads?view=all", email=people.ana.user["email"])
    absent = page.request.get(f"/leads?view={uuid4()}")
    assert absent.status == 200
    forged = page.request.get('/leads?view=all&filter={"nothing":1}')
    assert forged.status == 400


def test_rows_at_a_time_and_the_board_are_kept_in_a_view(
    opened: Open, seller: Client, mark: str
) -> None:
    for at in range(26):
        seller.made("/leads", {"title": f"{mark} {at:02}", "source": mark})
    page = opened(narrowed(mark), email=seller.user["email"])
    saved(page, mark)
    page.click("text=Columns")
    page.select_option("#page-size", "25")
    page.click("text=Show these")
    expect(page.locator(".changed-mark")).to_be_visible()
    first = page.request.get(page.url).text()
    assert first.count("<tr data-id=") == 25
    page.click("[data-save-view]")
    expect(page.locator(".changed-mark")).to_have_count(0)
    [view] = seller.get("/leads/views").json()["items"]
    assert (view["page_size"], view["layout"]) == (25, "list")
    page.click(".switch >> text=Board")
    page.locator("#board").wait_for()
    expect(page.locator(".view-tabs [aria-current]")).to_have_text(mark)
    expect(page.locator(".changed-mark")).to_be_visible()
    page.click("[data-save-view]")
    expect(page.locator(".changed-mark")).to_have_count(0)
    expect(page.locator("#board")).to_be_visible()
    page.goto("/leads?view=all")
    page.click(f".view-tabs >> text={mark}")
    page.wait_for_url(f"**/leads/board?view={view['id']}")
    page.click("[popovertarget=view-menu]")
    with page.expect_navigation():
        page.click("#view-menu >> text=Begin with this")
    page.goto("/leads")
    page.wait_for_url(f"**/leads/board?view={view['id']}")
    page.click(".switch >> text=List")
    expect(page.locator(".changed-mark")).to_be_visible()
    page.click("[data-reset-view]")
    page.wait_for_url(f"**/leads/board?view={view['id']}")
