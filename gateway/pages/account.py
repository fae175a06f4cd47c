"""What is one's own to set up: language and time zone, the password, the second factor."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any, Final
from zoneinfo import available_timezones

import segno

from chassis.errors import Refusal, TooMany, Unauthenticated
from contracts import identity
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages import cookies
from gateway.pages.administration.rows import REFUSED, faults_of, row, said
from gateway.pages.house import House, moved
from gateway.parameters import text
from gateway.permissions import SignedIn
from gateway.registry import Route

PATH: Final = "/account"
_IDENTITY: Final = identity.SERVICE
_SAVED: Final = text("saved", "What was saved a moment ago: `profile` or `password`.")
_LONGEST: Final = 1024
# Each called as those call it who speak it.
_LANGUAGES: Final = (("en", "English"), ("pt-BR", "Português (Brasil)"))
_REFUSED: Final = (*REFUSED, TooMany, Unauthenticated)


def account_pages(house: House) -> Iterator[Route]:
    """The page of one's account, which everybody has, and its forms."""
    yield row("GET", PATH, "account", SignedIn(), lambda asked: _page(house, asked),
              "Your account", parameters=(_SAVED,))  # fmt: skip
    for path, name, summary, act in (
        ("", "profile", "Set up language and time zone", _profile),
        ("/password", "password", "Change your password", _password),
        ("/second-factor", "second_factor", "Begin with a second factor", _begin),
        ("/second-factor/confirm", "confirm", "Put the second factor in force", _confirm),
        ("/second-factor/codes", "codes", "Get other recovery codes", _codes),
        ("/second-factor/end", "end", "Do without a second factor", _end),
    ):
        yield row("POST", f"{PATH}{path}", f"account.{name}", SignedIn(),
                  _Saving(house, name, act), summary)  # fmt: skip


class _Saving:
    """Does `act`, which answers where to go or what to show; a refusal stands in its own form."""

    def __init__(
        self, house: House, form: str, act: Callable[[Asked], Answer | str | Mapping[str, Any]]
    ) -> None:
        self.house, self.form, self.act = house, form, act

    def __call__(self, asked: Asked) -> Answer:
        try:
            outcome = self.act(asked)
        except _REFUSED as refusal:
            return _page(self.house, asked, self.form, refusal)
        if isinstance(outcome, Answer):
            return outcome
        if isinstance(outcome, str):
            return moved(asked, outcome)
        return _page(self.house, asked, **outcome)


def _page(
    house: House, asked: Asked, form: str = "", refusal: Refusal | None = None,
    begun: Mapping[str, str] | None = None, codes: list[str] | None = None,
) -> Answer:  # fmt: skip
    me = asked.call(_IDENTITY, "me", {})
    faults = faults_of(asked, refusal) if refusal else {}
    if begun is None and form == "confirm":
        begun = {name: asked.form.get(name, "")[:_LONGEST] for name in ("secret", "uri")}
    return house.page(
        asked, "account.html", status=422 if refusal else 200, me=me, languages=_LANGUAGES,
        zones=sorted(available_timezones()), wrong=form, faults=faults,
        said=said(asked, refusal) if refusal and not faults else "",
        begun=begun, drawn=_drawn(begun["uri"]) if begun else "", codes=codes,
        saved=asked.query.get("saved") if refusal is None else None,
    )  # fmt: skip


def _drawn(uri: str) -> str:
    """`uri` as a QR code (ISO/IEC 18004), an address of an image that a page may hold."""
    if not uri.startswith("otpauth://"):
        return ""
    image = BytesIO()
    segno.make(uri, error="m").save(image, kind="png", scale=5, border=3)
    return "data:image/png;base64," + base64.b64encode(image.getvalue()).decode()


def _typed(asked: Asked, *names: str) -> dict[str, str]:
    return {name: asked.form.get(name, "")[:_LONGEST] for name in names}


def _profile(asked: Asked) -> Answer:
    typed = _typed(asked, "locale", "time_zone", "currency")
    values = {name: value.strip() or None for name, value in typed.items()}
    if values["currency"]:
        values["currency"] = values["currency"].upper()
    asked.call(_IDENTITY, "update_me", {"values": values})
    preferred = cookies.prefer(values["currency"])
    return moved(asked, f"{PATH}?saved=profile", {"Set-Cookie": preferred})


def _password(asked: Asked) -> str:
    given = _typed(asked, "current_password", "new_password")
    asked.call(_IDENTITY, "change_password", {**given, "ip": asked.address})
    return f"{PATH}?saved=password"


def _begin(asked: Asked) -> Mapping[str, Any]:
    given = {**_typed(asked, "current_password"), "ip": asked.address}
    return {"begun": asked.call(_IDENTITY, "begin_second_factor", given)}


def _confirm(asked: Asked) -> Mapping[str, Any]:
    given = {**_typed(asked, "otp"), "ip": asked.address}
    made = asked.call(_IDENTITY, "confirm_second_factor", given)
    return {"codes": made["recovery_codes"]}


def _codes(asked: Asked) -> Mapping[str, Any]:
    given = {**_typed(asked, "current_password", "otp"), "ip": asked.address}
    made = asked.call(_IDENTITY, "renew_recovery_codes", given)
    return {"codes": made["recovery_codes"]}


def _end(asked: Asked) -> str:
    given = {**_typed(asked, "current_password", "otp"), "ip": asked.address}
    asked.call(_IDENTITY, "end_second_factor", given)
    return PATH
