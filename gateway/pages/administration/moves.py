"""Which stages the holders of a role may move a record to from each stage of a pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from chassis.access.members import ADMINISTRATOR
from chassis.errors import Malformed, NotFound, Refusal
from chassis.identifiers import new_id
from contracts import identity
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.administration.rows import BASE, REFUSED, faults_of, row, said
from gateway.pages.administration.stages import Way, way_of
from gateway.pages.house import House, moved
from gateway.pages.navigation import plural_label
from gateway.pages.viewer import viewer_of
from gateway.parameters import text
from gateway.registry import Route

_MOVES: Final = f"{BASE}/stages/{{entity}}/{{pipeline}}/moves"
_QUERY: Final = (
    text("role", "The code of the role; the first one when it is absent."),
    text("saved", "Whether it was saved just now."),
)


def move_pages(house: House) -> Iterator[Route]:
    """The table of moves, a role at a time. It is a part of the role, and so is who may change
    it."""
    yield row("GET", _MOVES, "moves", "roles", lambda asked: _page(house, asked),
              "Which moves a role allows", parameters=_QUERY)  # fmt: skip
    yield row("POST", _MOVES, "moves.save", "roles", lambda asked: _save(house, asked),
              "Change which moves a role allows")  # fmt: skip


def _role(asked: Asked, wanted: str | None) -> Mapping[str, Any] | None:
    """The role of this code, or the first one that says anything of moves at all."""
    codes = [code for code in viewer_of(asked).roles if code != ADMINISTRATOR]
    code = wanted if wanted in codes else next(iter(codes), None)
    query = {"limit": 1, "filter": {"code": code}}
    found = asked.call(identity.SERVICE, "list", {"entity": "role", "query": query})
    return next(iter(found["items"]), None)


def _page(
    house: House, asked: Asked, refusal: Refusal | None = None,
    given: Mapping[str, Any] | None = None,
) -> Answer:  # fmt: skip
    way = _way(asked)
    viewer = viewer_of(asked)
    role = _role(asked, asked.query.get("role") or asked.form.get("role"))
    held = (role["transitions"].get(way.pipeline["id"]) or {}) if role and way.pipeline else {}
    return house.page(
        asked, "administration_moves.html", status=422 if refusal else 200, way=way, role=role,
        moves={**held, **(given or {})}, key=new_id().hex, place=plural_label(way.entity, viewer),
        roles=[pair for pair in viewer.roles.items() if pair[0] != ADMINISTRATOR],
        said=said(asked, refusal) if refusal else "",
        faults=_beyond(asked, refusal) if refusal else {},
        saved=refusal is None and asked.query.get("saved") == "true",
    )  # fmt: skip


def _way(asked: Asked) -> Way:
    way = way_of(asked)
    if way.pipeline is None:
        raise NotFound("There is nothing here.", code="no_such_path")
    return way


def _save(house: House, asked: Asked) -> Answer:
    way, form = _way(asked), asked.form
    assert way.pipeline is not None
    version, role = form.get("version", ""), _role(asked, form.get("role"))
    if role is None or not (version.isascii() and version.isdigit() and len(version) < 16):
        raise Malformed("The form names no version.", code="version_required")
    moves = {stage["id"]: _allowed(asked, stage["id"]) for stage in way.stages}
    arguments = {
        "entity": "role", "id": role["id"], "expected_version": int(version),
        "values": {"transitions": {way.pipeline["id"]: moves}},
    }  # fmt: skip
    try:
        asked.call(identity.SERVICE, "update", arguments)
    except REFUSED as refusal:
        return _page(house, asked, refusal, moves)
    return moved(asked, f"{way.path}/moves?role={role['code']}&saved=true")


def _allowed(asked: Asked, stage: str) -> Any:
    """What the form allows from `stage` on: null for any, as silence means that."""
    said_of = asked.form.get(f"from.{stage}", "any")
    if said_of == "some":
        return asked.form.getlist(f"to.{stage}") or "none"
    return "none" if said_of == "none" else None


def _beyond(asked: Asked, refusal: Refusal) -> dict[str, list[str]]:
    """What is wrong, by the stage that is moved from."""
    found = {place.rpartition("/")[2]: words for place, words in faults_of(asked, refusal).items()}
    words = found.pop("", [""])[0]
    details = [fault.detail for fault in refusal.faults if not fault.pointer]
    return found | {detail.rpartition("/")[2]: [words] for detail in details}
