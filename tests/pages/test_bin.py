"""The recycle bin: what was deleted, by whom, until when it is kept, and bringing it back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.pages.test_quality import examine
from tests.system.people import People

pytestmark = pytest.mark.real_threads
Open = Callable[..., Page]


def deleted(people: People, word: str, count: int) -> list[str]:
    ids = [people.chief.made("/leads", {"title": f"{word} {at}"})["id"] for at in range(count)]
    for identifier in ids:
        assert people.chief.delete(f"/leads/{identifier}", version=1).status_code == 204
    return ids


def test_what_was_deleted_is_found_and_restored(opened: Open, people: People) -> None:
    word = f"m{uuid4().hex[:8]}"
    ids = deleted(people, word, 3)
    page = opened("/leads")
    page.locator(".sidebar").get_by_role("link", name="Recycle bin").click()
    page.wait_for_load_state("networkidle")
    page.fill("#list-q", word)
    page.keyboard.press("Enter")
    rows = page.locator("#bin-leads .bin-row")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("Helena")
    expect(rows.first).to_contain_text("Kept until")
    assert examine(page) == []
    page.get_by_role("button", name=f"Restore {word} 1").focus()
    page.keyboard.press("Enter")
    expect(rows).to_have_count(2)
    expect(page.locator(".bin-said")).to_contain_text(f"{word} 1")
    assert [people.chief.get(f"/leads/{one}").status_code for one in ids] == [404, 200, 404]
    page.check("[data-bin-all]")
    page.get_by_role("button", name="Restore selected").click()
    expect(rows).to_have_count(0)
    assert [people.chief.get(f"/leads/{one}").status_code for one in ids] == [200, 200, 200]


def test_bin_without_anything_says_so(opened: Open, people: People) -> None:
    page = opened("/bin?q=nothing-like-this")
    expect(page.locator("#bin-empty")).to_be_visible()
    expect(page.locator(".bin-kind:visible")).to_have_count(0)


def test_bin_shows_what_one_may_see_alone(opened: Open, people: People) -> None:
    word = f"m{uuid4().hex[:8]}"
    deleted(people, word, 1)
    page = opened(f"/bin?q={word}", email=people.ana.user["email"])
    expect(page.locator("#bin-empty")).to_be_visible()
    expect(page.get_by_text(word)).to_have_count(0)


def test_absent_and_unreadable_look_the_same(opened: Open, people: People) -> None:
    [gone] = deleted(people, "Gone", 1)
    hidden = people.carla.made("/leads", {"title": "Carla's own"})["id"]
    page = opened(f"/leads/{gone}", email=people.ana.user["email"])
    expect(page.locator("h1")).to_have_text("This is not here")
    assert examine(page) == []
    seen = page.locator("main").inner_html()
    for path in (f"/leads/{hidden}", f"/leads/{uuid4()}", "/leads/nothing", f"/deals/{gone}"):
        page.goto(path)
        assert page.locator("main").inner_html() == seen
