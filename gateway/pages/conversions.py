"""What came of a conversion: what it made, how long it can be undone, and undoing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from chassis.errors import Conflict, Forbidden, Invalid, Refusal
from contracts.access import Level
from contracts.catalogue import ENTITIES
from gateway.answers import Answer
from gateway.pages.conversion_form import TARGETS
from gateway.pages.house import House, moved
from gateway.pages.lists import PAGE
from gateway.pages.naming import names_of
from gateway.pages.viewer import viewer_of
from gateway.parameters import text
from gateway.permissions import Granted
from gateway.registry import Route
from gateway.routes.records import record_id
from gateway.texts import sentence

if TYPE_CHECKING:
    from gateway.asked import Asked

_LEADS: Final = "leads"
_LIMIT: Final = 5
UNDER_WAY: Final = ("running", "undoing")


def conversion_pages(house: House) -> Iterator[Route]:
    """A conversion, undoing it, and open deals that may be what a lead is about."""
    path, read = "/conversions/{id}", Granted("lead", "read")
    yield Route(
        method="GET", path=path, name="pages.conversion", area="pages", page=True,
        summary="What came of a conversion", permission=read, replies=PAGE,
        parameters=(text("from", "`sheet` when it is shown there."),),
        answer=lambda asked: _shown(house, asked),
    )  # fmt: skip
    yield Route(
        method="POST", path=f"{path}/undo", name="pages.conversion.undo", area="pages", page=True,
        summary="Undo a conversion", permission=Granted("lead", "update"), writes=True,
        replies=PAGE, answer=lambda asked: _undo(house, asked),
    )  # fmt: skip
    yield Route(
        method="GET", path="/leads/{id}/convert/deals", name="pages.leads.open_deals",
        area="pages", page=True, summary="Open deals of whom a lead is known as",
        permission=Granted("lead", "update"), replies=PAGE,
        parameters=(text("of", "Contacts and companies, separated by commas.", required=True),),
        answer=lambda asked: _open_deals(house, asked),
    )  # fmt: skip


def outcome(
    house: House, asked: Asked, done: Mapping[str, Any], *, refusal: Refusal | None = None
) -> Answer:
    """What came of the conversion `done`, or why it cannot be undone."""
    if not asked.fragment:
        return moved(asked, f"/leads/{done['lead_id']}")
    targets = {target: done[target] for target in TARGETS if done[target]}
    touched = refusal.extra.get("touched") or () if refusal else ()
    names = names_of(asked, [(target, each["id"]) for target, each in targets.items()])
    assert asked.user is not None
    until = done["undo_until"]
    late = until is not None and datetime.fromisoformat(until) < datetime.now(UTC)
    return house.page(
        asked, "conversion.html", status=422 if refusal else 200, done=done, targets=targets,
        names=names, touched=[(each["type"], each["id"]) for each in touched],
        under_way=done["state"] in UNDER_WAY, said=_words(asked, refusal), late=late,
        failure=sentence(done["failure"]["code"], viewer_of(asked).language,
                         done["failure"]["detail"], 409) if done["failure"] else "",
        may_undo=asked.user.rights.anywhere("lead", "update") is not Level.none,
    )  # fmt: skip


def _words(asked: Asked, refusal: Refusal | None) -> str:
    if refusal is None:
        return ""
    return sentence(refusal.code, viewer_of(asked).language, refusal.detail, refusal.status)


def _shown(house: House, asked: Asked) -> Answer:
    return outcome(house, asked, _conversion(asked))


def _conversion(asked: Asked) -> Mapping[str, Any]:
    found: Mapping[str, Any] = asked.call(_LEADS, "conversion", {"id": record_id(asked)})
    return found


def _undo(house: House, asked: Asked) -> Answer:
    try:
        done = asked.call(_LEADS, "undo_conversion", {"id": record_id(asked)})
    except (Conflict, Forbidden, Invalid) as refusal:
        return outcome(house, asked, _conversion(asked), refusal=refusal)
    return outcome(house, asked, done)


def _open_deals(house: House, asked: Asked) -> Answer:
    customers = asked.query["of"].split(",")
    deal = ENTITIES["deal"]
    either = [{"company_id": {"in": customers}}, {"contacts": {"in": customers}}]
    query = {
        "filter": {"and": [{"closed_at": {"empty": True}}, {"or": either}]},
        "sort": "-created_at", "limit": _LIMIT,
    }  # fmt: skip
    description = house.descriptions.of(asked, deal)
    found = asked.call(deal.service, "list", {"entity": deal.name, "query": query})
    items: Sequence[Mapping[str, Any]] = found["items"]
    return house.page(asked, "open_deals.html", items=items, description=description)
