"""The feed as the gateway puts it together: pages of several services, one cursor for all."""

from __future__ import annotations

import pytest

from chassis.errors import Malformed
from gateway.routes.events import joined, read_cursor, write_cursor


def told(*places):
    return [{"occurred_at": f"2026-01-01T00:00:0{second}Z", "position": position}
            for position, second in places]  # fmt: skip


def test_services_are_joined_by_time_and_each_keeps_its_order():
    # The second event of leads is older than its first: positions decide, not clocks.
    pages = {
        "leads": {"items": told((4, 5), (6, 1), (7, 6)), "position": 9, "more": False},
        "deals": {"items": told((2, 3), (3, 7)), "position": 3, "more": False},
    }
    items, reached, more = joined(pages, 10)
    assert [item["service"] for item in items] == ["deals", "leads", "leads", "leads", "deals"]
    assert (reached, more) == ({"leads": 9, "deals": 3}, False)


def test_what_has_no_place_on_a_page_comes_on_the_next():
    pages = {
        "leads": {"items": told((4, 1), (6, 2), (9, 5)), "position": 9, "more": False},
        "deals": {"items": told((2, 3)), "position": 12, "more": True},
        "contacts": {"items": [], "position": 5, "more": False},
    }
    items, reached, more = joined(pages, 2)
    assert [item["service"] for item in items] == ["leads", "leads"]
    assert (reached, more) == ({"leads": 8, "deals": 1, "contacts": 5}, True)


def test_a_cursor_gives_back_what_it_was_made_of():
    positions = {"leads": 12, "deals": 0}
    assert read_cursor(write_cursor(positions)) == positions
    assert read_cursor(write_cursor({**positions, "of_another_release": 7})) == positions


@pytest.mark.parametrize(
    "wrong", ["", "x", "é", "e30=x", "bnVsbA", "W10", "eyJsZWFkcyI6LTF9", "eyJsZWFkcyI6IjEifQ",
              "eyJsZWFkcyI6dHJ1ZX0", "eyJsZWFkcyI6OTAwNzE5OTI1NDc0MDk5M30", "bm9uc2Vuc2U", "!!!!"]
)  # fmt: skip
def test_what_is_no_cursor_is_refused(wrong):
    with pytest.raises(Malformed):
        read_cursor(wrong)
