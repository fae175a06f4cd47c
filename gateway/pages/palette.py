"""Around every page: the search box, what one was told, help."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from contracts import activities
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.house import House
from gateway.pages.lists import PAGE
from gateway.pages.pickers import found_by_name, readable
from gateway.parameters import text
from gateway.permissions import Own, SignedIn
from gateway.registry import Route

_LIMIT: Final = 5
_SHORTEST: Final = 2
_NOTIFICATIONS: Final = 20
_SERVICE: Final = activities.SERVICE


def palette_pages(house: House) -> Iterator[Route]:
    """What every page has around it."""
    yield Route(
        method="GET", path="/search", name="pages.search", area="pages", page=True,
        summary="Commands, and records by name or number", permission=SignedIn(), replies=PAGE,
        parameters=(text("q", "What was typed."),), answer=lambda asked: _search(house, asked),
    )  # fmt: skip
    yield Route(
        method="GET", path="/notifications", name="pages.notifications", area="pages", page=True,
        summary="What you were told", permission=Own("notification", "read"), replies=PAGE,
        answer=lambda asked: _notifications(house, asked),
    )  # fmt: skip
    yield Route(
        method="GET", path="/notifications/count", name="pages.unread", area="pages", page=True,
        summary="How much of it is unread", permission=Own("notification", "read"), replies=PAGE,
        answer=lambda asked: _unread(house, asked),
    )  # fmt: skip
    yield Route(
        method="POST", path="/notifications", name="pages.notifications_read", area="pages",
        page=True, summary="Mark it all as read", permission=Own("notification", "update"),
        writes=True, repeatable=True, replies=PAGE, answer=lambda asked: _read(house, asked),
    )  # fmt: skip


def _search(house: House, asked: Asked) -> Answer:
    q = (asked.query.get("q") or "").strip()[:200]
    entities = [entity for entity in readable(asked) if entity.setting is None]
    found = found_by_name(asked, entities, q, _LIMIT) if len(q) >= _SHORTEST else []
    return house.page(
        asked, "search.html", q=q, found=[each for each in found if each[1]],
    )  # fmt: skip


def _notifications(house: House, asked: Asked) -> Answer:
    told = asked.call(_SERVICE, "notifications", {"limit": _NOTIFICATIONS})
    return house.page(asked, "notifications.html", told=told, now=datetime.now(UTC).isoformat())


def _unread(house: House, asked: Asked) -> Answer:
    told = asked.call(_SERVICE, "notifications", {"limit": 1, "unread": True})
    return house.page(asked, "unread.html", unread=told["unread"])


def _read(house: House, asked: Asked) -> Answer:
    asked.call(_SERVICE, "mark_notifications", {"until": asked.form.get("until", "")})
    return _notifications(house, asked)
