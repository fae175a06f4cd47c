"""What is done with a user beside their fields: looking as they do, letting them in again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from flask import current_app, request

from chassis.access.explain import reached_through
from chassis.errors import NotFound, Refusal
from chassis.wire import as_uuid
from contracts import identity
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages import cookies
from gateway.pages.administration.rows import REFUSED, row, said
from gateway.pages.house import House, moved
from gateway.registry import Route
from gateway.routes.records import record_id

_IDENTITY: Final = identity.SERVICE
_ONE: Final = "/administration/users/{id}"


def user_pages(house: House) -> Iterator[Route]:
    """The panel of a user's page, and what its buttons do."""
    yield row("GET", f"{_ONE}/panel", "user", "users", lambda asked: _panel(house, asked),
              "What is done with a user")  # fmt: skip
    yield row("POST", f"{_ONE}/view-as", "view_as", "users", lambda asked: _view_as(house, asked),
              "Look at Rapport as somebody else does")  # fmt: skip
    yield row("POST", f"{_ONE}/second-factor", "second_factor", "users",
              lambda asked: _reset(house, asked), "Take somebody's second factor away")  # fmt: skip
    yield row("POST", f"{_ONE}/transfer", "transfer", "users",
              lambda asked: _hand_on(house, asked), "Hand somebody's records on")  # fmt: skip
    yield row("POST", f"{_ONE}/active", "active", "users", lambda asked: _activate(house, asked),
              "Let somebody in, or no longer")  # fmt: skip


def _panel(house: House, asked: Asked, *, refusal: Refusal | None = None, done: str = "") -> Answer:
    assert asked.user is not None
    rights = asked.user.rights
    organisation, identifier = rights.organisation, as_uuid(record_id(asked))
    member = organisation.users.get(identifier)
    if member is None:
        raise NotFound("There is no such user.")
    roles = [
        (role, reached_through(organisation, member.id, role))
        for role in organisation.roles_reaching(member.id)
    ]
    return house.page(
        asked, "administration_user.html", status=422 if refusal else 200, member=member,
        roles=roles, own=member.id == rights.user_id, done=done,
        said=said(asked, refusal) if refusal else "",
    )  # fmt: skip


def _view_as(house: House, asked: Asked) -> Answer:
    arguments = {
        "id": record_id(asked), "reason": asked.form.get("reason", "").strip() or None,
        "ip": asked.address, "user_agent": asked.user_agent,
    }  # fmt: skip
    try:
        session = asked.call(_IDENTITY, "view_as", arguments)
    except REFUSED as refusal:
        return _panel(house, asked, refusal=refusal)
    ends = datetime.fromisoformat(session["expires_at"])
    seconds = max(1, int((ends - datetime.now(UTC)).total_seconds()))
    settings: Any = current_app.settings  # type: ignore[attr-defined]
    secure = request.is_secure or settings.secure_cookies
    cookie = cookies.view(session["token"], secure=secure, seconds=seconds)
    return moved(asked, "/", {"Set-Cookie": cookie})


def _reset(house: House, asked: Asked) -> Answer:
    try:
        asked.call(_IDENTITY, "remove_second_factor", {"id": record_id(asked)})
    except REFUSED as refusal:
        return _panel(house, asked, refusal=refusal)
    return _panel(house, asked, done="They sign in with their password alone now.")


def _hand_on(house: House, asked: Asked) -> Answer:
    wishes = {"to": asked.form.get("to") or None,
              "only_open": asked.form.get("only_open") == "true"}  # fmt: skip
    try:
        asked.call(_IDENTITY, "transfer", {"id": record_id(asked), "wishes": wishes})
    except REFUSED as refusal:
        return _panel(house, asked, refusal=refusal)
    return _panel(house, asked, done="Their records are being handed on.")


def _activate(house: House, asked: Asked) -> Answer:
    arguments = {
        "entity": "user", "id": record_id(asked), "expected_version": "*",
        "values": {"active": asked.form.get("active") == "true"},
    }  # fmt: skip
    try:
        asked.call(_IDENTITY, "update", arguments)
    except REFUSED as refusal:
        return _panel(house, asked, refusal=refusal)
    return moved(asked, f"/users/{record_id(asked)}")
