"""Every destructive act offers to be taken back, and is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
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
    return f"m{uuid4().hex[:8]}"


def make_leads(people: People, mark: str, count: int, **values: Any) -> list[str]:
    return [people.chief.made("/leads", {"title": f"{mark} {at}", **values})["id"]
            for at in range(count)]  # fmt: skip


def undo(page: Page) -> None:
    """Take the last act back by the keyboard, and wait until that is said."""
    page.locator("#undo [data-undo]").wait_for()
    page.keyboard.press("Control+z")
    expect(page.locator("#toasts")).to_contain_text("Undone.")


def test_deleting_from_the_record_is_undone(opened: Open, people: People, mark: str) -> None:
    [one] = make_leads(people, mark, 1)
    page = opened(f"/leads/{one}")
    page.get_by_role("button", name="Delete").click()
    page.wait_for_url("**/leads")
    message = page.locator("#undo")
    expect(message).to_contain_text("Moved to the recycle bin.")
    assert people.chief.get(f"/leads/{one}").status_code == 404
    assert examine(page) == []
    message.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/leads/{one}")
    assert people.chief.get(f"/leads/{one}").status_code == 200


def test_deleting_many_is_undone(opened: Open, people: People, mark: str) -> None:
    ids = make_leads(people, mark, 3)
    page = opened(f"/leads?q={mark}")
    page.check("[data-select-all]")
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("[data-bulk-delete]")
    page.locator("#undo [data-undo]").wait_for()
    assert {people.chief.get(f"/leads/{one}").status_code for one in ids} == {404}
    undo(page)
    expect(page.locator("#rows tr[data-id]")).to_have_count(3)


def test_changing_many_is_undone_but_for_what_changed_since(
    opened: Open, people: People, mark: str
) -> None:
    first, second = make_leads(people, mark, 2, source="fair")
    page = opened(f"/leads?q={mark}")
    page.check("[data-select-all]")
    page.click("#bulk-bar [hx-get='/leads/bulk']")
    page.locator("#bulk-field").select_option("source")
    page.locator("#bulk-source").fill("web")
    page.click("#sheet .btn-primary")
    page.locator("#undo [data-undo]").wait_for()
    assert people.chief.get(f"/leads/{first}").json()["source"] == "web"
    people.chief.changed(f"/leads/{second}", {"source": "press"})
    page.keyboard.press("Control+z")
    expect(page.locator("#toasts")).to_contain_text("Not everything could be undone")
    sources = [people.chief.get(f"/leads/{one}").json()["source"] for one in (first, second)]
    assert sources == ["fair", "press"]


def test_move_to_failure_is_undone_with_its_reason(opened: Open, people: People, mark: str) -> None:
    deal = people.chief.made("/deals", {"title": mark})
    page = opened(f"/deals/board?q={mark}")
    page.click("[data-move-menu]")
    page.click("#move-menu [data-move=lost]")
    page.fill("#move-reason", "Too dear")
    page.click("#sheet .btn-primary")
    expect(page.locator("#undo")).to_contain_text("Lost")
    assert people.chief.get(f"/deals/{deal['id']}").json()["reason"] == "Too dear"
    undo(page)
    now = people.chief.get(f"/deals/{deal['id']}").json()
    assert (now["stage"], now["reason"]) == ("new", None)


def test_no_undo_is_promised_to_whom_roles_refuse_it(
    opened: Open, people: People, mark: str
) -> None:
    deal = people.ana.made("/deals", {"title": mark})
    page = opened(f"/deals/{deal['id']}", email=people.ana.user["email"])
    page.click(".path >> text=Won")
    expect(page.locator(".path .here")).to_have_text("Won")
    expect(page.locator("#undo")).to_be_hidden()


def test_finished_task_is_opened_again(opened: Open, people: People, mark: str) -> None:
    task = people.chief.made("/tasks", {"title": mark})
    page = opened(f"/tasks/{task['id']}")
    page.hover("#value-done")
    page.click("#value-done .edit-pencil")
    page.check("#value-done [name=done]")
    page.keyboard.press("Enter")
    expect(page.locator("#undo")).to_contain_text("Marked as done.")
    undo(page)
    assert people.chief.get(f"/tasks/{task['id']}").json()["done"] is False


def test_history_names_what_it_tells_of_and_access_is_explained(
    opened: Open, people: People, mark: str
) -> None:
    company = people.chief.made("/companies", {"name": f"Forno {mark}"})
    deal = people.chief.made("/deals", {"title": mark})
    people.chief.changed(f"/deals/{deal['id']}", {
        "company_id": company["id"], "owner_id": people.ana.user["id"]})  # fmt: skip
    page = opened(f"/deals/{deal['id']}")
    page.locator("#history").scroll_into_view_if_needed()
    changes = page.locator(".changes li")
    expect(changes.filter(has_text="Company").locator("ins")).to_have_text(f"Forno {mark}")
    owner = changes.filter(has_text="Responsible").first
    expect(owner.locator("del")).to_contain_text("Helena")
    expect(owner.locator("ins")).to_contain_text("Ana")
    page.click(".access-panel summary")
    expect(page.locator("#access")).to_contain_text("Helena may read this deal")
    expect(page.locator("#access")).to_contain_text("North")
    expect(page.locator("#access").get_by_text("People who may see it")).to_have_count(0)
