"""The cookies of a browser: its session, which no script can read, and what a person prefers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from flask import Request
from werkzeug.http import dump_cookie

SESSION: Final = "rapport_session"
# Browsers keep a cookie of this name from being set by another host or over plain HTTP.
SECURE_SESSION: Final = "__Host-rapport_session"
# Changes with what its browser sets up, so that every process reads that anew. It keeps nothing.
SETUP: Final = "setup"
# While somebody looks as somebody else does, their own session waits behind this one.
VIEW: Final = "rapport_view"
SECURE_VIEW: Final = "__Host-rapport_view"
THEME: Final = "theme"
THEMES: Final = ("auto", "light", "dark")
# What its user's amounts are in unless they say otherwise; what counts is kept by identity.
CURRENCY: Final = "currency"
_CODE: Final = re.compile(r"[A-Z]{3}", re.ASCII)
_YEAR: Final = 31_536_000


def authorization(cookies: Mapping[str, str]) -> str | None:
    """The session in `cookies` as an API client would send it."""
    names = (SECURE_VIEW, SECURE_SESSION, VIEW, SESSION)
    token = next((cookies[name] for name in names if cookies.get(name)), None)
    return f"Bearer {token}" if token else None


def session(token: str, *, secure: bool) -> str:
    """The `Set-Cookie` that signs a browser in until it is closed, or the session ends."""
    return _session(token, secure=secure)


def no_session(request: Request) -> str:
    """The `Set-Cookie` that takes a browser's session away."""
    return _session("", secure=SECURE_SESSION in request.cookies, max_age=0)


def view(token: str, *, secure: bool, seconds: int) -> str:
    """The `Set-Cookie` that has a browser look as somebody else does, for so many seconds."""
    return _view(token, secure=secure, max_age=seconds)


def no_view(request: Request) -> str:
    """The `Set-Cookie` that ends this: whose browser it is goes on as themselves."""
    return _view("", secure=SECURE_VIEW in request.cookies, max_age=0)


def viewing(cookies: Mapping[str, str]) -> bool:
    """Whether the browser holds a session in which somebody looks as somebody else does."""
    return SECURE_VIEW in cookies or VIEW in cookies


def _view(token: str, *, secure: bool, max_age: int) -> str:
    return _kept(SECURE_VIEW if secure else VIEW, token, secure=secure, max_age=max_age)


def _session(token: str, *, secure: bool, max_age: int | None = None) -> str:
    return _kept(SECURE_SESSION if secure else SESSION, token, secure=secure, max_age=max_age)


def _kept(name: str, token: str, *, secure: bool, max_age: int | None) -> str:
    return dump_cookie(
        name, token, max_age=max_age, path="/", secure=secure, httponly=True, samesite="Lax"
    )


def setup(stamp: str) -> str:
    """The `Set-Cookie` that says: what this browser sees of its setup is to be as of now."""
    return dump_cookie(SETUP, stamp, path="/", httponly=True, samesite="Lax")


def currency(cookies: Mapping[str, str]) -> str | None:
    """The currency that the user of the browser prefers, if there is one."""
    chosen = cookies.get(CURRENCY, "")
    return chosen if _CODE.fullmatch(chosen) else None


def prefer(code: str | None) -> str:
    """The `Set-Cookie` that has a browser know the currency that its user prefers, or none."""
    age = _YEAR if code else 0
    return dump_cookie(CURRENCY, code or "", max_age=age, path="/", httponly=True, samesite="Lax")


def theme(cookies: Mapping[str, str]) -> str:
    """`light`, `dark`, or `auto` when the system decides."""
    chosen = cookies.get(THEME, "auto")
    return chosen if chosen in THEMES else "auto"
