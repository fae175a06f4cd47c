"""The page of a record."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.system.people import People

pytestmark = pytest.mark.real_threads
Open = Callable[..., Page]


@pytest.mark.by_keys
def test_record_is_created_and_faults_stand_at_their_fields(opened: Open, people: People) -> None:
    page = opened("/leads")
    page.click(".create-button")
    page.click("#menu-create >> text=New lead")
    title = f"Padaria {uuid4().hex[:8]}"
    page.fill("#form-title", title)
    page.locator("[name='emails.value']").first.fill("not an address")
    page.fill("[name='amount.amount']", "1,250.50")
    page.click("#sheet >> text=Save >> nth=0")
    fault = page.locator(".field-points.has-faults", has_text="E-mails")
    expect(fault.locator(".invalid-feedback")).to_be_visible()
    page.locator("[name='emails.value']").first.fill("ana@padaria.example.com")
    page.click("#sheet >> text=Save >> nth=0")
    expect(page.locator("h1")).to_have_text(title)
    record = people.chief.get(f"/leads/{page.url.rpartition('/')[2]}").json()
    assert record["amount"] == {"amount": "1250.50", "currency": "BRL"}
    assert record["emails"][0]["value"] == "ana@padaria.example.com"


def test_field_is_edited_in_place_and_stands_in_the_history(opened: Open, people: People) -> None:
    lead = people.chief.made("/leads", {"title": "In place", "company_name": "Before"})
    page = opened(f"/leads/{lead['id']}")
    page.hover("#value-company_name")
    page.click("#value-company_name .edit-pencil")
    page.fill("#inline-company_name", "After")
    page.keyboard.press("Enter")
    expect(page.locator("#value-company_name dd")).to_contain_text("After")
    page.reload()
    page.locator("#history").scroll_into_view_if_needed()
    change = page.locator(".changes li", has_text="Company").first
    expect(change.locator("del")).to_have_text("Before")
    expect(change.locator("ins")).to_have_text("After")


def test_two_people_change_different_fields_and_both_are_kept(opened: Open, people: People) -> None:
    lead = people.chief.made("/leads", {"title": "Shared", "company_name": "Old"})
    page = opened(f"/leads/{lead['id']}/edit")
    people.chief.changed(f"/leads/{lead['id']}", {"position": "Owner"})
    page.fill("#form-company_name", "New")
    page.click(".sheet-foot .btn-primary")
    page.wait_for_url(f"**/leads/{lead['id']}")
    record = people.chief.get(f"/leads/{lead['id']}").json()
    assert (record["position"], record["company_name"]) == ("Owner", "New")


def test_two_people_change_the_same_field_and_one_decides(opened: Open, people: People) -> None:
    lead = people.chief.made("/leads", {"title": "Shared", "company_name": "Old"})
    page = opened(f"/leads/{lead['id']}/edit")
    people.chief.changed(f"/leads/{lead['id']}", {"company_name": "Theirs"})
    page.fill("#form-company_name", "Mine")
    page.click(".sheet-foot .btn-primary")
    expect(page.locator(".clashes")).to_contain_text("Theirs")
    assert people.chief.get(f"/leads/{lead['id']}").json()["company_name"] == "Theirs"
    page.click(".sheet-foot .btn-primary")
    page.wait_for_url(f"**/leads/{lead['id']}")
    assert people.chief.get(f"/leads/{lead['id']}").json()["company_name"] == "Mine"


def test_what_was_done_and_is_planned_is_written_down(opened: Open, people: People) -> None:
    lead = people.chief.made("/leads", {"title": "Talkative"})
    page = opened(f"/leads/{lead['id']}")
    page.fill("#composer textarea", "They want an offer.")
    page.click("#composer button.btn-primary")
    expect(page.locator(".timeline")).to_contain_text("They want an offer.")
    page.click("#composer label:has-text('Meeting')")
    page.fill("#composer [name=subject]", "Show the oven")
    page.fill("#composer [name=at]", "2030-05-04T10:30")
    page.check("#composer [name=planned]")
    page.click("#composer button.btn-primary")
    planned = page.locator(".event", has_text="Show the oven")
    expect(planned).to_contain_text("4 May 2030, 10:30")
    planned.get_by_role("button").click()
    expect(page.locator(".event", has_text="Show the oven").get_by_role("button")).to_have_count(0)
    page.click("#composer label:has-text('Task')")
    page.fill("#composer [name=subject]", "Send the offer")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.click("#composer button.btn-primary")
    tasks = people.chief.get("/tasks", q="Send the offer").json()["items"]
    assert [{"type": "lead", "id": lead["id"]}] in [task["links"] for task in tasks]


def test_records_that_refer_to_it_are_shown(opened: Open, people: People) -> None:
    company = people.chief.made("/companies", {"name": "Forno Ltda"})
    people.chief.made("/deals", {"title": "Two ovens", "company_id": company["id"]})
    page = opened(f"/companies/{company['id']}")
    page.click(".related >> text=Two ovens")
    expect(page.locator("h1")).to_have_text("Two ovens")
    page.click("#value-company_id >> text=Forno Ltda")
    expect(page.locator("h1")).to_have_text("Forno Ltda")
