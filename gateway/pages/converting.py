"""Converting a lead in one dialog: what it is to become, and who is known already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from chassis.errors import Conflict, Forbidden, Invalid, Malformed, Refusal
from chassis.identifiers import new_id
from contracts.catalogue import ENTITIES
from gateway.answers import Answer
from gateway.pages.cells import choice_name
from gateway.pages.conversion_form import (
    LINK,
    TARGETS,
    Part,
    base_of,
    fill_in,
    parts_of,
    pointed,
)
from gateway.pages.conversions import UNDER_WAY, outcome
from gateway.pages.editing import read_record
from gateway.pages.house import House, moved
from gateway.pages.lists import PAGE, people_of
from gateway.pages.naming import names_of
from gateway.pages.pickers import pipelines_of
from gateway.pages.viewer import viewer_of
from gateway.permissions import Granted
from gateway.registry import Route
from gateway.routes.records import record_id
from gateway.texts import sentence

if TYPE_CHECKING:
    from gateway.asked import Asked

_LEADS: Final = "leads"
_REFUSED: Final = (Invalid, Malformed, Conflict, Forbidden)


def converting_pages(house: House) -> Iterator[Route]:
    """The dialog that converts a lead."""
    path, update = "/leads/{id}/convert", Granted("lead", "update")
    yield Route(
        method="GET", path=path, name="pages.leads.convert", area="pages", page=True,
        summary="What a lead is to become", permission=update, replies=PAGE,
        answer=lambda asked: _dialog(house, asked, _parts(house, asked)),
    )  # fmt: skip
    yield Route(
        method="POST", path=path, name="pages.leads.converted", area="pages", page=True,
        summary="Convert a lead", permission=update, replies=PAGE, writes=True,
        answer=lambda asked: _convert(house, asked),
    )  # fmt: skip


def _parts(house: House, asked: Asked) -> list[Part]:
    """What the lead offers, drawn by what its targets say of themselves."""
    identifier = record_id(asked)
    offers = asked.call(_LEADS, "offer_conversion", {"id": identifier})
    described = house.descriptions.of(asked, ENTITIES["lead"])
    lead = read_record(asked, described, identifier)
    targets = list(house.descriptions.known(asked, TARGETS))
    return parts_of(offers, lead, described, targets, pipelines=len(_pipelines(asked, targets)))


def _pipelines(asked: Asked, targets: Sequence[Any]) -> Any:
    """The pipelines of whichever target has them; none while its service is away."""
    for description in targets:
        fields = list(description.fields.values())
        try:
            if found := pipelines_of(asked, description.entity, fields):
                return found
        except Refusal:
            continue
    return []


def _dialog(
    house: House, asked: Asked, parts: list[Part], *, refusal: Refusal | None = None
) -> Answer:
    faults, said = _said(asked, parts, refusal)
    targets = [part.description for part in parts if part.description is not None]
    wanted = {(part.name, part.linked) for part in parts if part.linked}
    base = asked.form.get("base") or base_of(parts)
    candidates = _candidates(parts, refusal)
    return house.page(
        asked, "convert_part.html" if asked.fragment else "convert.html", parts=parts,
        status=422 if refusal else 200, id=record_id(asked), key=new_id().hex, base=base,
        faults=faults, said=said, pipelines=_pipelines(asked, targets), people=people_of(asked),
        names=names_of(asked, wanted), candidates=candidates, shown=_shown(candidates),
        refused=lambda code: sentence(code, viewer_of(asked).language, "", 403),
        customers=_customers(parts, candidates),
    )  # fmt: skip


def _candidates(parts: Sequence[Part], refusal: Refusal | None) -> dict[str, list[Any]]:
    """By target who may be meant: of the lead as it is, and of what was filled in."""
    found: dict[str, list[Any]] = {part.name: list(part.offer["duplicates"]) for part in parts}
    for candidate in (refusal.extra.get("candidates") or ()) if refusal else ():
        if candidate not in found[candidate["entity"]]:
            found[candidate["entity"]].append(candidate)
    return found


def _shown(candidates: Mapping[str, Sequence[Any]]) -> str:
    return " ".join(_mark(each) for several in candidates.values() for each in several)


def _mark(candidate: Mapping[str, Any]) -> str:
    """What tells a candidate from others; of unreadable ones only their kind is known."""
    return str(candidate["id"] or f"unseen-{candidate['entity']}")


def _customers(parts: Sequence[Part], candidates: Mapping[str, Sequence[Any]]) -> list[str]:
    """The contacts and companies whose open deals may be what the lead is about."""
    linked = [part.linked for part in parts if part.name != "deal" and part.linked]
    strong = [each["id"] for several in candidates.values() for each in several
              if each["id"] and each["strength"] == "strong"]  # fmt: skip
    return list(dict.fromkeys((*linked, *strong)))


def _convert(house: House, asked: Asked) -> Answer:
    """Convert; duplicates that nobody was shown yet are shown first."""
    try:
        parts = _parts(house, asked)
    except Conflict as conflict:
        return _already(house, asked, conflict)
    body = fill_in(asked, parts)
    seen = set(asked.form.get("shown", "").split())
    try:
        done = _call(asked, body | {"duplicates": "refuse"})
    except Conflict as conflict:
        candidates = conflict.extra.get("candidates") or ()
        if conflict.code != "duplicate" or any(_mark(each) not in seen for each in candidates):
            return _dialog(house, asked, parts, refusal=conflict)
        try:
            done = _call(asked.keyed("decided"), body)
        except _REFUSED as refusal:
            return _dialog(house, asked, parts, refusal=refusal)
    except _REFUSED as refusal:
        return _dialog(house, asked, parts, refusal=refusal)
    return _came(house, asked, done)


def _came(house: House, asked: Asked, done: Mapping[str, Any]) -> Answer:
    """What came of it where it was asked for: in the sheet, else on the lead's own page."""
    if asked.form.get("from") == "page" and done["state"] not in UNDER_WAY:
        return moved(asked, f"/leads/{done['lead_id']}")
    return outcome(house, asked, done)


def _already(house: House, asked: Asked, conflict: Conflict) -> Answer:
    """The conversion that the lead has, as after a button that was pressed twice."""
    arguments = {"entity": "lead", "id": record_id(asked), "fields": "converted_to"}
    converted = asked.call(_LEADS, "get", arguments).get("converted_to")
    if not converted:
        raise conflict
    done = asked.call(_LEADS, "conversion", {"id": converted["conversion"]})
    return _came(house, asked, done)


def _call(asked: Asked, wishes: dict[str, Any]) -> Mapping[str, Any]:
    arguments = {"id": record_id(asked), "wishes": wishes}
    done: Mapping[str, Any] = asked.call(_LEADS, "convert", arguments)
    return done


def _said(
    asked: Asked, parts: Sequence[Part], refusal: Refusal | None
) -> tuple[dict[str, list[str]], str]:
    """What is wrong with each input, and with what has none."""
    if refusal is None:
        return {}, ""
    viewer = viewer_of(asked)
    if refusal.code == "duplicate":
        return {}, viewer.text("Somebody like this is known already. Link them, or convert anyway.")
    faults: dict[str, list[str]] = {}
    whole = []
    for fault in refusal.faults:
        name = pointed(fault, parts)
        empty = name.startswith(f"{LINK}-") and not asked.form.get(name)
        words = sentence("required" if empty else fault.code, viewer.language,
                         "" if empty else fault.detail, None)  # fmt: skip
        words = words or viewer.text("Choose a record.")
        if name:
            faults.setdefault(name, []).append(words)
        else:
            target = fault.pointer.strip("/").partition("/")[0]
            label = f"{choice_name(viewer, target)}: " if target in TARGETS else ""
            whole.append(f"{label}{words}")
    if faults or whole:
        return faults, " ".join(dict.fromkeys(whole))
    return faults, sentence(refusal.code, viewer.language, refusal.detail, refusal.status)
