"""Many records at a time, values edited in place, totals: also by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.pages.test_quality import examine
from tests.system.people import People

pytestmark = pytest.mark.real_threads
Open = Callable[..., Page]


@pytest.fixture
def mark() -> str:
    """A word that the records of one test have and no others."""
    return f"b{uuid4().hex[:8]}"


def make_leads(people: People, mark: str, count: int, **values: object) -> list[str]:
    return [
        people.chief.made("/leads", {"title": f"{mark} {at:03}", **values})["id"]
        for at in range(count)
    ]


def test_what_was_refused_is_told_by_name_and_reason(
    opened: Open, people: People, mark: str
) -> None:
    ids = make_leads(people, mark, 2)
    closed = people.chief.made("/leads", {"title": f"{mark} closed"})
    people.chief.post(f"/leads/{closed['id']}/convert", {
        "contact": {"skip": True}, "deal": {"skip": True}, "company": {"create": {"name": mark}},
    })  # fmt: skip
    page = opened(f"/leads?q={mark}&sort=title")
    page.check("[data-select-all]")
    page.click("[data-bulk-field=status]")
    page.locator("#bulk-inputs select").first.select_option("in_progress")
    page.click("#sheet .btn-primary")
    page.locator(".outcomes").wait_for()
    expect(page.locator("#sheet")).to_contain_text("Changed: 2, refused: 1.")
    expect(page.locator(".outcomes li")).to_have_count(1)
    expect(page.locator(".outcomes a")).to_have_text(f"{mark} closed")
    assert examine(page) == []
    assert {people.chief.get(f"/leads/{one}").json()["status"] for one in ids} == {"in_progress"}


def test_many_are_deleted_and_brought_back_by_keyboard_alone(
    opened: Open, people: People, mark: str
) -> None:
    ids = make_leads(people, mark, 3)
    page = opened(f"/leads?q={mark}&sort=title")
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator("#bulk-count")).to_have_text("2")
    page.locator("[data-bulk-delete]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#undo")).to_contain_text("Changed: 2.")
    expect(page.locator("#rows tr[data-id]")).to_have_count(1)
    assert [people.chief.get(f"/leads/{one}").status_code for one in ids] == [404, 404, 200]
    page.locator("#undo [data-undo]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Undone.")
    assert people.chief.get(f"/leads/{ids[0]}").status_code == 200


def test_values_are_edited_one_after_another_by_keyboard_alone(
    opened: Open, people: People, mark: str
) -> None:
    [identifier] = make_leads(people, mark, 1, company_name="Before")
    page = opened(f"/leads?q={mark}", email=people.chief.user["email"])
    page.keyboard.press("j")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("td", has_text="Before")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("td.editing input.form-control").wait_for()
    page.keyboard.type("After")
    page.keyboard.press("Tab")
    expect(page.locator("td", has_text="After").first).to_be_visible()
    page.locator("td.editing").wait_for()
    page.keyboard.press("Escape")
    expect(page.locator("td.editing")).to_have_count(0)
    assert page.evaluate("document.activeElement.tagName") == "TD"
    assert people.chief.get(f"/leads/{identifier}").json()["company_name"] == "After"


def test_edit_in_place_overwrites_nobodys_change_in_silence(
    opened: Open, people: People, mark: str
) -> None:
    [identifier] = make_leads(people, mark, 1, company_name="Before")
    page = opened(f"/leads?q={mark}")
    page.locator("td", has_text="Before").dblclick()
    field = page.locator("td.editing input.form-control")
    field.fill("Mine")
    people.chief.patch(f"/leads/{identifier}", {"company_name": "Theirs"}, version=1)
    page.keyboard.press("Enter")
    expect(page.locator("td.editing .alert")).to_contain_text("Theirs")
    page.locator("td.editing .btn-primary").click()
    expect(page.locator("#rows td", has_text="Mine").first).to_be_visible()
    assert people.chief.get(f"/leads/{identifier}").json()["company_name"] == "Mine"


def test_list_comes_to_its_totals(opened: Open, people: People, mark: str) -> None:
    make_leads(people, mark, 2, amount={"amount": "1000.50", "currency": "BRL"})
    make_leads(people, mark, 1, amount={"amount": "7", "currency": "EUR"})
    page = opened(f"/leads?q={mark}")
    foot = page.locator(".list-foot")
    expect(foot).to_contain_text("3 records")
    expect(foot).to_contain_text("R$2,001.00")
    expect(foot).to_contain_text("€7.00")


def test_whoever_comes_back_finds_the_list_as_far_down(
    opened: Open, people: People, mark: str
) -> None:
    make_leads(people, mark, 70)
    page = opened(f"/leads?q={mark}&sort=title")
    page.locator("#rows tr").last.scroll_into_view_if_needed()
    expect(page.locator("#rows tr[data-id]")).to_have_count(70)
    page.locator("#rows .title a", has_text=f"{mark} 065").click()
    page.locator(".record-head").wait_for()
    page.go_back()
    expect(page.locator("#rows tr[data-id]")).to_have_count(70)
    expect(page.locator("#rows .title a", has_text=f"{mark} 065")).to_be_in_viewport()
