"""Pipelines and statuses: the stages of each in their order, and what they ask of records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from chassis.errors import NotFound, Refusal
from chassis.identifiers import new_id
from contracts.catalogue import ENTITIES
from contracts.speech import EntityContract
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.administration.codes import code_for
from gateway.pages.administration.rows import BASE, REFUSED, faults_of, row, said
from gateway.pages.administration.stage_wishes import askable, wish_of
from gateway.pages.descriptions import Description
from gateway.pages.house import House, moved
from gateway.pages.navigation import plural_label
from gateway.pages.viewer import viewer_of
from gateway.parameters import text
from gateway.registry import Route
from gateway.routes.statuses import STAGED
from gateway.texts import LANGUAGES

SETTING: Final = "pipelines"
KINDS: Final = ("process", "success", "failure")
_WITHIN: Final = f"{BASE}/stages/{{entity}}/{{pipeline}}"
# Where the pipeline stands in the path of an entity that has none.
NO_PIPELINE: Final = "all"
_CODE: Final = (text("code", "The code of the stage; none for a new one."),)


@dataclass(frozen=True)
class Way:
    """The stages that records of an entity go through: those of a pipeline, or all there are."""

    entity: EntityContract
    pipeline: Mapping[str, Any] | None
    stages: Sequence[Mapping[str, Any]]

    @property
    def path(self) -> str:
        """Where its page is."""
        where = self.pipeline["id"] if self.pipeline else NO_PIPELINE
        return f"{BASE}/stages/{self.entity.plural}/{where}"

    @property
    def arguments(self) -> dict[str, Any]:
        """What names it to the service."""
        own = {"pipeline": self.pipeline["id"]} if self.pipeline else {}
        return {"entity": self.entity.name, **own}

    def stage(self, code: str | None) -> Mapping[str, Any] | None:
        """The stage of this code."""
        return next((each for each in self.stages if each["code"] == code), None)


def stage_pages(house: House) -> Iterator[Route]:
    """The page of each way through stages, and what is done there."""

    def page(method: str, end: str, name: str, answer: Any, summary: str, **parts: Any) -> Route:
        return row(method, f"{_WITHIN}{end}", name, SETTING,
                   lambda asked: answer(house, asked), summary, **parts)  # fmt: skip

    yield page("GET", "", "stages", _page, "The stages, in their order")
    yield page("GET", "/form", "stage.form", _form, "The form of a stage", parameters=_CODE)
    yield page("POST", "/form", "stage.save", _save, "Make or change a stage")
    yield page("POST", "/order", "stage.order", _order, "Put a stage elsewhere in the order")
    yield page("GET", "/removal", "stage.removal", _removal, "What takes the place of a stage",
               parameters=_CODE)  # fmt: skip
    yield page("POST", "/removal", "stage.remove", _remove, "Remove a stage")


def way_of(asked: Asked) -> Way:
    """The way that the path names; NotFound when there is none."""
    plural, pipeline = asked.path["entity"], asked.path["pipeline"]
    entity = next((each for each in ENTITIES.values() if each.plural == plural), None)
    if entity is None or not (entity.pipelined or entity.name in STAGED):
        raise NotFound("There is nothing here.", code="no_such_path")
    if entity.pipelined:
        found = asked.call(entity.service, "pipeline", {"entity": entity.name, "id": pipeline})
        return Way(entity, found, found["stages"])
    if pipeline != NO_PIPELINE:
        raise NotFound("There is nothing here.", code="no_such_path")
    found = asked.call(entity.service, "stages", {"entity": entity.name})
    return Way(entity, None, found["items"])


def _page(
    house: House, asked: Asked, refusal: Refusal | None = None, *, moving: bool = False
) -> Answer:
    way = way_of(asked)
    description = house.descriptions.of(asked, way.entity)
    return house.page(
        asked, "administration_stages.html", status=422 if refusal else 200, way=way,
        description=description, place=plural_label(way.entity, viewer_of(asked)),
        said=said(asked, refusal) if refusal else "", moving=moving,
    )  # fmt: skip


def _form(
    house: House, asked: Asked, refusal: Refusal | None = None,
    given: Mapping[str, Any] | None = None,
) -> Answer:  # fmt: skip
    way = way_of(asked)
    description = house.descriptions.of(asked, way.entity)
    code = asked.query.get("code") or asked.form.get("code")
    stage = way.stage(code)
    if code and stage is None:
        raise NotFound("There is no such stage.")
    shown = {"kind": "process", "names": {}, "required_fields": [], **(stage or {}),
             **(given or {})}  # fmt: skip
    return house.page(
        asked, "administration_stage.html", status=422 if refusal else 200, way=way, stage=stage,
        shown=shown, kinds=KINDS, fields=askable(description), key=new_id().hex,
        activities=activities(description), said=said(asked, refusal) if refusal else "",
        faults=faults_of(asked, refusal) if refusal else {},
    )  # fmt: skip


def activities(description: Description) -> Sequence[str]:
    """The kinds of activity that stages of an entity with pipelines may ask for."""
    return _ACTIVITIES if description.entity.pipelined else ()


_ACTIVITIES: Final = ("call", "email", "meeting", "note", "message")


def _save(house: House, asked: Asked) -> Answer:
    way = way_of(asked)
    description = house.descriptions.of(asked, way.entity)
    stage = way.stage(asked.form.get("code"))
    values = wish_of(asked.form, description, activities(description))
    service = way.entity.service
    try:
        if stage is None:
            taken = [each["code"] for each in way.stages]
            names = [values["names"].get(language) for language in LANGUAGES]
            name = next((each for each in names if each), "")
            given = {**values, "code": code_for(name, taken), "kind": asked.form.get("kind", "")}
            asked.call(service, "create_stage", {**way.arguments, "values": given})
        else:
            arguments = {"code": stage["code"], "values": values, "expected_version": "*"}
            asked.call(service, "update_stage", {**way.arguments, **arguments})
    except REFUSED as refusal:
        shown = values if stage else {**values, "kind": asked.form.get("kind", "")}
        return _form(house, asked, refusal, shown)
    house.descriptions.forget(way.entity)
    return moved(asked, way.path)


def _order(house: House, asked: Asked) -> Answer:
    """Give one stage another place; where it may not stand, all stay as they were."""
    way = way_of(asked)
    place = asked.form.get("position", "")
    values = {"position": int(place) if place.isascii() and place.isdigit() else 0}
    arguments = {"code": asked.form.get("code", ""), "values": values, "expected_version": "*"}
    try:
        asked.call(way.entity.service, "update_stage", {**way.arguments, **arguments})
    except REFUSED as refusal:
        return _page(house, asked, refusal)
    house.descriptions.forget(way.entity)
    return _page(house, asked)


def _removal(house: House, asked: Asked, refusal: Refusal | None = None) -> Answer:
    way = way_of(asked)
    stage = way.stage(asked.query.get("code") or asked.form.get("code"))
    if stage is None:
        raise NotFound("There is no such stage.")
    return house.page(
        asked, "administration_stage_removal.html", status=422 if refusal else 200, way=way,
        stage=stage, others=[each for each in way.stages if each is not stage],
        said=said(asked, refusal) if refusal else "", key=new_id().hex,
        faults=faults_of(asked, refusal) if refusal else {},
    )  # fmt: skip


def _remove(house: House, asked: Asked) -> Answer:
    way = way_of(asked)
    arguments = {
        **way.arguments, "code": asked.form.get("code", ""), "expected_version": "*",
        "replace_with": asked.form.get("replace_with") or None,
    }  # fmt: skip
    try:
        asked.call(way.entity.service, "delete_stage", arguments)
    except REFUSED as refusal:
        return _removal(house, asked, refusal)
    house.descriptions.forget(way.entity)
    return moved(asked, way.path)
