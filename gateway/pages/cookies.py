"""The cookies of a browser: its session, which no script can read, and what a person prefers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Request
from werkzeug.http import dump_cookie

SESSION: Final = "rapport_session"
# Browsers keep a cookie of this name from being set by another host or over plain HTTP.
SECURE_SESSION: Final = "__Host-rapport_session"
# Changes with what its browser sets up, so that every process reads that anew. It keeps nothing.
SETUP: Final = "setup"
THEME: Final = "theme"
THEMES: Final = ("auto", "light", "dark")


def authorization(cookies: Mapping[str, str]) -> str | None:
    """The session in `cookies` as an API client would send it."""
    token = cookies.get(SECURE_SESSION) or cookies.get(SESSION)
    return f"Bearer {token}" if token else None


def session(token: str, *, secure: bool) -> str:
    """The `Set-Cookie` that signs a browser in until it is closed, or the session ends."""
    return _session(token, secure=secure)


def no_session(request: Request) -> str:
    """The `Set-Cookie` that takes a browser's session away."""
    return _session("", secure=SECURE_SESSION in request.cookies, max_age=0)


def _session(token: str, *, secure: bool, max_age: int | None = None) -> str:
    return dump_cookie(
        SECURE_SESSION if secure else SESSION, token, max_age=max_age, path="/", secure=secure,
        httponly=True, samesite="Lax",
    )  # fmt: skip


def setup(stamp: str) -> str:
    """The `Set-Cookie` that says: what this browser sees of its setup is to be as of now."""
    return dump_cookie(SETUP, stamp, path="/", httponly=True, samesite="Lax")


def theme(cookies: Mapping[str, str]) -> str:
    """`light`, `dark`, or `auto` when the system decides."""
    chosen = cookies.get(THEME, "auto")
    return chosen if chosen in THEMES else "auto"
