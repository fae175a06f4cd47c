"""The board of deals and of leads."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.system.people import People

pytestmark = pytest.mark.real_threads
Open = Callable[..., Page]


def make_deal(people: People) -> dict[str, str]:
    title = f"Deal {uuid4().hex[:8]}"
    return people.chief.made("/deals", {"title": title, "amount": {"amount": "900",
                                                                   "currency": "BRL"}})  # fmt: skip


def stage_of(people: People, deal: dict[str, str]) -> str:
    return str(people.chief.get(f"/deals/{deal['id']}").json()["stage"])


def column(page: Page, code: str) -> str:
    return f".cards[data-stage={code}]"


@pytest.mark.by_mouse
def test_card_is_dragged_to_another_stage(opened: Open, people: People) -> None:
    deal = make_deal(people)
    page = opened(f"/deals/board?q={deal['title'].replace(' ', '%20')}")
    page.wait_for_load_state("load")
    box = page.locator(".card-line, .card-foot").first.bounding_box()
    goal = page.locator(column(page, "proposal")).bounding_box()
    assert box and goal
    page.mouse.move(box["x"] + 20, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(goal["x"] + 40, goal["y"] + 30, steps=12)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.mouse.up()
    expect(page.locator(f"{column(page, 'proposal')} .card-item")).to_have_count(1)
    expect(page.locator("section", has=page.locator(column(page, "proposal")))).to_contain_text(
        "900"
    )
    assert stage_of(people, deal) == "proposal"


def test_card_is_moved_by_keyboard(opened: Open, people: People) -> None:
    deal = make_deal(people)
    page = opened(f"/deals/board?q={deal['title'].replace(' ', '%20')}")
    page.locator("[data-move-menu]").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("Enter")
    expect(page.locator(f"{column(page, 'qualification')} .card-item")).to_have_count(1)
    assert stage_of(people, deal) == "qualification"


def test_losing_asks_for_the_reason_in_a_small_form(opened: Open, people: People) -> None:
    deal = make_deal(people)
    page = opened(f"/deals/board?q={deal['title'].replace(' ', '%20')}")
    page.click("[data-move-menu]")
    page.click("#move-menu [data-move=lost]")
    expect(page.locator("#sheet")).to_be_visible()
    assert stage_of(people, deal) == "new"
    page.fill("#move-reason", "Too dear")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.click("#sheet .btn-primary")
    expect(page.locator(f"{column(page, 'lost')} .card-item")).to_have_count(1)
    assert people.chief.get(f"/deals/{deal['id']}").json()["reason"] == "Too dear"


def test_calling_a_move_off_leaves_the_card(opened: Open, people: People) -> None:
    deal = make_deal(people)
    page = opened(f"/deals/board?q={deal['title'].replace(' ', '%20')}")
    page.click("[data-move-menu]")
    page.click("#move-menu [data-move=lost]")
    page.click("#sheet >> text=Cancel")
    expect(page.locator(f"{column(page, 'new')} .card-item")).to_have_count(1)
    assert stage_of(people, deal) == "new"


def test_leads_have_a_board_and_a_path(opened: Open, people: People) -> None:
    lead = people.chief.made("/leads", {"title": f"Lead {uuid4().hex[:8]}"})
    page = opened(f"/leads/{lead['id']}")
    page.click(".path >> text=Qualified")
    expect(page.locator(".path .here")).to_have_text("Qualified")
    page.goto(f"/leads/board?q={lead['title'].replace(' ', '%20')}")
    expect(page.locator(f"{column(page, 'qualified')} .card-item")).to_have_count(1)


def test_cards_that_stand_too_long_are_marked(opened: Open, people: People) -> None:
    deal = make_deal(people)
    pipeline = people.administrator.get("/pipelines").json()["items"][0]["id"]
    path = f"/pipelines/{pipeline}/stages/new"
    assert people.administrator.patch(path, {"maximum_days": 30}).status_code == 200
    page = opened(f"/deals/board?q={deal['title'].replace(' ', '%20')}")
    try:
        expect(page.locator("section").first).to_contain_text("at most 30 days")
        expect(page.locator(".card-item.overdue")).to_have_count(0)
    finally:
        people.administrator.patch(path, {"maximum_days": None})


def test_menu_of_moves_is_walked_by_arrow_keys(opened: Open, people: People) -> None:
    deal = make_deal(people)
    page = opened(f"/deals/board?q={deal['title'].replace(' ', '%20')}")
    page.locator("[data-move-menu]").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("Enter")
    expect(page.locator(f"{column(page, 'proposal')} .card-item")).to_have_count(1)
