"""Notifications: what the signed-in user was told, and marking it as read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from contracts import activities
from gateway import parameters
from gateway.asked import Asked, Remote
from gateway.permissions import Own
from gateway.registry import BASE, Body, Reply, Route
from gateway.routes.records import MERGE_PATCH, record_id, ref

_SERVICE: Final = activities.SERVICE
_AREA: Final = "notifications"
_READ: Final = Own("notification", "read")
_UPDATE: Final = Own("notification", "update")
_PATH: Final = f"{BASE}/notifications"
_MARK: Final = {
    "type": "object",
    "properties": {"read": {"type": "boolean"}},
    "required": ["read"],
    "additionalProperties": False,
}
_UNTIL: Final = {
    "type": "object",
    "properties": {"until": {"type": "string", "format": "date-time"}},
    "required": ["until"],
    "additionalProperties": False,
}
_LIST: Final = (
    *parameters.PAGE,
    parameters.boolean("unread", "Only what is unread, or only what was read."),
)


def notification_routes() -> Iterator[Route]:
    """The routes of the user's own notifications."""
    yield Route(
        method="GET", path=_PATH, name="notifications.list", area=_AREA,
        summary="What you were told in the last 90 days, newest first", permission=_READ,
        parameters=_LIST, replies={200: Reply("A page.", ref("NotificationPage"))},
        answer=Remote(_SERVICE, "notifications", lambda asked: asked.query),
    )  # fmt: skip
    yield Route(
        method="PATCH", path=f"{_PATH}/{{id}}", name="notifications.update", area=_AREA,
        summary="Mark a notification as read or unread", permission=_UPDATE, writes=True,
        repeatable=True, body=Body(_MARK, checked=True, media_types=MERGE_PATCH),
        replies={200: Reply("The notification.", ref("Notification"))}, refusals=(404, 422),
        answer=Remote(_SERVICE, "mark_notification", _marked),
    )  # fmt: skip
    yield Route(
        method="POST", path=f"{_PATH}/read", name="notifications.read", area=_AREA,
        summary="Mark as read all that you were told up to a moment", permission=_UPDATE,
        writes=True, repeatable=True, body=Body(_UNTIL, checked=True), refusals=(422,),
        replies={200: Reply("How many are unread then.", ref("Unread"))},
        answer=Remote(_SERVICE, "mark_notifications", lambda asked: asked.body),
    )  # fmt: skip


def _marked(asked: Asked) -> dict[str, Any]:
    return {"id": record_id(asked), "read": asked.body["read"]}
