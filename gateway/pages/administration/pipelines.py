"""The pipelines of each entity that has them: made, renamed, ordered, removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from chassis.errors import NotFound, Refusal
from chassis.identifiers import new_id
from contracts.catalogue import ENTITIES
from contracts.speech import EntityContract
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.administration.codes import code_for
from gateway.pages.administration.rows import BASE, REFUSED, faults_of, row, said
from gateway.pages.administration.stages import SETTING
from gateway.pages.house import House, moved
from gateway.pages.navigation import plural_label
from gateway.pages.viewer import viewer_of
from gateway.parameters import identifier
from gateway.registry import Route
from gateway.texts import LANGUAGES

_ALL: Final = f"{BASE}/pipelines"
_WITHIN: Final = f"{_ALL}/{{entity}}"
_ID: Final = (identifier("id", "Which pipeline; none for a new one."),)


def pipeline_pages(house: House) -> Iterator[Route]:
    """All pipelines, and what is done with one as a whole."""

    def page(method: str, end: str, name: str, answer: Any, summary: str, **parts: Any) -> Route:
        return row(method, f"{_WITHIN}{end}", name, SETTING,
                   lambda asked: answer(house, asked), summary, **parts)  # fmt: skip

    yield row("GET", _ALL, "pipelines", SETTING, lambda asked: _list(house, asked),
              "The pipelines, each with its stages")  # fmt: skip
    yield page("GET", "/form", "pipeline.form", _form, "The form of a pipeline", parameters=_ID)
    yield page("POST", "/form", "pipeline.save", _save, "Make or rename a pipeline")
    yield page("GET", "/removal", "pipeline.removal", _removal,
               "What takes the place of a pipeline", parameters=_ID)  # fmt: skip
    yield page("POST", "/removal", "pipeline.remove", _remove, "Remove a pipeline")


def _entity(asked: Asked) -> EntityContract:
    for entity in ENTITIES.values():
        if entity.plural == asked.path["entity"] and entity.pipelined:
            return entity
    raise NotFound("There is nothing here.", code="no_such_path")


def _pipelines(asked: Asked, entity: EntityContract) -> list[Mapping[str, Any]]:
    found = asked.call(entity.service, "pipelines", {"entity": entity.name})
    return list(found["items"])


def _named(pipelines: Sequence[Mapping[str, Any]], wanted: str | None) -> Mapping[str, Any] | None:
    return next((each for each in pipelines if each["id"] == wanted), None)


def _list(house: House, asked: Asked) -> Answer:
    viewer = viewer_of(asked)
    places = [(entity, plural_label(entity, viewer), _pipelines(asked, entity))
              for entity in ENTITIES.values() if entity.pipelined]  # fmt: skip
    return house.page(asked, "administration_pipelines.html", places=places)


def _form(
    house: House, asked: Asked, refusal: Refusal | None = None,
    names: Mapping[str, str] | None = None,
) -> Answer:  # fmt: skip
    entity = _entity(asked)
    wanted = asked.query.get("id") or asked.form.get("id")
    pipeline = _named(_pipelines(asked, entity), wanted) if wanted else None
    if wanted and pipeline is None:
        raise NotFound("There is no such pipeline.")
    return house.page(
        asked, "administration_pipeline.html", status=422 if refusal else 200, entity=entity,
        pipeline=pipeline, names=names or (pipeline["names"] if pipeline else {}),
        said=said(asked, refusal) if refusal else "", key=new_id().hex,
        faults=faults_of(asked, refusal) if refusal else {},
    )  # fmt: skip


def _save(house: House, asked: Asked) -> Answer:
    """Make one with the usual stages, or rename the one that the form names."""
    entity, form = _entity(asked), asked.form
    known = _pipelines(asked, entity)
    names = {each: form.get(f"name.{each}", "").strip() for each in LANGUAGES}
    pipeline = _named(known, form.get("id"))
    try:
        if pipeline is None:
            name = next((each for each in names.values() if each), "")
            values = {"names": names, "code": code_for(name, [each["code"] for each in known])}
            made = asked.call(entity.service, "create_pipeline",
                              {"entity": entity.name, "values": values})  # fmt: skip
            house.descriptions.forget(entity)
            return moved(asked, f"{BASE}/stages/{entity.plural}/{made['id']}")
        arguments = {"entity": entity.name, "id": pipeline["id"], "values": {"names": names},
                     "expected_version": pipeline["version"]}  # fmt: skip
        asked.call(entity.service, "update_pipeline", arguments)
    except REFUSED as refusal:
        return _form(house, asked, refusal, names)
    house.descriptions.forget(entity)
    return moved(asked, _ALL)


def _removal(house: House, asked: Asked, refusal: Refusal | None = None) -> Answer:
    entity = _entity(asked)
    known = _pipelines(asked, entity)
    pipeline = _named(known, asked.query.get("id") or asked.form.get("id"))
    if pipeline is None:
        raise NotFound("There is no such pipeline.")
    return house.page(
        asked, "administration_pipeline_removal.html", status=422 if refusal else 200,
        entity=entity, pipeline=pipeline, key=new_id().hex,
        others=[each for each in known if each is not pipeline],
        said=said(asked, refusal) if refusal else "",
        faults=faults_of(asked, refusal) if refusal else {},
    )  # fmt: skip


def _remove(house: House, asked: Asked) -> Answer:
    entity, form = _entity(asked), asked.form
    arguments = {"entity": entity.name, "id": form.get("id", ""), "expected_version": "*",
                 "replace_with": form.get("replace_with") or None}  # fmt: skip
    try:
        asked.call(entity.service, "delete_pipeline", arguments)
    except REFUSED as refusal:
        return _removal(house, asked, refusal)
    house.descriptions.forget(entity)
    return moved(asked, _ALL)
