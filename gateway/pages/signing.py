"""Signing in and out of a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from flask import current_app, request

from chassis.errors import Invalid, Refusal, TooMany, Unauthenticated, Unavailable
from contracts import identity
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages import cookies
from gateway.pages.house import House, inner_path, moved
from gateway.pages.refusals import SIGN_IN
from gateway.pages.viewer import viewer_of
from gateway.parameters import text
from gateway.permissions import Public, SignedIn
from gateway.registry import Reply, Route
from gateway.sessions import Sessions
from gateway.texts import sentence

_IDENTITY: Final = identity.SERVICE
_PAGE: Final = {200: Reply("A page.", media_type="text/html")}
_NEXT: Final = text("next", "Where to go then.")
_CHANGED: Final = text("changed", "`true` after a new password was set.")
_LONGEST: Final = 1024
# What asks for the code of an app beside the password.
_CODED: Final = ("otp_required", "wrong_otp")


def signing_pages(house: House, sessions: Sessions) -> Iterator[Route]:
    """The page to sign in, and the way out."""

    def form(asked: Asked) -> Answer:
        return _form(house, asked, inner_path(asked.query.get("next")))

    def sign_in(asked: Asked) -> Answer:
        return _sign_in(house, asked)

    def sign_out(asked: Asked) -> Answer:
        asked.call(_IDENTITY, "logout", {})
        if asked.user is not None:
            sessions.forget(asked.user.token_hash)
        if cookies.viewing(request.cookies):
            return moved(asked, "/", {"Set-Cookie": cookies.no_view(request)})
        return moved(asked, SIGN_IN, {"Set-Cookie": cookies.no_session(request)})

    yield Route(
        method="GET", path=SIGN_IN, name="pages.sign_in", area="pages", page=True,
        summary="The page to sign in", permission=Public(), replies=_PAGE,
        parameters=(_NEXT, _CHANGED), answer=form,
    )  # fmt: skip
    yield Route(
        method="POST", path=SIGN_IN, name="pages.signed_in", area="pages", page=True, writes=True,
        summary="Sign in", permission=Public(), replies=_PAGE, answer=sign_in,
    )  # fmt: skip
    yield Route(
        method="POST", path="/sign-out", name="pages.sign_out", area="pages", page=True,
        summary="Sign out", permission=SignedIn(), writes=True, renews=True, replies=_PAGE,
        answer=sign_out,
    )  # fmt: skip


def _sign_in(house: House, asked: Asked) -> Answer:
    wanted, email = inner_path(asked.form.get("next")), asked.form.get("email", "")[:_LONGEST]
    arguments = {
        "email": email,
        "password": asked.form.get("password", "")[:_LONGEST],
        "otp": asked.form.get("otp", "").strip()[:_LONGEST] or None,
        "ip": asked.address,
        "user_agent": asked.user_agent,
    }
    try:
        session = asked.call(_IDENTITY, "login", arguments)
    except (Unauthenticated, TooMany, Invalid, Unavailable) as refusal:
        return _form(house, asked, wanted, refusal, email)
    secure = request.is_secure or _settings().secure_cookies
    held = cookies.session(session["token"], secure=secure)
    preferred = cookies.prefer(session["user"].get("currency"))
    return moved(asked, wanted, {"Set-Cookie": [held, preferred]})


def _form(
    house: House, asked: Asked, wanted: str, refusal: Refusal | None = None, email: str = ""
) -> Answer:
    said, status = "", 200
    if refusal is not None:
        language = viewer_of(asked).language
        said = sentence(refusal.code, language, refusal.detail, refusal.status)
        # A browser takes a 401 without a challenge of ours for nothing it knows, and a part of the
        # page stands in its place whatever it tells.
        told_here = asked.fragment or isinstance(refusal, Unauthenticated)
        status = 422 if told_here else refusal.status
    return house.page(
        asked, "sign_in_said.html" if asked.fragment else "sign_in.html", status=status,
        next=wanted, said=said, email=email, coded=refusal is not None and refusal.code in _CODED,
        changed=refusal is None and asked.query.get("changed") == "true",
    )  # fmt: skip


def _settings() -> Any:
    return current_app.settings  # type: ignore[attr-defined]
