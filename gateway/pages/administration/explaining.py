"""Why somebody may or may not do something, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from chassis.errors import Unavailable
from contracts.access import OPERATIONS
from contracts.catalogue import ENTITIES
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.administration.picked import picked_person, picked_record
from gateway.pages.administration.rights_words import LEVELS, OPERATION_NAMES
from gateway.pages.administration.rows import BASE, REFUSED, row, said
from gateway.pages.house import House
from gateway.pages.navigation import plural_label
from gateway.pages.pickers import readable
from gateway.pages.viewer import viewer_of
from gateway.parameters import text
from gateway.registry import Route
from gateway.routes.account import explanation

_QUERY: Final = (
    text("user", "Who."),
    text("record", "On which record, as `type:id`."),
    text("entity", "Else on which kind of record."),
    text("operation", "What."),
)


def explain_pages(house: House) -> Iterator[Route]:
    """The page that asks and answers."""
    yield row(
        "GET", f"{BASE}/explain", "explain", "roles", lambda asked: _explain(house, asked),
        "Why somebody may or may not do something", parameters=_QUERY,
    )  # fmt: skip


def _explain(house: House, asked: Asked) -> Answer:
    query, viewer = asked.query, viewer_of(asked)
    kind, _, identifier = (query.get("record") or "").partition(":")
    operation = query.get("operation") or "read"
    wanted: dict[str, Any] = {
        "user": query.get("user"), "operation": operation,
        "entity": kind or query.get("entity") or next(iter(ENTITIES)),
    }  # fmt: skip
    found, words = None, ""
    if query.get("user"):
        if identifier:
            wanted["id"] = identifier
        try:
            found = explanation(asked, wanted)
        except (*REFUSED, Unavailable) as refusal:
            words = said(asked, refusal)
    entities = [(each.name, plural_label(each, viewer)) for each in ENTITIES.values()
                if each.listed]  # fmt: skip
    return house.page(
        asked, "administration_explain.html", status=422 if words else 200, found=found,
        said=words, person=picked_person(asked), entities=entities, wanted=wanted,
        record=picked_record(asked), operations=OPERATIONS,
        operation_names=OPERATION_NAMES, levels=LEVELS,
        pickable=",".join(each.name for each in readable(asked)),
    )  # fmt: skip
