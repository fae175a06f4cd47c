"""The running platform, people in it, and a browser signed in as one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from chassis.testing.postgres import PostgresServer
from tests.identity.mail_server import MailServer, mail_server
from tests.pages.browser import ARGUMENTS, find_chromium
from tests.pages.keys import only_keys
from tests.system.people import PASSWORD, People, make_people
from tests.system.platform import Platform, running

Open = Callable[..., Page]


@pytest.fixture(scope="package")
def mails(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """Where the platform sends its mail."""
    with mail_server(tmp_path_factory.mktemp("mails")) as server:
        yield server


@pytest.fixture(scope="package")
def platform(
    postgres: PostgresServer, mails: MailServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """One process on the embedded bus, that sends mail."""
    home: Path = tmp_path_factory.mktemp("pages")
    settings = {"SMTP_URL": mails.url, "RAPPORT_BASE_URL": "http://rapport.example"}
    with running(
        "embedded", amqp_uri="", admin_url=postgres.admin_url, home=home, settings=settings
    ) as platform:
        yield platform


@pytest.fixture(scope="package")
def people(platform: Platform) -> People:
    """A small sales organisation."""
    return make_people(platform)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        yield chromium
        chromium.close()


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fill in the page to sign in."""
    page.fill("#email", email)
    page.fill("#password", password)
    page.click("text=Sign in >> nth=-1")
    page.wait_for_url(lambda url: "/sign-in" not in url)


@pytest.fixture(scope="package")
def sessions() -> dict[str, Any]:
    """What browsers of people who have signed in keep, by e-mail."""
    return {}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever is done in a browser is done twice, the second time by keyboard alone: those marked
    `by_keys` in every run, the others in the long one."""
    if "browser" not in metafunc.fixturenames:
        return
    ways = [pytest.param("mouse", id=pytest.HIDDEN_PARAM)]
    marked = metafunc.definition.get_closest_marker
    if marked("by_mouse") is None:
        ways.append(pytest.param("keys", marks=() if marked("by_keys") else pytest.mark.full))
    metafunc.parametrize("hands", ways, indirect=True)


@pytest.fixture(autouse=True)
def hands(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What works on the pages of a test."""
    if getattr(request, "param", "") == "keys":
        only_keys(monkeypatch)


@pytest.fixture
def opened(
    browser: Browser, platform: Platform, people: People, sessions: dict[str, Any]
) -> Iterator[Open]:
    """Opens a page as Helena, or as the person of `email`; what went wrong in it fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []
    host = urlsplit(platform.url).netloc

    def heard(page: Page) -> None:
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda r: urlsplit(r.url).netloc in (host, "") or wrong.append(r.url))
        page.on(
            "console",
            lambda m: "Content Security Policy" not in m.text or wrong.append(m.text),
        )

    def make(
        path: str, *, email: str | None = None, theme: str = "light", width: int = 1440
    ) -> Page:
        who = email or people.chief.user["email"]
        context = browser.new_context(
            storage_state=sessions.get(who),
            base_url=platform.url, color_scheme=theme, locale="en-US",
            viewport={"width": width, "height": 900},
        )  # fmt: skip
        contexts.append(context)
        context.set_default_timeout(8000)
        page = context.new_page()
        heard(page)
        if who not in sessions:
            page.goto("/sign-in")
            sign_in(page, who)
            sessions[who] = context.storage_state()
        page.goto(path)
        return page

    yield make
    for context in contexts:
        context.close()
    assert wrong == []
