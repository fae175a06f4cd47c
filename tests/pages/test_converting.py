"""Converting a lead: one dialog, whoever is known already, what came of it, and undoing that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.pages.test_quality import examine
from tests.system.people import People
from tests.system.test_working_leads import eventually

pytestmark = pytest.mark.real_threads
Open = Callable[..., Page]
DIALOG = ".convert-form"


def make_lead(people: People, **values: Any) -> dict[str, Any]:
    word = uuid4().hex[:8]
    return people.chief.made("/leads", {
        "title": f"Oven {word}", "first_name": "Marta", "last_name": f"Reis {word}",
        "company_name": f"Padaria {word}", "emails": [{"value": f"{word}@example.com"}], **values,
    })  # fmt: skip


def part(page: Page, target: str) -> Locator:
    return page.locator(f"section[aria-labelledby=convert-{target}]")


def made_of(people: People, lead: dict[str, Any]) -> dict[str, Any]:
    converted: dict[str, Any] = people.chief.get(f"/leads/{lead['id']}").json()["converted_to"]
    return converted


def test_lead_is_converted_and_that_undone_by_keyboard(opened: Open, people: People) -> None:
    lead = make_lead(people)
    page = opened(f"/leads/{lead['id']}")
    page.locator("[data-command]", has_text="Convert").focus()
    page.keyboard.press("Enter")
    page.locator(DIALOG).wait_for()
    assert examine(page) == []
    name = part(page, "contact").get_by_label("Last name")
    expect(name).to_have_value(lead["last_name"])
    name.fill("Reis e Lima")
    page.locator("[name=deal-mode]:checked").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[name=deal-mode][value=skip]")).to_be_checked()
    page.locator(f"{DIALOG} .btn-primary").focus()
    page.keyboard.press("Enter")
    done = page.locator("#sheet [data-converted=done]")
    expect(done).to_contain_text("Reis e Lima")
    expect(done).to_contain_text(lead["company_name"])
    made = made_of(people, lead)
    assert set(made) == {"conversion", "contact", "company"}
    expect(page.locator("#sheet").get_by_role("button", name="Close").last).to_be_focused()
    page.keyboard.press("Enter")
    panel = page.locator("#content [data-converted=done]")
    expect(panel).to_contain_text("Undo the conversion")
    panel.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#content [data-converted]")).to_have_count(0)
    assert made_of(people, lead) is None
    assert people.chief.get(f"/contacts/{made['contact']}").status_code == 404


def test_whoever_is_known_is_linked_with_one_click(opened: Open, people: People) -> None:
    emails = [{"value": f"{uuid4().hex}@example.com"}]
    known = people.chief.made("/contacts", {"last_name": "Known", "emails": emails})
    lead = make_lead(people, company_name=None, emails=emails)
    eventually(lambda: people.chief.get(f"/leads/{lead['id']}").json()["contact_id"], 30)
    page = opened(f"/leads/{lead['id']}/convert")
    contact = part(page, "contact")
    # The lead knows its sender by then, so the dialog begins with the link.
    expect(contact.locator(".pane-link .picked")).to_contain_text("Known")
    expect(contact.locator(".candidates")).to_contain_text("Known same email")
    contact.get_by_text("Create new").click()
    contact.get_by_role("button", name="Link this one").click()
    expect(contact.locator(".pane-link .picked")).to_contain_text("Known")
    page.locator(f"{DIALOG} .btn-primary").click()
    page.wait_for_url(f"**/leads/{lead['id']}")
    expect(page.locator("#content [data-converted]")).to_contain_text("linked")
    assert made_of(people, lead)["contact"] == known["id"]


def test_duplicate_that_was_typed_is_shown_before_anything_is_made(
    opened: Open, people: People
) -> None:
    lead, email = make_lead(people), f"{uuid4().hex}@example.com"
    people.chief.made("/contacts", {"last_name": "Typed", "emails": [{"value": email}]})
    page = opened(f"/leads/{lead['id']}/convert")
    page.locator("[name='contact-emails.value']").first.fill(email)
    page.locator(f"{DIALOG} .btn-primary").click()
    expect(part(page, "contact").locator(".candidates")).to_contain_text("Typed")
    assert made_of(people, lead) is None
    page.get_by_role("button", name="Convert anyway").click()
    page.wait_for_url(f"**/leads/{lead['id']}")
    assert set(made_of(people, lead)) == {"conversion", "contact", "company", "deal"}


def test_faults_stand_at_their_fields_and_what_was_typed_stays(
    opened: Open, people: People
) -> None:
    lead = make_lead(people)
    page = opened(f"/leads/{lead['id']}/convert")
    page.locator("[name='contact-emails.value']").first.fill("not an address")
    page.fill("[name=company-name]", "")
    page.fill("[name=deal-title]", "Two ovens")
    page.locator(f"{DIALOG} .btn-primary").click()
    expect(part(page, "contact").locator(".has-faults")).to_contain_text("E-mails")
    expect(part(page, "company").locator(".has-faults")).to_contain_text("Name")
    expect(page.locator("[name=deal-title]")).to_have_value("Two ovens")
    assert made_of(people, lead) is None


def test_what_was_changed_since_stands_against_undoing(opened: Open, people: People) -> None:
    lead = make_lead(people)
    body = {"contact": {"create": {}}, "company": {"skip": True}}
    done = people.chief.post(f"/leads/{lead['id']}/convert", body).json()
    people.chief.changed(f"/contacts/{done['contact']['id']}", {"position": "Owner"})
    page = opened(f"/leads/{lead['id']}")
    page.get_by_role("button", name="Undo the conversion").click()
    expect(page.locator("[data-converted] [role=alert]")).to_contain_text("Marta")
    assert made_of(people, lead) is not None


def test_row_menu_converts_without_leaving_the_list(opened: Open, people: People) -> None:
    lead = make_lead(people)
    page = opened(f"/leads?q={lead['title'].replace(' ', '%20')}")
    page.click("#rows [data-row-menu]")
    page.click("#row-menu >> text=Convert")
    page.locator(DIALOG).wait_for()
    page.locator(f"{DIALOG} .btn-primary").click()
    page.locator("#sheet [data-converted=done]").wait_for()
    page.locator("#sheet .sheet-foot [data-close]").click()
    expect(page.locator("#rows .stage-success")).to_be_visible()
