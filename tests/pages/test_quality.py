"""Pages that everybody can use, that are light, and that fit on every screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page

from gateway.pages import portuguese
from tests.system.people import PASSWORD, People
from tests.system.platform import Platform

pytestmark = pytest.mark.real_threads
Open = Callable[..., Page]
ROOT = Path(__file__).parents[2]
AXE = ROOT / "gateway" / "pages" / "static" / "tests" / "axe.js"
RUN = """async (rules) => (await axe.run(rules ? {runOnly: rules} : {})).violations.map(
  (broken) => [broken.id, broken.nodes.map((node) => node.html).slice(0, 3)])"""
THEMES = ("light", "dark")
FIRST_PAGE, LATER_PAGE = 150_000, 25_000
# To be looked at, and kept by whoever runs these tests for others.
PICTURES = ROOT / "build" / "screenshots"


@pytest.fixture(scope="module")
def places(people: People) -> list[str]:
    """The address of a page of each kind."""
    lead = people.chief.made("/leads", {"title": "Seen by all", "tags": ["vip"], "amount": {
        "amount": "10", "currency": "EUR"}, "emails": [{"value": "a@example.com"}]})  # fmt: skip
    people.chief.made("/activities", {"kind": "call", "subject": "Hello", "links": [
        {"type": "lead", "id": lead["id"]}]})  # fmt: skip
    people.chief.made("/deals", {"title": "Seen by all"})
    return ["/", "/leads", "/leads?q=nothing-like-this", "/deals/board", f"/leads/{lead['id']}",
            f"/leads/{lead['id']}/edit", "/tasks/new", "/users"]  # fmt: skip


def examine(page: Page, theme: str | None = None) -> list[object]:
    """What excludes somebody from the page; of a dark one, where only colours are other, those.

    Whoever has not chosen a `theme` sees that of their system, also when it changes.
    """
    if theme is not None:
        # Colours on their way from one theme to the other are those of neither.
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.wait_for_load_state("networkidle")
    page.evaluate(AXE.read_text())
    found: list[object] = page.evaluate(RUN, ["color-contrast"] if theme == "dark" else None)
    return found


def sticks_out(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    found: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found


def keep(page: Page, place: str, theme: str, width: int) -> None:
    """Keep a picture of the page, named by what kind of page it is and how it was looked at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    kind = re.sub(r"\W+", "-", re.sub(r"[0-9a-f-]{36}", "one", place)).strip("-")
    page.screenshot(path=PICTURES / f"{kind or 'home'}-{theme}-{width}.png")


def test_pages_exclude_nobody(opened: Open, places: list[str]) -> None:
    page, found = opened("/leads"), {}
    for path in places:
        page.goto(path)
        for theme in THEMES:
            if wrong := examine(page, theme):
                found[path, theme] = wrong
            keep(page, path, theme, 1440)
    assert found == {}


def test_forms_in_the_sheet_and_menus_exclude_nobody(opened: Open) -> None:
    page = opened("/leads")
    for opener in ("[data-filter]", "text=Columns", ".page-head [href='/leads/new']"):
        page.click(opener)
        page.locator("#sheet .sheet-head").wait_for()
        assert [examine(page, theme) for theme in THEMES] == [[], []]
        page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.locator("#palette [role=option]").first.wait_for()
    assert [examine(page, theme) for theme in THEMES] == [[], []]


def test_nothing_sticks_out(opened: Open, places: list[str]) -> None:
    page = opened("/leads")
    for path in places:
        page.set_viewport_size({"width": 390, "height": 900})
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert sticks_out(page) <= 0, path
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            keep(page, path, theme, 390)
        page.set_viewport_size({"width": 1440, "height": 900})
        assert sticks_out(page) <= 0, path


def test_first_page_is_light_and_later_ones_lighter(platform: Platform, people: People) -> None:
    for at in range(60):
        people.chief.made("/leads", {"title": f"Weight {at}", "company_name": f"Company {at}",
                                     "emails": [{"value": f"w{at}@example.com"}]})  # fmt: skip
    client = httpx.Client(base_url=platform.url, follow_redirects=True)
    form = {"email": people.chief.user["email"], "password": PASSWORD}
    assert client.post("/sign-in", data=form).status_code == 200
    pages = {path: weight(client, path) for path in ("/leads", "/deals", "/leads/board")}
    html = client.get("/leads").text
    parts = {part.partition('"')[0].partition("#")[0] for part in html.split('="/static/')[1:]}
    first = pages["/leads"] + sum(weight(client, f"/static/{part}") for part in parts)
    assert first <= FIRST_PAGE
    assert max(pages.values()) <= LATER_PAGE


def weight(client: httpx.Client, path: str) -> int:
    with client.stream("GET", path) as answer:
        assert answer.status_code == 200
        return sum(len(part) for part in answer.iter_raw())


def test_parts_of_pages_are_kept_by_browsers(platform: Platform) -> None:
    html = httpx.get(f"{platform.url}/sign-in").text
    part = html.partition('"/static/')[2].partition('"')[0]
    answer = httpx.get(f"{platform.url}/static/{part}")
    assert "immutable" in answer.headers["cache-control"]
    assert httpx.get(f"{platform.url}/static/..%2fassets.json").status_code == 404


def test_every_text_is_there_in_portuguese() -> None:
    said = set()
    for template in (ROOT / "gateway" / "pages" / "templates").glob("*.html"):
        said |= {m[2] for m in re.finditer(r"""\b_\((["'])((?:(?!\1).)+)\1[,)]""",
                                           template.read_text())}  # fmt: skip
    assert len(said) > 100
    assert sorted(said - set(portuguese.TEXTS)) == []
