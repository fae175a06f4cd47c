"""Administration: stages and their rules, the organisation, API tokens, failed events, audit."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
import psycopg2
import pytest
from playwright.sync_api import Page, expect

from contracts.catalogue import LISTENERS
from gateway.pages.administration import rights_words
from gateway.pages.administration.overview import parts
from gateway.pages.portuguese import TEXTS
from gateway.routes.past_events import ACTS
from tests.pages.test_administration import make_role, make_user
from tests.system.people import PASSWORD, People
from tests.system.platform import Platform

pytestmark = pytest.mark.real_threads
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def root(people: People) -> str:
    """The address of an administrator."""
    return str(make_user(people, "administrator", name="Rita Root")["email"])


@pytest.fixture
def pipeline(people: People) -> dict[str, Any]:
    """A pipeline of a test's own."""
    code = f"p{uuid4().hex[:8]}"
    return people.administrator.made("/pipelines", {"code": code, "names": {"en": f"Way {code}"}})


def codes(people: People, pipeline: dict[str, Any]) -> list[str]:
    found = people.administrator.get(f"/pipelines/{pipeline['id']}").json()["stages"]
    return [stage["code"] for stage in found]


def test_rule_made_in_the_page_is_a_form_on_the_board(
    opened: Open, people: People, root: str, pipeline: dict[str, Any]
) -> None:
    deal = people.chief.made("/deals", {"title": "Ruled", "pipeline_id": pipeline["id"]})
    page = opened(f"/administration/stages/deals/{pipeline['id']}", email=root)
    page.click("[aria-label='Edit Proposal']")
    page.locator(".choose-fields label", has_text="Comments").click()
    page.click("#sheet .btn-primary")
    expect(page.locator("[data-code=proposal]")).to_contain_text("Needs: Comments")
    board = opened(f"/deals/board?pipeline={pipeline['code']}")
    board.click("[data-move-menu]")
    board.click("#move-menu [data-move=proposal]")
    board.fill("#move-comments", "They want two")
    with board.expect_response(lambda answer: answer.request.method == "POST"):
        board.click("#sheet .btn-primary")
    expect(board.locator(".cards[data-stage=proposal] .card-item")).to_have_count(1)
    assert people.chief.get(f"/deals/{deal['id']}").json()["comments"] == "They want two"


def test_stages_are_added_ordered_and_removed_with_a_replacement(
    opened: Open, people: People, root: str, pipeline: dict[str, Any]
) -> None:
    deal = people.chief.made("/deals", {"title": "Moved", "pipeline_id": pipeline["id"]})
    page = opened(f"/administration/stages/deals/{pipeline['id']}", email=root)
    page.click("text=New stage")
    page.fill("#name-en", "Tasting")
    page.click("#sheet .btn-primary")
    page.click("[aria-label='Tasting: earlier']")
    expect(page.locator("[data-code]").nth(3)).to_have_attribute("data-code", "tasting")
    assert codes(people, pipeline)[3] == "tasting"
    page.click("[aria-label='Remove New']")
    page.click("#sheet .btn-primary")
    expect(page.locator("#sheet .invalid-feedback")).to_be_visible()
    page.select_option("#replace-with", "tasting")
    page.click("#sheet .btn-primary")
    expect(page.locator("[data-code=new]")).to_have_count(0)
    assert people.chief.get(f"/deals/{deal['id']}").json()["stage"] == "tasting"


@pytest.mark.by_mouse
def test_stage_is_dragged_behind_another(opened: Open, root: str, pipeline: dict[str, Any]) -> None:
    page = opened(f"/administration/stages/deals/{pipeline['id']}", email=root)
    page.locator("[data-code=new] .handle").drag_to(page.locator("[data-code=proposal] .handle"))
    expect(page.locator("[data-code]").first).not_to_have_attribute("data-code", "new")


def test_moves_of_a_role_bind_its_holders(
    opened: Open, people: People, platform: Platform, root: str, pipeline: dict[str, Any]
) -> None:
    grants = {"deal": dict.fromkeys(("read", "add", "update"), "all")}
    role = make_role(people, grants=grants)
    seller = platform.client(make_user(people, role["code"])["email"], PASSWORD)
    deal = seller.made("/deals", {"title": "Bound", "pipeline_id": pipeline["id"]})
    page = opened(f"/administration/stages/deals/{pipeline['id']}/moves?role={role['code']}",
                  email=root)  # fmt: skip
    page.select_option("[aria-label='From New']", "some")
    page.check("[aria-label='New → Qualification']")
    page.click("main .btn-primary")
    expect(page.locator("[role=status].alert")).to_be_visible()
    expect(page.locator("[aria-label='New → Qualification']")).to_be_checked()
    path = f"/deals/{deal['id']}"
    refused = seller.patch(path, {"stage": "proposal"}, version=deal["version"])
    assert refused.json()["errors"][0]["code"] == "transition_not_allowed"
    assert seller.changed(path, {"stage": "qualification"})["stage"] == "qualification"


def test_pipelines_are_made_renamed_and_removed(opened: Open, people: People, root: str) -> None:
    name = f"Store {uuid4().hex[:6]}"
    page = opened("/administration/pipelines", email=root)
    page.click("text=New pipeline")
    page.fill("#name-en", name)
    page.click("#sheet .btn-primary")
    page.wait_for_url("**/administration/stages/deals/*")
    expect(page.locator("h1")).to_have_text(name)
    page.goto("/administration/pipelines")
    page.click(f"[aria-label='Edit {name}']")
    page.fill("#name-en", f"{name} 2")
    page.click("#sheet .btn-primary")
    page.click(f"[aria-label='Remove {name} 2']")
    page.click("#sheet .btn-primary")
    expect(page.get_by_text(f"{name} 2")).to_have_count(0)


def test_settings_of_the_organisation_say_what_is_wrong_where(
    opened: Open, people: People, root: str
) -> None:
    page = opened("/administration/organisation", email=root)
    page.fill("[name='hours.monday']", "nine to five")
    page.click("main .btn-primary")
    expect(page.locator("div:has(> #org-monday) .invalid-feedback")).to_be_visible()
    page.fill("[name='hours.monday']", "8:30-12:00, 13:00-17:00")
    page.locator("[name=holidays]").last.fill("2027-01-01")
    page.locator("[name='rate.currency']").last.fill("usd")
    page.locator("[name='rate.value']").first.fill("5.25")
    page.click("main .btn-primary")
    expect(page.locator("[role=status].alert")).to_be_visible()
    said = people.administrator.get("/organisation").json()
    assert said["working_hours"]["monday"] == [["08:30", "12:00"], ["13:00", "17:00"]]
    assert (said["holidays"], said["rates"]) == (["2027-01-01"], {"USD": "5.25"})
    people.administrator.http.patch("/api/v1/organisation", json={
        "working_hours": None, "holidays": None, "rates": None})  # fmt: skip


def test_token_is_shown_once_and_can_be_ended(
    opened: Open, people: People, platform: Platform
) -> None:
    page = opened("/tokens", email=people.ana.user["email"])
    name = f"Report {uuid4().hex[:6]}"
    page.fill("#token-name", name)
    page.check("[name=may][value=some]")
    page.check("[value='lead:read']")
    page.click("text=Make a token")
    token = page.locator("#made-token").input_value()
    client = httpx.Client(base_url=platform.url, headers={"Authorization": f"Bearer {token}"})
    assert client.get("/api/v1/leads").status_code == 200
    assert client.get("/api/v1/deals").status_code == 403
    page.goto("/tokens")
    assert token not in page.content()
    page.click(f"[aria-label='End {name}']")
    expect(page.get_by_text(name)).to_have_count(0)
    assert client.get("/api/v1/leads").status_code == 401


def test_records_of_a_leaver_are_handed_on(
    opened: Open, people: People, platform: Platform, root: str
) -> None:
    leaver, heir = (
        make_user(people, "manager"),
        make_user(people, "manager", name=f"Heir {uuid4().hex[:6]}"),
    )
    lead = platform.client(leaver["email"], PASSWORD).made("/leads", {"title": "Left behind"})
    page = opened(f"/users/{leaver['id']}", email=root)
    page.click("summary >> text=Hand their records on")
    page.fill("#hand-on-to", heir["name"])
    page.click("[role=option] >> nth=0")
    page.get_by_role("button", name="Hand on").click()
    expect(page.locator("#user-panel [role=status]")).to_contain_text("handed on")
    wait_until(lambda: owner_of(people, lead) == heir["id"])


def owner_of(people: People, lead: dict[str, Any]) -> str:
    return str(people.chief.get(f"/leads/{lead['id']}").json()["owner_id"])


def wait_until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.2)


@contextmanager
def database(platform: Platform, service: str) -> Iterator[Any]:
    """A cursor in the database of a service."""
    url = platform.environment["DATABASE_URL"].replace("{service}", service)
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        yield cursor
    connection.close()


@pytest.fixture
def dead(platform: Platform) -> Iterator[str]:
    """The id of an event that activities gave up."""
    listener = next(each for each in LISTENERS if each.consumer == "activities")
    identifier, record = str(uuid4()), str(uuid4())
    event = {"name": "lead.updated", "entity": "lead", "record": {"title": "Very private"}}
    with database(platform, "activities") as cursor:
        cursor.execute(
            "INSERT INTO parked_events (listener, event_id, source, record_id, position, event, "
            "state, blocks, attempts, failure) VALUES (%s, %s, %s, %s, 1, %s, 'dead', false, 9, "
            "'KeyError at noting.py:7')",
            (listener.queue, identifier, listener.source, record, json.dumps(event)),
        )
    yield identifier
    with database(platform, "activities") as cursor:
        cursor.execute("DELETE FROM parked_events WHERE event_id = %s", (identifier,))


def test_failed_event_is_shown_without_its_values_and_tried_again(
    opened: Open, people: People, platform: Platform, root: str, dead: str
) -> None:
    told = people.administrator.get("/dead-events")
    assert "Very private" not in told.text
    [one] = [each for each in told.json()["items"] if each["event_id"] == dead]
    assert (one["service"], one["name"], one["attempts"]) == ("activities", "lead.updated", 9)
    page = opened("/administration/dead-events", email=root)
    line = page.locator("tr", has_text="KeyError at noting.py:7")
    expect(line).to_contain_text("lead.updated")
    assert "Very private" not in page.content()
    line.get_by_role("button").click()
    expect(page.locator("[role=status].alert")).to_contain_text("1")
    with database(platform, "activities") as cursor:
        cursor.execute("SELECT state FROM parked_events WHERE event_id = %s", (dead,))
        assert cursor.fetchall() != [("dead",)]


def test_upkeep_is_for_holders_of_the_setting(people: People) -> None:
    body = {"service": "leads", "event_ids": [str(uuid4())]}
    assert people.chief.get("/dead-events").status_code == 403
    assert people.chief.post("/dead-events/retry", body).status_code == 403
    assert people.chief.post("/audit/verifications").status_code == 403
    assert people.administrator.post("/dead-events/retry", body).json() == {"retried": 0}
    wrong = {"service": "nobody", "event_ids": []}
    assert people.administrator.post("/dead-events/retry", wrong).status_code == 422


def test_every_word_that_is_chosen_by_a_code_is_there_in_portuguese() -> None:
    said = {heading for heading, _ in parts()}
    said |= {text for _, found in parts() for part in found for text in (part.label, part.about)}
    said |= {*rights_words.OPERATION_NAMES.values(), *rights_words.FIELD_NAMES.values()}
    for named in (rights_words.LEVELS, rights_words.SETTING_NAMES, rights_words.SWITCH_NAMES):
        said |= {text for pair in named.values() for text in pair}
    said |= set(ACTS)
    assert sorted(said - set(TEXTS)) == []
