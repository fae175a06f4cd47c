"""A new password for whoever forgot theirs: by a link that is mailed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from chassis.errors import Conflict, Invalid, Malformed, Refusal, TooMany, Unavailable
from contracts import identity
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.administration.rows import faults_of, said
from gateway.pages.house import House, moved
from gateway.pages.lists import PAGE
from gateway.pages.refusals import SIGN_IN
from gateway.parameters import text
from gateway.permissions import Public
from gateway.registry import Route

FORGOTTEN: Final = "/forgotten-password"
# What the link of the mail names.
RESET: Final = "/reset-password"
_IDENTITY: Final = identity.SERVICE
_TOKEN: Final = text("token", "The secret of the link that was mailed.")
_REFUSED: Final = (Conflict, Invalid, Malformed, TooMany, Unavailable)
_LONGEST: Final = 1024


def password_pages(house: House) -> Iterator[Route]:
    """Asking for the link, and what it leads to."""
    pages = (
        ("GET", FORGOTTEN, "forgotten", "The page for a forgotten password", _forgotten, ()),
        ("POST", FORGOTTEN, "ask", "Have a link to a new password mailed", _ask, ()),
        ("GET", RESET, "reset", "The page for a new password", _reset, (_TOKEN,)),
        ("POST", RESET, "set", "Set a new password by the link", _set, ()),
    )
    for method, path, name, summary, answer, taken in pages:
        writes = method == "POST"
        yield Route(
            method=method, path=path, name=f"pages.passwords.{name}", area="pages", page=True,
            summary=summary, permission=Public(), parameters=taken, replies=PAGE, writes=writes,
            renews=writes, answer=partial(answer, house),
        )  # fmt: skip


def _forgotten(house: House, asked: Asked) -> Answer:
    return house.page(asked, "forgotten_password.html", said="", email="", asked_for=False)


def _ask(house: House, asked: Asked) -> Answer:
    """The same words for every address: whether anybody signs in with it is not told."""
    email, refusal = asked.form.get("email", "")[:_LONGEST], None
    try:
        asked.call(_IDENTITY, "request_password_reset", {"email": email, "ip": asked.address})
    except _REFUSED as refused:
        refusal = refused
    return house.page(
        asked, "forgotten_password.html", status=refusal.status if refusal else 200, email=email,
        said=said(asked, refusal) if refusal else "", asked_for=refusal is None,
    )  # fmt: skip


def _reset(house: House, asked: Asked) -> Answer:
    return _form(house, asked, (asked.query.get("token") or "")[:_LONGEST])


def _set(house: House, asked: Asked) -> Answer:
    token = asked.form.get("token", "")[:_LONGEST]
    given = {"token": token, "password": asked.form.get("password", "")[:_LONGEST]}
    try:
        asked.call(_IDENTITY, "reset_password", given)
    except _REFUSED as refusal:
        return _form(house, asked, token, refusal)
    return moved(asked, f"{SIGN_IN}?changed=true")


def _form(house: House, asked: Asked, token: str, refusal: Refusal | None = None) -> Answer:
    faults = faults_of(asked, refusal) if refusal else {}
    whole = said(asked, refusal) if refusal and "password" not in faults else ""
    return house.page(
        asked, "reset_password.html", status=refusal.status if refusal else 200, token=token,
        said=whole, faults=faults,
    )  # fmt: skip
