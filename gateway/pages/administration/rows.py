"""How rows of administration are declared: alike, concealed from whoever holds no setting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from chassis.errors import Conflict, Forbidden, Invalid, Malformed, NotFound, Refusal
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.lists import PAGE
from gateway.pages.viewer import viewer_of
from gateway.permissions import Concealed, Permission
from gateway.registry import Route
from gateway.texts import sentence

BASE: Final = "/administration"
# What a form shows in place of an error page.
REFUSED: Final = (Invalid, Malformed, Conflict, Forbidden, NotFound)


def row(
    method: str, path: str, name: str, settings: str | tuple[str, ...] | Permission,
    answer: Callable[[Asked], Answer], summary: str, **parts: Any,
) -> Route:  # fmt: skip
    """A page of administration for holders of `settings`. What writes may be asked for again."""
    if isinstance(settings, str):
        settings = (settings,)
    permission = Concealed(settings) if isinstance(settings, tuple) else settings
    writes = method == "POST"
    return Route(
        method=method, path=path, name=f"pages.administration.{name}", area="pages", page=True,
        summary=summary, permission=permission, replies=PAGE, answer=answer, writes=writes,
        renews=writes, **parts,
    )  # fmt: skip


def said(asked: Asked, refusal: Refusal) -> str:
    """What a refusal says as a whole, in the viewer's language."""
    language = viewer_of(asked).language
    return sentence(refusal.code, language, refusal.detail, refusal.status)


def faults_of(asked: Asked, refusal: Refusal) -> dict[str, list[str]]:
    """What a refusal says of each place, by the path of the place."""
    language = viewer_of(asked).language
    found: dict[str, list[str]] = {}
    for fault in refusal.faults:
        words = sentence(fault.code, language, fault.detail, None)
        found.setdefault(fault.pointer.strip("/"), []).append(words)
    return found
