"""API tokens of one's own: made, shown once, ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from chassis.errors import Refusal
from chassis.identifiers import new_id
from contracts import identity
from contracts.catalogue import ENTITIES
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.administration.rows import REFUSED, faults_of, row, said
from gateway.pages.house import House, moved
from gateway.pages.navigation import plural_label
from gateway.pages.viewer import viewer_of
from gateway.permissions import SignedIn
from gateway.registry import Route
from gateway.routes.records import record_id

_IDENTITY: Final = identity.SERVICE
PATH: Final = "/tokens"
# What a token may do, by what the form calls it: everything, or of chosen kinds of record.
_WHOLE: Final = {"all": ["*"], "read": ["*:read"]}
_DAYS: Final = (30, 90, 365)


def token_pages(house: House) -> Iterator[Route]:
    """The page of one's tokens, which everybody has."""
    yield row("GET", PATH, "tokens", SignedIn(), lambda asked: _page(house, asked),
              "Your API tokens")  # fmt: skip
    yield row("POST", PATH, "tokens.create", SignedIn(), lambda asked: _create(house, asked),
              "Make an API token")  # fmt: skip
    yield row("POST", f"{PATH}/{{id}}/end", "tokens.end", SignedIn(),
              lambda asked: _end(house, asked), "End an API token")  # fmt: skip


def _page(house: House, asked: Asked, refusal: Refusal | None = None, made: Any = None) -> Answer:
    viewer = viewer_of(asked)
    tokens = asked.call(_IDENTITY, "tokens", {})["items"]
    kinds = [(each.name, plural_label(each, viewer)) for each in ENTITIES.values()
             if each.listed and each.setting is None]  # fmt: skip
    return house.page(
        asked, "tokens.html", status=422 if refusal else 200, tokens=tokens, made=made,
        kinds=kinds, days=_DAYS, key=new_id().hex, form=asked.form,
        said=said(asked, refusal) if refusal else "",
        faults=faults_of(asked, refusal) if refusal else {},
    )  # fmt: skip


def _create(house: House, asked: Asked) -> Answer:
    """The token is in this one answer, and in no other."""
    form = asked.form
    days = form.get("days", "")
    lasting = int(days) if days in {str(each) for each in _DAYS} else _DAYS[0]
    arguments = {
        "name": form.get("name", "").strip(),
        "scopes": _WHOLE.get(form.get("may", "")) or form.getlist("scope"),
        "expires_at": (datetime.now(UTC) + timedelta(days=lasting)).isoformat(),
    }
    try:
        made = asked.call(_IDENTITY, "create_token", arguments)
    except REFUSED as refusal:
        return _page(house, asked, refusal)
    return _page(house, asked, made=made)


def _end(house: House, asked: Asked) -> Answer:
    try:
        asked.call(_IDENTITY, "delete_token", {"id": record_id(asked)})
    except REFUSED as refusal:
        return _page(house, asked, refusal)
    return moved(asked, PATH)
