"""Against forged requests: a page's write comes from a page of ours, shown to this very session."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from chassis.errors import Forbidden

if TYPE_CHECKING:
    from flask import Request

    from gateway.sessions import SignedInUser

FIELD: Final = "csrf"
HEADER: Final = "X-CSRF-Token"
_LENGTH: Final = hashlib.sha256().digest_size


def token_of(user: SignedInUser) -> str:
    """A token for the session of `user`. It is masked anew each time, so that a compressed page
    does not give it away bit by bit."""
    mask = secrets.token_bytes(_LENGTH)
    return urlsafe_b64encode(mask + _xor(mask, _secret(user))).decode()


def require_token(user: SignedInUser, header: str | None, form: Mapping[str, str]) -> None:
    """Raise Forbidden unless `header` or `form` holds a token of the session of `user`."""
    given = header or form.get(FIELD) or ""
    try:
        raw = urlsafe_b64decode(given.encode("ascii"))
    except ValueError:
        raise _refused() from None
    masked = _xor(raw[:_LENGTH], raw[_LENGTH:])
    if len(raw) != 2 * _LENGTH or not hmac.compare_digest(masked, _secret(user)):
        raise _refused()


def require_same_site(request: Request) -> None:
    """Raise Forbidden when the browser says that another site made it send `request`."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    if site not in ("same-origin", "none"):
        raise _refused()
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise _refused()


def _secret(user: SignedInUser) -> bytes:
    return hmac.digest(user.token_hash.encode(), b"forms of pages", "sha256")


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))


def _refused() -> Forbidden:
    return Forbidden("This did not come from a page of your session.", code="forged_request")
