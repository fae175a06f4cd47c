"""A service that is down or hangs: its part of a page says so, and the rest works at once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from chassis.testing.postgres import PostgresServer
from tests.pages.conftest import sign_in
from tests.system.client import Client
from tests.system.people import make_person
from tests.system.platform import Platform, running

pytestmark = pytest.mark.real_threads
Visit = Callable[[str], Page]
AWAY = "temporarily unavailable"
# What is read is waited for two seconds.
GIVEN_UP = 4_000


@pytest.fixture(scope="module")
def apart(
    postgres: PostgresServer, amqp_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """A process for each service, to be stopped by itself."""
    home: Path = tmp_path_factory.mktemp("absence")
    with running(
        "rabbitmq", amqp_uri=amqp_uri, admin_url=postgres.admin_url, home=home
    ) as platform:
        yield platform


@pytest.fixture(scope="module")
def client(apart: Platform) -> Client:
    """Somebody who reads and changes everything."""
    return make_person(apart, apart.administrator(), "Helena", "chief_executive", [])


@pytest.fixture
def visit(browser: Browser, apart: Platform, client: Client) -> Iterator[Visit]:
    """Opens a page as that person, and returns as soon as it is there."""
    context = browser.new_context(base_url=apart.url, locale="en-US")
    page = context.new_page()
    page.goto("/sign-in")
    sign_in(page, client.user["email"])

    def visit(path: str) -> Page:
        page.goto(path, wait_until="domcontentloaded")
        return page

    yield visit
    context.close()


def panel(page: Page, path: str) -> Locator:
    return page.locator(f"[data-panel][hx-get='{path}']")


def test_panel_of_a_service_that_is_down_says_so_and_comes_back(
    apart: Platform, client: Client, visit: Visit
) -> None:
    lead = client.made("/leads", {"title": "Oven", "company_name": "Padaria"})
    apart.kill("activities")
    try:
        page = visit(f"/leads/{lead['id']}")
        timeline = panel(page, f"/leads/{lead['id']}/timeline")
        expect(page.locator("h1")).to_have_text("Oven")
        expect(timeline.get_by_role("alert")).to_contain_text(AWAY, timeout=GIVEN_UP)
        # What other services keep is shown and changed as ever.
        page.locator("#history").scroll_into_view_if_needed()
        expect(page.locator("#history .changes").first).to_be_visible()
        page.hover("#value-company_name")
        page.click("#value-company_name .edit-pencil")
        page.fill("#inline-company_name", "Forno")
        page.keyboard.press("Enter")
        expect(page.locator("#value-company_name dd")).to_contain_text("Forno")
        page = visit("/")
        expect(panel(page, "/home/tasks").get_by_role("alert")).to_contain_text(AWAY)
        expect(panel(page, "/home/leads")).to_contain_text("Oven")
        page = visit("/tasks")
        expect(page.locator("main")).to_contain_text(AWAY)
        expect(page.locator(".sidebar")).to_be_visible()
        page = visit(f"/leads/{lead['id']}")
        expect(timeline.get_by_role("alert")).to_contain_text(AWAY, timeout=GIVEN_UP)
    finally:
        apart.start("activities")
        apart.wait_ready()
    timeline.get_by_role("button", name="Try again").focus()
    page.keyboard.press("Enter")
    expect(timeline.locator("#composer")).to_be_visible(timeout=GIVEN_UP)
    expect(timeline).to_be_focused()


def test_page_does_not_wait_for_a_service_that_hangs(
    apart: Platform, client: Client, visit: Visit
) -> None:
    lead = client.made("/leads", {"title": "Quick"})
    visit(f"/leads/{lead['id']}")
    process = apart.processes["activities"].pid
    os.killpg(process, signal.SIGSTOP)
    try:
        began = time.monotonic()
        page = visit(f"/leads/{lead['id']}")
        expect(page.locator("h1")).to_have_text("Quick")
        expect(panel(page, f"/leads/{lead['id']}/timeline")).to_contain_text("Loading")
        assert time.monotonic() - began < 2.0
        timeline = panel(page, f"/leads/{lead['id']}/timeline")
        expect(timeline.get_by_role("alert")).to_contain_text(AWAY, timeout=GIVEN_UP)
    finally:
        os.killpg(process, signal.SIGCONT)
        apart.wait_ready()


def test_list_of_a_service_that_is_down_is_asked_for_again(
    apart: Platform, client: Client, visit: Visit
) -> None:
    client.made("/deals", {"title": "Two ovens"})
    apart.kill("deals")
    try:
        page = visit("/deals")
        expect(page.locator("main")).to_contain_text(AWAY)
        expect(visit("/leads").locator("h1")).to_be_visible()
        page = visit("/deals")
    finally:
        apart.start("deals")
        apart.wait_ready()
    page.get_by_role("link", name="Try again").click()
    expect(page.locator("#rows")).to_contain_text("Two ovens")
