"""Coming in, finding one's way, and going."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages.conftest import sign_in
from tests.system.people import People
from tests.system.platform import Platform

pytestmark = pytest.mark.real_threads
Open = Callable[..., Page]


@pytest.mark.by_keys
def test_signing_in_leads_to_where_one_wanted_to_go(
    browser: Browser, platform: Platform, people: People
) -> None:
    page = browser.new_page(base_url=platform.url, locale="en-US")
    page.goto("/deals?sort=title")
    expect(page).to_have_url(f"{platform.url}/sign-in?next=%2Fdeals%3Fsort%3Dtitle")
    page.fill("#email", people.ana.user["email"])
    page.fill("#password", "not the password")
    page.click("button.btn-primary")
    expect(page.locator("[role=alert]")).to_be_visible()
    sign_in(page, people.ana.user["email"])
    expect(page).to_have_url(f"{platform.url}/deals?sort=title")
    [cookie] = page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    page.click("[popovertarget=menu-user]")
    page.click("text=Sign out")
    page.goto("/leads")
    expect(page).to_have_url(f"{platform.url}/sign-in?next=%2Fleads")
    page.context.close()


def test_menu_shows_what_ones_roles_allow(opened: Open, people: People) -> None:
    page = opened("/leads", email=people.ana.user["email"])
    menu = page.locator(".sidebar")
    expect(menu.get_by_text("Leads")).to_be_visible()
    expect(menu.get_by_text("Roles")).to_have_count(0)
    answer = page.request.get("/roles")
    assert answer.status == 403


def test_palette_finds_records_and_runs_commands(opened: Open, people: People) -> None:
    name = f"Padaria {uuid4().hex[:8]}"
    lead = people.chief.made("/leads", {"title": name})
    page = opened("/deals")
    page.keyboard.press("Control+k")
    page.keyboard.type(name)
    page.locator("#palette [role=option]", has_text=name).wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/leads/{lead['id']}")
    page.keyboard.press("Control+k")
    page.keyboard.type("new lead")
    expect(page.locator("#palette [role=option]").first).to_contain_text("New lead")
    page.keyboard.press("Enter")
    expect(page.locator("#sheet")).to_be_visible()
    expect(page.locator("#sheet h2")).to_have_text("New lead")


def test_shortcuts_are_told_and_work(opened: Open) -> None:
    page = opened("/leads")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url("**/deals")


def test_dark_is_kept(opened: Open) -> None:
    page = opened("/leads")
    page.click("[popovertarget=menu-user]")
    page.click("[data-theme-choice=dark]")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_portuguese_is_spoken_to_whom_it_is_set_for(
    opened: Open, platform: Platform, people: People
) -> None:
    email = f"joana.{uuid4().hex[:6]}@example.com"
    people.administrator.made("/users", {
        "email": email, "name": "Joana", "password": "a long pass phrase", "locale": "pt-BR",
        "role_codes": ["manager"],
    })  # fmt: skip
    page = opened("/leads", email=email)
    expect(page.locator("html")).to_have_attribute("lang", "pt-BR")
    expect(page.get_by_text("Nada aqui ainda")).to_be_visible()
    expect(page.get_by_role("button", name="Criar")).to_be_visible()


def test_notifications_come_to_the_bell(opened: Open, people: People) -> None:
    title = f"Call back {uuid4().hex[:6]}"
    people.chief.made("/tasks", {"title": title, "owner_id": people.ana.user["id"]})
    page = opened("/leads", email=people.ana.user["email"])
    page.click("[popovertarget=menu-bell]")
    expect(page.locator("#menu-bell")).to_contain_text(title)
    page.click("text=All read")
    expect(page.locator("#menu-bell .told-new")).to_have_count(0)
