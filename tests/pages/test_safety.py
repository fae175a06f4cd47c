"""What hostile people and sites try with pages."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.system.people import PASSWORD, People
from tests.system.platform import Platform

pytestmark = pytest.mark.real_threads
Open = Callable[..., Page]
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>{{7*7}}\'"'


@pytest.fixture
def signed_in(platform: Platform, people: People) -> httpx.Client:
    """What a browser of Helena's sends, without a page."""
    client = httpx.Client(base_url=platform.url)
    answer = client.post("/sign-in", data={"email": people.chief.user["email"],
                                           "password": PASSWORD})  # fmt: skip
    assert answer.status_code == 303
    return client


def test_names_and_notes_of_hostile_people_are_inert(opened: Open, people: People) -> None:
    word = uuid4().hex[:8]
    lead = people.chief.made("/leads", {"title": f"{word} {HOSTILE}", "comments": HOSTILE,
                                        "tags": ["<b>x</b>"], "company_name": HOSTILE})  # fmt: skip
    link = [{"type": "lead", "id": lead["id"]}]
    people.chief.made("/activities", {"kind": "note", "subject": HOSTILE, "body": HOSTILE,
                                      "links": link})  # fmt: skip
    places = (f"/leads?q={word}", f"/leads/board?q={word}", f"/leads/{lead['id']}",
              f"/leads/{lead['id']}/edit")  # fmt: skip
    page = opened("/leads")
    for path in places:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.title() not in ("1", "2")
        assert page.locator("main img").count() == 0
        assert "{{7*7}}" in page.content()
    page.goto(f"/leads/{lead['id']}")
    expect(page.locator("h1")).to_have_text(f"{word} {HOSTILE}")
    expect(page.locator(".timeline").last).to_contain_text("onerror")


def test_search_word_in_the_address_is_inert(opened: Open) -> None:
    page = opened("/leads?q=%3Cscript%3Edocument.title%3D1%3C/script%3E")
    assert page.title() == "Leads · Rapport"


def test_write_without_the_token_of_the_session_is_refused(
    signed_in: httpx.Client, people: People, platform: Platform
) -> None:
    lead = people.chief.made("/leads", {"title": "Not forged"})
    path, form = f"/leads/{lead['id']}/delete", {"version": lead["version"]}
    assert signed_in.post(path, data=form).status_code == 403
    other = httpx.Client(base_url=platform.url)
    other.post("/sign-in", data={"email": people.ana.user["email"], "password": PASSWORD})
    foreign = other.get("/leads").text.partition('X-CSRF-Token": "')[2].partition('"')[0]
    for token in ("", "x", "é", "A" * 88, foreign):
        answer = signed_in.post(path, data={**form, "csrf": token})
        assert answer.status_code == 403
    own = signed_in.get("/leads").text.partition('X-CSRF-Token": "')[2].partition('"')[0]
    site = {"Origin": "https://evil.example.com", "Sec-Fetch-Site": "cross-site"}
    assert signed_in.post(path, data={**form, "csrf": own}, headers=site).status_code == 403
    assert people.chief.get(f"/leads/{lead['id']}").status_code == 200
    assert signed_in.post(path, data={**form, "csrf": own}).status_code == 303


def test_another_site_cannot_sign_a_browser_in(platform: Platform, people: People) -> None:
    form = {"email": people.chief.user["email"], "password": PASSWORD}
    headers = {"Origin": "https://evil.example.com"}
    answer = httpx.post(f"{platform.url}/sign-in", data=form, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("wanted", [
    "https://evil.example.com", "//evil.example.com", "/\\evil.example.com", "javascript:alert(1)",
    "\\\\evil.example.com", "/\t/evil.example.com",
])  # fmt: skip
def test_signing_in_leads_to_no_other_site(platform: Platform, people: People, wanted: str) -> None:
    form = {"email": people.chief.user["email"], "password": PASSWORD, "next": wanted}
    answer = httpx.post(f"{platform.url}/sign-in", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_every_sign_in_makes_a_session_of_its_own(platform: Platform, people: People) -> None:
    form = {"email": people.chief.user["email"], "password": PASSWORD}
    planted = {"Cookie": "rapport_session=rap_planted_by_somebody_else"}
    answers = [httpx.post(f"{platform.url}/sign-in", data=form, headers=planted) for _ in range(2)]
    tokens = {answer.headers["set-cookie"].partition(";")[0] for answer in answers}
    assert len(tokens) == 2
    assert not any("planted" in token for token in tokens)


def test_cookie_opens_no_door_of_the_api(signed_in: httpx.Client) -> None:
    assert signed_in.get("/leads").status_code == 200
    assert signed_in.get("/api/v1/leads").status_code == 401


def test_pages_run_no_script_but_ours_and_stand_in_no_frame(signed_in: httpx.Client) -> None:
    headers = signed_in.get("/leads").headers
    policy = dict(part.strip().split(" ", 1) for part in
                  headers["content-security-policy"].split(";"))  # fmt: skip
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"


def test_what_one_may_not_read_looks_absent(opened: Open, people: People) -> None:
    lead = people.carla.made("/leads", {"title": "Carla's own"})
    page = opened("/leads", email=people.ana.user["email"])
    unread = page.request.get(f"/leads/{lead['id']}")
    absent = page.request.get("/leads/0197a000-0000-7000-8000-000000000000")
    assert unread.status == absent.status == 404
    assert "Carla's own" not in unread.text()
