"""The list of an entity."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Error, Page, expect

from tests.system.people import People

pytestmark = pytest.mark.real_threads
Open = Callable[..., Page]


@pytest.fixture
def mark() -> str:
    """A word that the records of one test have and no others."""
    return f"m{uuid4().hex[:8]}"


def make_leads(people: People, mark: str, count: int) -> list[str]:
    return [
        people.chief.made("/leads", {"title": f"{mark} {at:03}", "company_name": f"C{at:03}"})["id"]
        for at in range(count)
    ]


def titles(page: Page) -> list[str]:
    return page.locator("#rows .title").all_inner_texts()


def test_list_is_searched_and_sorted(opened: Open, people: People, mark: str) -> None:
    make_leads(people, mark, 3)
    page = opened("/leads")
    page.fill("#list-q", mark)
    page.keyboard.press("Enter")
    page.click("th >> text=Title")
    assert titles(page) == [f"{mark} 000", f"{mark} 001", f"{mark} 002"]
    page.click("th >> text=Title")
    assert titles(page)[0] == f"{mark} 002"
    expect(page.locator("#total")).to_have_text("3")


def test_list_goes_on_by_itself(opened: Open, people: People, mark: str) -> None:
    make_leads(people, mark, 60)
    page = opened(f"/leads?q={mark}&sort=title")
    assert len(titles(page)) >= 50
    page.locator("#rows tr").last.scroll_into_view_if_needed()
    expect(page.locator("#rows tr[data-id]")).to_have_count(60)
    assert titles(page) == [f"{mark} {at:03}" for at in range(60)]


@pytest.mark.by_keys
def test_filter_is_built_read_and_taken_off(opened: Open, people: People, mark: str) -> None:
    make_leads(people, mark, 3)
    page = opened(f"/leads?q={mark}")
    page.click("[data-filter]")
    row = page.locator(".filter-row").first
    row.locator("select").first.select_option("company_name")
    row.locator("select").nth(1).select_option("eq")
    row.locator("input").fill("C001")
    page.click("#sheet .btn-primary")
    expect(page.locator(".chips")).to_contain_text("Company is C001")
    assert titles(page) == [f"{mark} 001"]
    page.locator(".chip", has_text="Company").get_by_role("link").click()
    assert len(titles(page)) == 3


def test_columns_are_chosen_ordered_and_kept(opened: Open, people: People, mark: str) -> None:
    make_leads(people, mark, 1)
    page = opened(f"/leads?q={mark}")
    page.click("text=Columns")
    page.locator("#sheet li", has_text="Status").first.locator("input").uncheck()
    page.locator("#sheet li", has_text="E-mails").get_by_label("earlier").click()
    page.click("text=Show these")
    expect(page.locator("#sheet")).to_be_hidden()
    heads = [text for text in page.locator("th").all_inner_texts() if text.strip()]
    page.goto("/leads")
    assert "Status" not in heads
    assert heads.index("E-mails") < heads.index("Company")


def test_value_is_edited_where_it_stands(opened: Open, people: People, mark: str) -> None:
    [identifier] = make_leads(people, mark, 1)
    page = opened(f"/leads?q={mark}")
    page.locator("#rows td", has_text="C000").dblclick()
    page.locator("td.editing input.form-control").fill("Padaria")
    page.keyboard.press("Enter")
    expect(page.locator("#rows td", has_text="Padaria")).to_be_visible()
    assert people.chief.get(f"/leads/{identifier}").json()["company_name"] == "Padaria"


def choose(page: Page, place: str, name: str) -> None:
    """Pick a record by its name; typed once more when nothing is offered in a while."""
    option = page.locator(f"{place} [role=option]", has_text=name).first
    for patience in (4_000, 8_000):
        page.locator(f"{place} [role=combobox]").fill("")
        page.locator(f"{place} [role=combobox]").fill(name)
        try:
            option.wait_for(timeout=patience)
            break
        except Error:
            continue
    option.click()


def test_many_are_changed_at_once_and_refusals_are_told(
    opened: Open, people: People, mark: str
) -> None:
    ids = make_leads(people, mark, 4)
    page = opened(f"/leads?q={mark}")
    page.check("[data-select-all]")
    expect(page.locator("#bulk-count")).to_have_text("4")
    page.click("[data-bulk-field=owner_id]")
    choose(page, "#bulk-inputs", "Bruno")
    page.click("#sheet .btn-primary")
    expect(page.locator("#undo")).to_contain_text("Changed: 4")
    owners = {people.chief.get(f"/leads/{one}").json()["owner_id"] for one in ids}
    assert owners == {people.bruno.user["id"]}
    page.check("[data-select-all]")
    page.click("[data-bulk-field=status]")
    page.locator("#bulk-inputs select").select_option("converted")
    page.click("#sheet .btn-primary")
    expect(page.locator("#toasts")).to_contain_text("refused: 4")


def test_deleting_can_be_undone(opened: Open, people: People, mark: str) -> None:
    [identifier] = make_leads(people, mark, 1)
    page = opened(f"/leads?q={mark}")
    page.click("#rows [data-row-menu]")
    page.click("#row-menu >> text=Delete")
    page.locator("#undo [data-undo]").wait_for()
    assert people.chief.get(f"/leads/{identifier}").status_code == 404
    page.click("#undo [data-undo]")
    expect(page.locator("#rows tr[data-id]")).to_have_count(1)
    assert people.chief.get(f"/leads/{identifier}").status_code == 200


def test_list_is_walked_by_keyboard_alone(opened: Open, people: People, mark: str) -> None:
    ids = make_leads(people, mark, 2)
    page = opened(f"/leads?q={mark}&sort=title")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#bulk-count")).to_have_text("1")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/leads/{ids[1]}")
