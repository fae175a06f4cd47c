"""A seller's whole day, from the first look in the morning to signing out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.pages.conftest import sign_in
from tests.pages.test_boards import column
from tests.system.client import Client
from tests.system.people import People, make_person
from tests.system.platform import Platform

pytestmark = pytest.mark.real_threads


def posted(answer: Response) -> bool:
    """Whether it answers a form."""
    return answer.request.method == "POST"


@pytest.fixture
def seller(platform: Platform, people: People) -> Client:
    """Somebody with a call to make, a task that is late, and a colleague's question."""
    north = [people.departments["North"]["id"]]
    seller = make_person(platform, people.administrator, "Elisa", "manager", north)
    late = (datetime.now(UTC) - timedelta(hours=30)).isoformat()
    lead = seller.made("/leads", {"title": "Padaria Central", "company_name": "Padaria Central"})
    about = [{"type": "lead", "id": lead["id"]}]
    seller.made("/activities", {"kind": "call", "subject": "Ring the baker", "starts_at": late,
                                "links": about})  # fmt: skip
    seller.made("/tasks", {"title": "Send the price list", "deadline": late, "links": about})
    return seller


def test_whole_day_of_a_seller(
    browser: Browser, platform: Platform, people: People, seller: Client
) -> None:
    context = browser.new_context(base_url=platform.url, locale="en-US")
    context.set_default_timeout(8000)
    page = context.new_page()
    page.goto("/")
    sign_in(page, seller.user["email"])
    _morning(page, people, seller)
    lead = _lead_that_rang(page)
    _won(page, _converted(page, seller, lead))
    _tidied_up(page, seller)
    page.click("[popovertarget=menu-user]")
    page.click("text=Sign out")
    page.goto("/leads")
    page.wait_for_url("**/sign-in**")
    context.close()


def _morning(page: Page, people: People, seller: Client) -> None:
    """My day says what is due; one call and one task are done from there, the rest is planned."""
    expect(page.locator("h1")).to_contain_text("Elisa")
    planned, tasks = (page.locator(f"[hx-get='/home/{name}']") for name in ("planned", "tasks"))
    call = planned.get_by_role("button", name="Mark as done: Ring the baker")
    call.click()
    expect(call).to_have_count(0)
    tasks.get_by_role("button", name="Mark as done: Send the price list").click()
    expect(tasks.get_by_role("button", name="Undo")).to_be_visible()
    people.head.made("/tasks", {"title": "Ask for the figures", "owner_id": seller.user["id"]})
    page.reload()
    page.click("[popovertarget=menu-bell]")
    expect(page.locator("#menu-bell")).to_contain_text("Ask for the figures")
    page.click("text=All read")
    page.keyboard.press("Escape")


def _lead_that_rang(page: Page) -> str:
    """Somebody rings: the lead is entered, talked with, and moved on; its title."""
    title = f"Oven {uuid4().hex[:8]}"
    page.keyboard.press("Control+k")
    page.keyboard.type("new lead")
    expect(page.locator("#palette [role=option]").first).to_contain_text("New lead")
    page.keyboard.press("Enter")
    page.fill("#form-title", title)
    page.fill("#form-last_name", "Reis")
    page.fill("#form-company_name", f"Forno {title}")
    page.locator("[name='emails.value']").first.fill(f"{uuid4().hex[:8]}@example.com")
    page.click("#sheet >> text=Save >> nth=0")
    expect(page.locator("h1")).to_have_text(title)
    page.fill("#composer textarea", "Wants two ovens by spring.")
    page.click("#composer button.btn-primary")
    expect(page.locator(".timeline")).to_contain_text("Wants two ovens by spring.")
    page.click(".path >> text=Qualified")
    expect(page.locator(".path .here")).to_have_text("Qualified")
    return title


def _converted(page: Page, seller: Client, title: str) -> str:
    """The lead is found in its list and becomes a contact, a company and a deal; the deal's id."""
    page.goto("/leads")
    page.fill("#list-q", title)
    page.press("#list-q", "Enter")
    expect(page.locator("#rows tr[data-id]")).to_have_count(1)
    page.click("#rows [data-row-menu]")
    page.click("#row-menu >> text=Convert")
    page.locator(".convert-form .btn-primary").click()
    page.locator("#sheet [data-converted=done]").wait_for()
    [lead] = seller.get("/leads", q=title).json()["items"]
    made: dict[str, str] = seller.get(f"/leads/{lead['id']}").json()["converted_to"]
    assert set(made) == {"conversion", "contact", "company", "deal"}
    page.goto(f"/contacts/{made['contact']}")
    expect(page.locator(".timeline")).to_contain_text("Wants two ovens by spring.")
    return made["deal"]


def _won(page: Page, deal: str) -> None:
    """The deal gets its amount, goes over the board by keyboard, and is won on its page."""
    page.goto(f"/deals/{deal}/edit")
    page.fill("[name='amount.amount']", "12500")
    page.click(".sheet-foot .btn-primary")
    page.wait_for_url(f"**/deals/{deal}")
    title = page.locator("h1").inner_text()
    page.goto(f"/deals/board?q={title.replace(' ', '%20')}")
    page.locator("[data-move-menu]").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    with page.expect_response(posted):
        page.keyboard.press("Enter")
    expect(page.locator(f"{column(page, 'proposal')} .card-item")).to_have_count(1)
    page.goto(f"/deals/{deal}")
    page.click(".path >> text=Won")
    expect(page.locator(".path .here")).to_have_text("Won")


def _tidied_up(page: Page, seller: Client) -> None:
    """A lead is moved on by mistake, which is taken back, and another call is planned."""
    [lead] = seller.get("/leads", q="Padaria Central").json()["items"]
    page.goto(f"/leads/{lead['id']}")
    began = page.locator(".path .here").inner_text()
    page.click(".path >> text=Qualified")
    expect(page.locator(".path .here")).to_have_text("Qualified")
    page.locator("#undo [data-undo]").wait_for()
    page.keyboard.press("Control+z")
    expect(page.locator(".path .here")).to_have_text(began)
    page.click("#composer label:has-text('Call')")
    page.fill("#composer [name=subject]", "Ring once more")
    page.fill("#composer [name=at]", "2030-05-04T10:30")
    page.check("#composer [name=planned]")
    page.click("#composer button.btn-primary")
    expect(page.locator(".event", has_text="Ring once more")).to_contain_text("4 May 2030")
    page.goto("/calendar?day=2030-05-04")
    expect(page.locator("main")).to_contain_text("Ring once more")
