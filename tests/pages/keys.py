"""Journeys by keyboard alone: what a test clicks, fills in or chooses is done by keys.

`click` and the like of pages and locators first walk to where the keyboard has to be, by Tab as a
person does, and fail when they cannot come there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from playwright.sync_api import ElementHandle, Frame, Locator, Page, Request

# More steps than any page has places to stop at.
STEPS: Final = 700
# Milliseconds that a page takes to set off for another; and how many of these to wait for that.
_MOMENT: Final = 50
_MOMENTS: Final = 160
# Where the keyboard has to be for `one` to be clicked.
PLACE: Final = """(one) => {
    const stops = "a[href], button, summary, input, select, textarea, [role=option]";
    return one.closest(stops) || one.closest("label")?.control
        || one.closest("[tabindex]:not(main)") || one.querySelector(stops) || one;
}"""
# The key that leads from where the keyboard is towards the place wanted: Tab, or within a group of
# choices, a list of options and a grid, an arrow. Nothing when it is there; `gone` when the page
# has put another in its place.
NEXT: Final = """(goal) => {
    if (!goal.isConnected) return "gone";
    const now = document.activeElement;
    if (now === goal || (goal.role === "option" && goal.matches(".active"))) return "";
    const radios = goal.type === "radio" && now.name === goal.name && now.form === goal.form;
    if (radios || (goal.role === "option" && now.role === "combobox")) return "ArrowDown";
    const grid = goal.matches("td, [role=gridcell]") && goal.closest("table, [role=grid]");
    if (grid && grid.contains(now) && now.matches("[data-open], td, [role=gridcell]")) {
        const from = now.closest("td, [role=gridcell]").getBoundingClientRect();
        const to = goal.getBoundingClientRect();
        if (Math.abs(from.top - to.top) > 4) return from.top < to.top ? "ArrowDown" : "ArrowUp";
        return from.left < to.left ? "ArrowRight" : "ArrowLeft";
    }
    const after = (one) => one?.compareDocumentPosition(goal) & Node.DOCUMENT_POSITION_FOLLOWING;
    // What stands behind the whole page, as messages do, is nearer from its end.
    if (now !== document.body) return after(now) ? "Tab" : "Shift+Tab";
    const main = document.querySelector("main");
    return after(main) && !main.contains(goal) && !goal.closest("dialog") ? "Shift+Tab" : "Tab";
}"""
KIND: Final = """(one) => one.role === "option" ? "option" : one.matches("td") ? "cell"
    : ["checkbox", "radio"].includes(one.type) ? one.type
    : one.matches("a[href]") ? "link" : "button" """


def reach(locator: Locator, **_options: Any) -> ElementHandle:
    """Walk by keys to what `locator` finds; fails the test when they never come there."""
    place, way = _place(locator), ""
    for _ in range(STEPS):
        key = place.evaluate(NEXT)
        if key == "":
            return place
        if key == "gone":
            place = _place(locator)
            continue
        if "Tab" in key:
            # Once around, whatever lies between: menus stand elsewhere than they open.
            key = way = way or key
        locator.page.keyboard.press(key)
    pytest.fail(f"Keys never come to {place.evaluate('(one) => one.outerHTML.slice(0, 300)')}")


def _place(locator: Locator) -> ElementHandle:
    locator.wait_for(state="attached")
    place = locator.evaluate_handle(PLACE).as_element()
    assert place is not None
    return place


def click(locator: Locator, **_options: Any) -> None:
    """Enter, or Space where that is what works."""
    place = reach(locator)
    kind = place.evaluate(KIND)
    if kind == "radio" and place.is_checked():
        return
    with _following(locator.page):
        locator.page.keyboard.press("Space" if kind in ("checkbox", "radio") else "Enter")


@contextmanager
def _following(page: Page) -> Iterator[None]:
    """Once what was pressed leads to another page, be there."""
    asked: list[Request] = []
    came: list[Frame] = []

    def hear(request: Request) -> None:
        if request.is_navigation_request():
            asked.append(request)

    def see(frame: Frame) -> None:
        came.append(frame)

    page.on("request", hear)
    page.on("framenavigated", see)
    yield
    page.wait_for_timeout(_MOMENT)
    for _ in range(_MOMENTS):
        if came or not asked:
            break
        page.wait_for_timeout(_MOMENT)
    page.remove_listener("request", hear)
    page.remove_listener("framenavigated", see)
    if came:
        page.wait_for_load_state()


def check(locator: Locator, **_options: Any) -> None:
    """Space, unless it is checked."""
    if not _place(locator).is_checked():
        click(locator)


def uncheck(locator: Locator, **_options: Any) -> None:
    """Space, if it is checked."""
    if _place(locator).is_checked():
        click(locator)


def fill(locator: Locator, value: str, **_options: Any) -> None:
    """Type over what is there; a day and a time part by part, as en-US has them."""
    place = reach(locator)
    keyboard = locator.page.keyboard
    kind = place.get_attribute("type")
    if kind in ("date", "datetime-local", "time"):
        _type_moment(locator.page, kind, value)
    else:
        keyboard.press("Control+a")
        keyboard.press("Delete")
        keyboard.type(value)


def _type_moment(page: Page, kind: str, value: str) -> None:
    year, month, day, hour, minute = [*re.findall(r"\d+", value), "00", "00"][:5]
    if kind == "time":
        hour, minute = re.findall(r"\d+", value)[:2]
    if kind != "time":
        page.keyboard.type(month + day)
        page.keyboard.type(year)
    if kind == "datetime-local":
        page.keyboard.press("ArrowRight")
    if kind != "date":
        late = int(hour) >= 12
        page.keyboard.type(f"{(int(hour) + 11) % 12 + 1:02}{minute}{'P' if late else 'A'}")


def select_option(
    locator: Locator, value: str | None = None, *, label: str | None = None, **_options: Any
) -> None:
    """Go to the option by arrow keys; Enter takes it where choosing acts at once."""
    place = reach(locator)
    steps = place.evaluate(
        """(one, [value, label]) => [...one.options].findIndex((each) =>
            each.label === (label ?? value) || (label === null && each.value === value)
        ) - one.selectedIndex""",
        [value, label],
    )
    for _ in range(abs(steps)):
        locator.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
    if steps and place.evaluate("(one) => one.matches('[data-submit], [data-acts]')"):
        with _following(locator.page):
            locator.page.keyboard.press("Enter")


def press(locator: Locator, key: str, **_options: Any) -> None:
    """Press `key` there."""
    reach(locator)
    locator.page.keyboard.press(key)


def type_text(locator: Locator, text: str, **_options: Any) -> None:
    """Type `text` there."""
    reach(locator)
    locator.page.keyboard.type(text)


HANDS: Final[dict[str, Callable[..., Any]]] = {
    "click": click, "dblclick": click, "check": check, "uncheck": uncheck, "fill": fill,
    "select_option": select_option, "press": press, "type": type_text, "focus": reach,
    "hover": lambda _locator, **_options: None,
}  # fmt: skip


def _none(*_arguments: Any, **_options: Any) -> None:
    pytest.fail(
        "This journey moves the mouse: mark it `by_mouse`, and have another do the same by keys."
    )


def only_keys(patching: pytest.MonkeyPatch) -> None:
    """Have all pages and locators do by keys what tests ask of them."""

    def of_page(hand: Callable[..., Any]) -> Callable[..., Any]:
        def act(page: Page, selector: str, *arguments: Any, **options: Any) -> Any:
            return hand(page.locator(selector).first, *arguments, **options)

        return act

    for name, hand in HANDS.items():
        patching.setattr(Locator, name, hand)
        patching.setattr(Page, name, of_page(hand))
    patching.setattr(Locator, "drag_to", _none)
    patching.setattr("playwright.sync_api.Mouse.down", _none)
