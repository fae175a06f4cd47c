"""Many records at a time: the same change to each, with what stood against it for those refused.

It is the job of the API's `POST /{entity}/bulk`; the page asks how far it is until it is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from chassis.errors import Malformed, NotFound, Refusal
from contracts.speech import EntityContract
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.descriptions import Description, Field
from gateway.pages.forms import asked_fields, values_of
from gateway.pages.house import House
from gateway.pages.lists import PAGE
from gateway.pages.pickers import pipelines_of
from gateway.pages.undoing import Undo, changing_back, restoring, step_back
from gateway.pages.viewer import viewer_of
from gateway.parameters import text
from gateway.permissions import Granted
from gateway.registry import Reply, Route
from gateway.texts import sentence

_JSON: Final = {200: Reply("How far it is.", {"type": "object"})}
_FIELD: Final = text("field", "The field whose input is wanted.")
_SHOWN: Final = 100
_UNFIT: Final = ("pipeline_id", "reason")


def bulk_pages(house: House, entity: EntityContract) -> Iterator[Route]:
    """Changing, deleting and restoring many records of `entity`."""
    path, named = f"/{entity.plural}/bulk", f"pages.{entity.plural}.bulk"
    yield Route(
        method="GET", path=path, name=named, area="pages", page=True, parameters=(_FIELD,),
        summary=f"The form to change many {entity.plural}", replies=PAGE,
        permission=Granted(entity.name, "update"),
        answer=lambda asked: _form(house, entity, asked),
    )  # fmt: skip
    yield Route(
        method="POST", path=path, name=f"{named}.begin", area="pages", page=True, writes=True,
        summary=f"Change many {entity.plural}", permission=Granted(entity.name, "read"),
        repeatable=True, replies=_JSON, answer=lambda asked: _begin(house, entity, asked),
    )  # fmt: skip
    yield Route(
        method="GET", path=f"{path}/{{job}}", name=f"{named}.progress", area="pages", page=True,
        summary="How far a change of many is", permission=Granted(entity.name, "read"),
        replies=_JSON, answer=lambda asked: _progress(entity, asked),
    )  # fmt: skip
    yield Route(
        method="GET", path=f"{path}/{{job}}/outcome", name=f"{named}.outcome", area="pages",
        page=True, summary="What a change of many was refused", replies=PAGE,
        permission=Granted(entity.name, "read"),
        answer=lambda asked: _outcome(house, entity, asked),
    )  # fmt: skip


def _fields(description: Description) -> list[Field]:
    fields = asked_fields(description, creating=False)
    fit = [f for f in fields if f.name not in _UNFIT and not f.said["write_only"]]
    return [f for f in fit if f.widget != "links"]


def _form(house: House, entity: EntityContract, asked: Asked) -> Answer:
    description = house.descriptions.of(asked, entity)
    fields = _fields(description)
    wanted = asked.query.get("field")
    chosen = [f for f in fields if f.name == wanted] or fields[:1]
    stage = description.stage
    if stage is not None and wanted == stage.name and "reason" in description.fields:
        chosen = [stage, description.fields["reason"]]
    return house.page(
        asked, "bulk_inputs.html" if wanted else "bulk.html", description=description,
        entity=entity, fields=fields, chosen=chosen, record={}, faults={},
        pipelines=pipelines_of(asked, entity, chosen),
    )  # fmt: skip


def _begin(house: House, entity: EntityContract, asked: Asked) -> Answer:
    action = asked.form.get("action", "")
    wish: dict[str, Any] = {
        "ids": [one for one in asked.form.get("ids", "").split(",") if one],
        "action": action,
    }
    if action == "update":
        wish["changes"] = _changes(house.descriptions.of(asked, entity), asked)
    undo = _undo(house.descriptions.of(asked, entity), asked, wish)
    arguments = {"entity": entity.name, "wish": wish}
    begun: Mapping[str, Any] = asked.call(entity.service, "change_many", arguments)
    return Answer({**begun, "undo": undo})


def _undo(description: Description, asked: Asked, wish: Mapping[str, Any]) -> Undo:
    """How to take `wish` back, for those records that nobody else changes meanwhile."""
    entity, ids = description.entity, wish["ids"]
    if wish["action"] != "update":
        return restoring(entity, ids if wish["action"] == "delete" else ())
    found = asked.call(entity.service, "get_many", {"entity": entity.name, "ids": ids})
    steps = [
        step_back(asked, description, one, wish["changes"],
                  {"id": one["id"], "version": one["version"] + 1})
        for one in found
    ]  # fmt: skip
    return changing_back(entity, [step for step in steps if step is not None])


def _changes(description: Description, asked: Asked) -> dict[str, Any]:
    fields = _fields(description)
    if "reason" in description.fields:
        fields.append(description.fields["reason"])
    values = values_of(asked.form, fields, viewer_of(asked))
    if values.get("reason", "") is None:
        del values["reason"]
    return values


def _job(entity: EntityContract, asked: Asked) -> Mapping[str, Any]:
    name = asked.path["job"]
    if not name.startswith(f"{entity.service}-"):
        raise NotFound("There is no such job.")
    found: Mapping[str, Any] = asked.call(entity.service, "job", {"id": name})
    return found


def _progress(entity: EntityContract, asked: Asked) -> Answer:
    job = _job(entity, asked)
    result = job["result"] or {}
    outcomes = result.get("outcomes") or ()
    return Answer({
        "state": job["state"], "done": job["done"], "total": job["total"] or 0,
        "refused": result.get("refused", 0), "told": _told(asked, result),
        "changed": [one["id"] for one in outcomes if one["outcome"] == "done"],
    })  # fmt: skip


def _told(asked: Asked, result: Mapping[str, Any]) -> str:
    """What became of them, in a sentence."""
    viewer = viewer_of(asked)
    if not result:
        return viewer.text("This was not done.")
    done, refused = result["done"], result["refused"]
    words = [viewer.text("Changed: {count}", count=viewer.number(done))]
    if refused:
        words.append(viewer.text("refused: {count}", count=viewer.number(refused)))
    if result["left"]:
        words.append(viewer.text("left: {count}", count=viewer.number(result["left"])))
    return ", ".join(words) + "."


def _outcome(house: House, entity: EntityContract, asked: Asked) -> Answer:
    description, job = house.descriptions.of(asked, entity), _job(entity, asked)
    result = job["result"] or {"done": 0, "refused": 0, "left": 0, "outcomes": ()}
    refused = [one for one in result["outcomes"] if one["outcome"] == "refused"]
    shown = refused[:_SHOWN]
    names = _names(asked, description, [one["id"] for one in shown])
    rows = [(one["id"], names.get(one["id"]), _reason(asked, description, one)) for one in shown]
    return house.page(
        asked, "bulk_outcome.html", entity=entity, told=_told(asked, job["result"] or {}),
        rows=rows, more=len(refused) - len(rows),
    )  # fmt: skip


def _names(asked: Asked, description: Description, ids: list[str]) -> dict[str, str]:
    """The names of those that who asks may read; the others stay unnamed."""
    entity, title = description.entity, description.title
    if not ids or title is None:
        return {}
    try:
        found = asked.call(entity.service, "get_many", {"entity": entity.name, "ids": ids})
    except (Refusal, Malformed):
        return {}
    return {one["id"]: str(one.get(title.name) or f"#{one.get('number')}") for one in found}


def _reason(asked: Asked, description: Description, outcome: Mapping[str, Any]) -> str:
    language = viewer_of(asked).language
    words = []
    for fault in outcome["errors"]:
        field = description.fields.get(fault["pointer"].strip("/").partition("/")[0])
        said = sentence(fault["code"], language, fault["detail"], None)
        words.append(f"{field.label}: {said}" if field else said)
    whole = sentence(outcome["code"], language, outcome["detail"], outcome["status"])
    return " ".join(words) or whole
