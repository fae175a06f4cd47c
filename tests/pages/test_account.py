"""One's own account: a forgotten password, another one, and a second factor."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from playwright.sync_api import Browser, Page, expect

from tests.identity.mail_server import MailServer
from tests.pages.conftest import sign_in
from tests.pages.test_administration_upkeep import database
from tests.pages.test_quality import examine
from tests.system.client import Client
from tests.system.people import PASSWORD, make_person
from tests.system.platform import Platform
from tests.system.test_working_leads import eventually

pytestmark = pytest.mark.real_threads
Visit = Callable[[str], Page]
OTHER = "another long pass phrase"


@pytest.fixture
def seller(platform: Platform) -> Client:
    """Somebody new, at an address that has not failed yet."""
    with database(platform, "identity") as cursor:
        cursor.execute("DELETE FROM failed_sign_ins")
    return make_person(platform, platform.administrator(), "Fabio", "manager", [])


@pytest.fixture
def visit(browser: Browser, platform: Platform) -> Iterator[Visit]:
    """Opens a page in a browser that nobody is signed in with."""
    context = browser.new_context(base_url=platform.url, locale="en-US")
    context.set_default_timeout(8000)
    page = context.new_page()

    def visit(path: str) -> Page:
        page.goto(path)
        return page

    yield visit
    context.close()


def code_of(secret: str, ahead: int = 0) -> str:
    """What an app shows for `secret` now, or that many half minutes later."""
    app = TOTP(base64.b32decode(secret), 6, SHA1(), 30, enforce_key_length=False)
    return app.generate(int(time.time()) + 30 * ahead).decode()


def test_forgotten_password_is_replaced_by_a_mailed_link(
    visit: Visit, mails: MailServer, seller: Client
) -> None:
    page = visit("/sign-in")
    assert examine(page) == []
    page.click("text=Forgotten your password?")
    page.fill("#email", "nobody@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).not_to_be_empty()
    said = page.get_by_role("status").first.inner_text()
    page = visit("/forgotten-password")
    page.fill("#email", seller.user["email"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_have_text(said)
    address = seller.user["email"]
    eventually(lambda: [each for each in mails.mails if each["To"] == address], 30)
    told = [each["To"] for each in mails.mails]
    assert (told.count(address), told.count("nobody@example.com")) == (1, 0)
    path = mails.link.removeprefix("http://rapport.example")
    page = visit(path)
    assert examine(page) == []
    page.fill("#password", "short")
    page.keyboard.press("Enter")
    expect(page.locator(".invalid-feedback")).to_be_visible()
    page.fill("#password", OTHER)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("The password is set")
    sign_in(page, seller.user["email"], OTHER)
    expect(page.locator("h1")).to_contain_text("Fabio")
    # The link works once.
    page = visit(path)
    page.fill("#password", "yet another pass phrase")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("expired or was used")


def test_second_factor_is_set_up_asked_for_and_ended(visit: Visit, seller: Client) -> None:
    page = visit("/sign-in?next=/account")
    sign_in(page, seller.user["email"])
    page.locator("form[action='/account/second-factor'] input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    secret = page.locator(".factor-key").inner_text()
    expect(page.locator(".factor-code")).to_have_js_property("complete", True)
    assert examine(page) == []
    page.fill("#confirm-otp", "000000")
    page.keyboard.press("Enter")
    expect(page.locator(".invalid-feedback")).to_be_visible()
    expect(page.locator(".factor-key")).to_have_text(secret)
    page.fill("#confirm-otp", code_of(secret))
    page.keyboard.press("Enter")
    page.locator(".code-list").wait_for()
    codes = page.locator(".code-list li").all_inner_texts()
    assert len(codes) == len(set(codes)) >= 8
    assert examine(page) == []
    page.click("[popovertarget=menu-user]")
    page.click("text=Sign out")
    page.fill("#email", seller.user["email"])
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    # What was typed stays: only the code is asked for.
    page.locator("#otp").wait_for()
    expect(page.locator("#password")).to_have_value(PASSWORD)
    page.fill("#otp", "000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    page.fill("#otp", codes[0])
    page.keyboard.press("Enter")
    page.locator("#menu-user").wait_for(state="attached")
    page = visit("/account")
    page.click("summary:has-text('Do without')")
    page.fill("#end-current_password", PASSWORD)
    page.fill("#end-otp", code_of(secret, 1))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Set it up")).to_be_visible()


def test_password_language_and_zone_are_changed_by_their_owner(
    visit: Visit, seller: Client
) -> None:
    page = visit("/sign-in?next=/account")
    sign_in(page, seller.user["email"])
    page.fill("#password-current_password", "not the password")
    page.fill("#password-new_password", OTHER)
    page.keyboard.press("Enter")
    expect(page.locator(".invalid-feedback")).to_be_visible()
    page.fill("#password-current_password", PASSWORD)
    page.fill("#password-new_password", OTHER)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("The password is changed")
    page.select_option("#profile-locale", "pt-BR")
    page.select_option("#profile-zone", "America/Manaus")
    page.locator("form[action='/account'] button").click()
    expect(page.locator("h1")).to_have_text("Sua conta")
    expect(page.locator("#profile-zone")).to_have_value("America/Manaus")
    assert seller.get("/me").status_code == 401


def test_new_amounts_are_in_the_currency_of_the_viewer(visit: Visit, seller: Client) -> None:
    page = visit("/sign-in?next=/account")
    sign_in(page, seller.user["email"])
    page.fill("#profile-currency", "ZZZ")
    page.keyboard.press("Enter")
    expect(page.locator(".invalid-feedback")).to_be_visible()
    page.fill("#profile-currency", "chf")
    page.keyboard.press("Enter")
    expect(page.locator("#profile-currency")).to_have_value("CHF")
    page.goto("/deals/new")
    expect(page.locator("[name='amount.currency']")).to_have_value("CHF")
    # In another browser, too, from signing in on.
    page = visit("/sign-in?next=/deals/new")
    sign_in(page, seller.user["email"])
    expect(page.locator("[name='amount.currency']")).to_have_value("CHF")
