"""Writes the pictures of the guides from the demo data: `python -m tests.docs.screenshots`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from tests.docs.reference import DOCS
from tests.pages.browser import ARGUMENTS, find_chromium
from tests.system.client import Client
from tests.system.platform import ADMIN_EMAIL, ADMIN_PASSWORD, Platform, free_port

IMAGES: Final = DOCS / "images"
DESKTOP: Final = {"width": 1280, "height": 800}
PHONE: Final = {"width": 390, "height": 780}

# Where each picture is taken; `{lead}` is a lead that is known already.
PICTURES: Final = {
    "home": "/",
    "leads": "/leads",
    "lead": "/leads/{lead}",
    "converting": "/leads/{lead}/convert",
    "board": "/deals/board",
    "calendar": "/calendar",
    "administration": "/administration",
    "role": "/administration/roles/{role}",
    "pipelines": "/administration/pipelines",
}
ON_A_PHONE: Final = ("home",)


@contextmanager
def demo() -> Iterator[Platform]:
    """All services in one process, with the demo data."""
    with TemporaryDirectory(prefix="rapport-pictures-") as folder:
        port = free_port()
        environment = {
            **os.environ, "RAPPORT_HOME": folder, "PORT": str(port), "RAPPORT_DEMO": "1",
            "RAPPORT_ADMIN_EMAIL": ADMIN_EMAIL, "RAPPORT_ADMIN_PASSWORD": ADMIN_PASSWORD,
        }  # fmt: skip
        platform = Platform(environment, ("all",), Path(folder), port)
        platform.start_all()
        yield platform
        platform.stop_all()


def a_days_work(client: Client) -> dict[str, Any]:
    """Speak English, plan a few things for today, leave one behind; whom pictures show."""
    assert client.patch("/me", {"locale": "en"}).status_code == 200
    lead = client.get("/leads", filter='{"status":"new"}').json()["items"][0]
    about = [{"type": "lead", "id": lead["id"]}]
    now = datetime.now(UTC)
    for subject, hours in (("Send the offer", -20), ("Call back about delivery", 2)):
        deadline = (now + timedelta(hours=hours)).isoformat()
        client.made("/tasks", {"title": subject, "deadline": deadline, "links": about})
    when = {"starts_at": (now + timedelta(hours=1)).isoformat()}
    client.made("/activities", {"kind": "call", "subject": "First call", "links": about, **when})
    client.made("/activities", {"kind": "note", "subject": "Met at the fair.", "links": about})
    gone = client.made("/contacts", {"last_name": "Entered twice"})
    client.delete(f"/contacts/{gone['id']}", version=gone["version"])
    [role] = [each for each in client.get("/roles").json()["items"] if each["code"] == "manager"]
    return {"lead": lead["id"], "role": role["id"]}


def sign_in(page: Page) -> None:
    """As the administrator."""
    page.goto("/sign-in")
    page.fill("#email", ADMIN_EMAIL)
    page.fill("#password", ADMIN_PASSWORD)
    page.click("text=Sign in >> nth=-1")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def take(browser: Browser, platform: Platform, size: dict[str, int], names: dict[str, str]) -> None:
    """Take the pictures of `names`, which say where, in a window of that size."""
    context = browser.new_context(base_url=platform.url, viewport=size, locale="en-US")
    page = context.new_page()
    sign_in(page)
    for name, path in names.items():
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(800)
        page.screenshot(path=IMAGES / f"{name}.png")
        print(f"{name}.png")
    context.close()


def main() -> None:
    """Take every picture anew."""
    IMAGES.mkdir(exist_ok=True)
    with demo() as platform, sync_playwright() as playwright:
        known = a_days_work(platform.administrator())
        pictures = {name: path.format(**known) for name, path in PICTURES.items()}
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        take(chromium, platform, DESKTOP, pictures)
        take(chromium, platform, PHONE, {f"{name}-phone": pictures[name] for name in ON_A_PHONE})
        chromium.close()


if __name__ == "__main__":
    main()
