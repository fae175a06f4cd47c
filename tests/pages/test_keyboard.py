"""Whatever is clicked is reached and done by keyboard alone, on a page of each kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.pages.test_administration import make_user
from tests.system.people import People

pytestmark = pytest.mark.real_threads
Open = Callable[..., Page]
# More steps than any of these pages has places to stop at.
STEPS: Final = 400
CLICKED: Final = """a[href], button, summary, select, textarea, input:not([type=hidden]),
    [role=button], [role=tab], [hx-get]:not([hx-trigger]):not([data-panel])"""
LISTEN: Final = """() => {
    window.reached = new Set();
    addEventListener("focusin", (event) => window.reached.add(event.target), true);
}"""
# Within a group that arrow keys walk, one stop is enough; an open menu or sheet stands apart.
MISSED: Final = """(clicked) => [...document.querySelectorAll(clicked)].filter((one) => {
    const shown = one.checkVisibility({ visibilityProperty: true }) && one.offsetWidth > 0;
    const group = one.closest("[role=radiogroup], [role=grid], fieldset");
    const radio = one.type === "radio" && group;
    const inner = one.querySelector("a, button, input, select, textarea, summary");
    return shown && !one.disabled && !window.reached.has(one) && !radio && !inner
        && !one.closest("[popover], dialog:not([open]), [inert]");
}).map((one) => one.outerHTML.slice(0, 160))"""


def walk(page: Page) -> list[str]:
    """What can be clicked on the page and Tab never came to."""
    page.wait_for_load_state("networkidle")
    page.evaluate(LISTEN)
    page.evaluate("document.activeElement.blur()")
    for step in range(STEPS):
        page.keyboard.press("Tab")
        if step % 20 == 19 and page.evaluate("document.activeElement === document.body"):
            break
    missed: list[str] = page.evaluate(MISSED, CLICKED)
    return missed


@pytest.fixture(scope="module")
def places(people: People) -> list[str]:
    """The address of a page of each kind, with few rows."""
    chief = people.chief
    lead = chief.made("/leads", {"title": "Reached by Tab", "company_name": "Acme"})
    chief.made("/deals", {"title": "Reached by Tab"})
    chief.made("/tasks", {"title": "Reached by Tab", "links": [{"type": "lead", "id": lead["id"]}]})
    gone = chief.made("/leads", {"title": "Reached by Tab, once"})
    assert chief.delete(f"/leads/{gone['id']}", version=gone["version"]).status_code == 204
    return ["/", "/leads?q=reached", "/deals/board?q=reached", f"/leads/{lead['id']}",
            f"/leads/{lead['id']}/edit", f"/leads/{lead['id']}/convert", "/my/tasks", "/calendar",
            "/bin", "/account", "/leads/new"]  # fmt: skip


def walked(opened: Open, places: Sequence[str], some: int | None, **who: str) -> None:
    """Nothing is missed on the first `some` of the pages, or on all of them."""
    page, missed = opened(places[0], **who), {}
    for path in places[:some]:
        answer = page.goto(path)
        assert answer is not None and answer.status == 200, path
        if found := walk(page):
            missed[path] = found
    assert missed == {}


def test_tab_comes_to_whatever_is_clicked(opened: Open, places: list[str], at_length: bool) -> None:
    walked(opened, places, None if at_length else 5)


def test_tab_comes_to_whatever_is_clicked_in_administration(
    opened: Open, people: People, at_length: bool
) -> None:
    root = people.administrator
    role = root.get("/roles", filter='{"code": "manager"}').json()["items"][0]["id"]
    email = make_user(people, "administrator", name="Kay Board")["email"]
    places = ("/administration", f"/administration/roles/{role}", "/administration/audit",
              "/administration/pipelines", "/administration/organisation", "/tokens",
              "/administration/departments", f"/users/{people.ana.user['id']}")  # fmt: skip
    walked(opened, places, None if at_length else 3, email=email)


def test_lead_is_made_by_keyboard_alone(opened: Open) -> None:
    page = opened("/leads")
    page.keyboard.press("Control+k")
    page.keyboard.type("new lead")
    page.locator("#palette [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    page.locator("input[name=title]:focus").wait_for()
    page.keyboard.type("Typed and never clicked")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Typed and never clicked").first).to_be_visible()


def test_pipelines_are_walked_through_and_one_is_chosen(opened: Open, people: People) -> None:
    ways = [
        people.administrator.made(
            "/pipelines", {"code": f"k{uuid4().hex[:8]}", "names": {"en": f"Way {number}"}}
        )
        for number in range(2)
    ]
    page = opened("/deals/board")
    before = page.url
    page.locator("#pipeline").focus()
    names = page.locator("#pipeline option").all_inner_texts()
    for _ in range(len(names) - 1):
        page.keyboard.press("ArrowDown")
    # The steps on the way open no board of their own.
    page.wait_for_timeout(200)
    assert page.url == before
    page.keyboard.press("Enter")
    page.wait_for_url("**pipeline=**")
    expect(page.locator("#pipeline option:checked")).to_have_text(names[-1])
    assert {way["names"]["en"] for way in ways} <= set(names)
