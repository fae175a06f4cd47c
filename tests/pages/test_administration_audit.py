"""The audit page: what happened, whether it was tampered with, and looking for one thing in it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.pages.test_administration import make_user
from tests.pages.test_administration_upkeep import database
from tests.system.people import People, today
from tests.system.platform import Platform

pytestmark = pytest.mark.real_threads
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def root(people: People) -> str:
    """The address of an administrator."""
    return str(make_user(people, "administrator", name="Rita Root")["email"])


def test_audit_tells_what_happened_and_finds_what_was_tampered_with(
    opened: Open, people: People, platform: Platform, root: str
) -> None:
    name = f"Audited {uuid4().hex[:6]}"
    people.administrator.made("/contacts", {"last_name": name})
    page = opened("/administration/audit", email=root)
    page.click("text=Verify now")
    whole = page.locator("#verified .stage-success")
    expect(whole).to_have_count(5, timeout=30_000)
    expect(page.get_by_text(name)).to_be_visible()
    with database(platform, "contacts") as cursor:
        cursor.execute("SELECT hash FROM journal_positions WHERE position = 1")
        kept = cursor.fetchone()
        forged = "UPDATE journal_positions SET hash = %s WHERE position = 1"
        cursor.execute(forged, (b"0" * 32,))
    page.click("text=Verify now")
    expect(page.locator("#verified .stage-failure")).to_have_count(1, timeout=30_000)
    expect(page.locator("#verified")).to_contain_text("Position 1")
    with database(platform, "contacts") as cursor:
        cursor.execute(forged, kept)


def test_audit_is_narrowed_to_who_did_what_to_which_record_and_goes_on(
    opened: Open, people: People, root: str
) -> None:
    name, clerk = f"Sought {uuid4().hex[:6]}", make_user(people, "chief_executive", name="Cleo")
    found = people.administrator.made("/contacts", {"last_name": name})
    for number in range(52):
        people.administrator.changed(f"/contacts/{found['id']}", {"position": f"P{number}"})
    page = opened("/administration/audit", email=root)
    page.locator("tr[data-event]", has_text=name).first.get_by_role(
        "link", name=f"Only what happened to {name}"
    ).click()
    rows = page.locator("tr[data-event]")
    expect(rows).to_have_count(50)
    page.click(".more-row button")
    expect(rows).to_have_count(53)
    expect(page.locator(".more-row")).to_have_count(0)
    page.select_option("#sought-act", "created")
    page.select_option("#sought-entity", "contact")
    page.select_option("#sought-field", "last_name")
    page.fill("#sought-from", today().isoformat())
    page.click(".sought .btn-primary")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(name)
    assert "field=last_name" in page.url
    page.goto(f"/administration/audit?user={clerk['id']}")
    expect(page.get_by_text("Nothing of this kind has happened.")).to_be_visible()
    page.goto("/administration/audit?to=never")
    expect(page.locator("[role=alert]").first).to_be_visible()
