"""The board of an entity with stages, and moving a record from one to another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from chassis.errors import Conflict, Forbidden, Invalid, Malformed, Refusal
from chassis.identifiers import new_id
from contracts.speech import EntityContract
from gateway import parameters
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.cells import choice_name
from gateway.pages.conditions import chips
from gateway.pages.descriptions import Description, Field
from gateway.pages.editing import read_record, update
from gateway.pages.forms import read_base, values_of
from gateway.pages.house import House, moved
from gateway.pages.list_state import BOARD, STATE_PARAMETERS, state_of
from gateway.pages.lists import PAGE, people_of
from gateway.pages.navigation import icon_of, plural_label
from gateway.pages.undoing import changing_back, offered, step_back
from gateway.pages.viewer import viewer_of
from gateway.parameters import text
from gateway.permissions import Granted
from gateway.registry import Route
from gateway.routes.records import record_id
from gateway.texts import sentence

_LIMIT: Final = 20
_CARD: Final[tuple[str, ...]] = (
    "company_id", "company_name", "amount", "owner_id", "stage_changed_at",
)  # fmt: skip
_QUERY: Final = (
    text("pipeline", "Which pipeline."),
    text("stage", "One column alone, which `cursor` goes on with."),
    *STATE_PARAMETERS,
    *(each for each in parameters.LIST if each.name == "cursor"),
)
_REFUSED: Final = (Invalid, Malformed, Conflict, Forbidden)


def board_pages(house: House, entity: EntityContract) -> Iterator[Route]:
    """The board of `entity`, and the moves of its records."""
    named = f"pages.{entity.plural}"
    yield Route(
        method="GET", path=f"/{entity.plural}/board", name=f"{named}.board", area="pages",
        page=True, summary=f"The stages of {entity.plural} as columns", parameters=_QUERY,
        permission=Granted(entity.name, "read"), replies=PAGE,
        answer=lambda asked: _board(house, entity, asked),
    )  # fmt: skip
    yield Route(
        method="POST", path=f"/{entity.plural}/{{id}}/stage", name=f"{named}.move", area="pages",
        page=True, summary=f"Move a {entity.name} to another stage", writes=True, repeatable=True,
        permission=Granted(entity.name, "update"), replies=PAGE,
        answer=lambda asked: _move(house, entity, asked),
    )  # fmt: skip


def _board(house: House, entity: EntityContract, asked: Asked) -> Answer:
    description = house.descriptions.of(asked, entity)
    stage = description.stage
    if stage is None:
        return moved(asked, f"/{entity.plural}")
    viewer = viewer_of(asked)
    setup = house.setups.of(asked, entity)
    state = state_of(asked, description, setup, BOARD)
    board = _read(asked, description, {"q": state.q or None, "filter": state.filter})
    values = {
        "description": description, "entity": entity, "columns": board["columns"],
        "pipeline": board.get("pipeline"), "state": state, "key": new_id().hex,
    }  # fmt: skip
    if asked.query.get("cursor"):
        return house.page(asked, "cards.html", column=board["columns"][0], **values)
    pipelines = _pipelines(asked, entity) if entity.pipelined else []
    return house.page(
        asked, "board.html", **values, pipelines=pipelines,
        chips=chips(viewer, description, state.filter, people_of(asked)), undo_view="",
        plural=plural_label(entity, viewer), place_icon=icon_of(entity.name),
    )  # fmt: skip


def _pipelines(asked: Asked, entity: EntityContract) -> Any:
    found = asked.call(entity.service, "pipelines", {"entity": entity.name})
    return found["items"] if isinstance(found, Mapping) else found


def _read(asked: Asked, description: Description, query: Mapping[str, Any]) -> Mapping[str, Any]:
    """The board as the API answers it; of an entity without pipelines, a list for each stage."""
    entity = description.entity
    fields = [each for each in _CARD if each in description.fields]
    fields += [each.name for each in (description.title, description.stage) if each is not None]
    wanted = {
        "limit": _LIMIT, "fields": ",".join(fields),
        "include": ",".join(description.includes_of(fields)) or None, **query,
    }  # fmt: skip
    if entity.pipelined:
        said = {**wanted, **{name: asked.query.get(name) for name in
                             ("pipeline", "stage", "cursor")}}  # fmt: skip
        given = {name: value for name, value in said.items() if value is not None}
        found: Mapping[str, Any] = asked.call(
            entity.service, "board", {"entity": entity.name, "query": given}
        )
        return found
    return {"columns": _by_lists(asked, description, wanted)}


def _by_lists(
    asked: Asked, description: Description, wanted: Mapping[str, Any]
) -> list[dict[str, Any]]:
    entity, field = description.entity, description.stage
    assert field is not None
    only = asked.query.get("stage")
    stages = [stage for stage in description.stages if only in (None, stage["code"])]
    calls = []
    for stage in stages:
        within: dict[str, Any] = {field.name: stage["code"]}
        if wanted.get("filter"):
            within = {"and": [within, wanted["filter"]]}
        query = {**wanted, "filter": within, "cursor": asked.query.get("cursor"),
                 "count": "estimate"}  # fmt: skip
        given = {name: value for name, value in query.items() if value is not None}
        calls.append((entity.service, "list", {"entity": entity.name, "query": given}))
    answers = asked.gather(calls)
    for answer in answers:
        if isinstance(answer, Refusal):
            raise answer
    return [
        {
            "stage": stage,
            "items": answer["items"],
            "next_cursor": answer["next_cursor"],
            "count": answer.get("total"),
            "totals": None,
        }
        for stage, answer in zip(stages, answers, strict=True)
    ]


def _move(house: House, entity: EntityContract, asked: Asked) -> Answer:
    """Move; what the stage asks for and the record lacks is asked in a small form."""
    description, identifier = house.descriptions.of(asked, entity), record_id(asked)
    stage = description.stage
    assert stage is not None
    fields = [field for field in description.fields.values() if field.editable]
    values = values_of(asked.form, [f for f in fields if f is not stage], viewer_of(asked))
    values[stage.name] = asked.form.get("stage", "")
    version: int | str = int(asked.form.get("version") or 0) or "*"
    before = _before(asked, description, identifier, values)
    try:
        after = update(asked, description, identifier, version, values)
    except _REFUSED as refusal:
        return _demands(house, asked, description, identifier, values, refusal)
    headers = _way_back(asked, description, before, values, after)
    if asked.form.get("from") == "board":
        return Answer(status=204, headers=headers)
    return moved(asked, f"/{entity.plural}/{identifier}", headers)


def _before(
    asked: Asked, description: Description, identifier: str, values: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What the record holds of `values` and of where it stands, to be taken back to."""
    names = [each for each in (*values, "reason", "pipeline_id") if each in description.fields]
    arguments = {"entity": description.entity.name, "id": identifier,
                 "fields": ",".join(dict.fromkeys(names))}  # fmt: skip
    record: Mapping[str, Any] = asked.call(description.entity.service, "get", arguments)
    return record


def _way_back(
    asked: Asked, description: Description, before: Mapping[str, Any],
    values: Mapping[str, Any], after: Mapping[str, Any],
) -> dict[str, str]:  # fmt: skip
    """The headers that tell of the move, and offer to take it back."""
    changed = {"board-changed": True}
    step = step_back(asked, description, before, values, after)
    if step is None or description.stage is None:
        return {"HX-Trigger": json.dumps(changed)}
    target = description.stage_of({**before, **values})
    words = viewer_of(asked).text("Moved to {stage}.", stage=target["name"] if target else "…")
    undo = changing_back(description.entity, [step])
    return offered(undo, words, **changed)


def _demands(
    house: House, asked: Asked, description: Description, identifier: str,
    values: Mapping[str, Any], refusal: Refusal,
) -> Answer:  # fmt: skip
    stage, language = description.stage, viewer_of(asked).language
    assert stage is not None
    current = read_record(asked, description, identifier)
    pointed = dict.fromkeys(f.pointer.strip("/").partition("/")[0] for f in refusal.faults)
    filled = [name for name in values if name != stage.name]
    wanted = [
        description.fields[name]
        for name in dict.fromkeys((*filled, *pointed))
        if name in description.fields and name != stage.name
    ]
    words: dict[str, list[str]] = {}
    for fault in refusal.faults:
        name = fault.pointer.strip("/").partition("/")[0]
        words.setdefault(name, []).append(sentence(fault.code, language, fault.detail, None))
    target = next(
        (s for s in description.stages_of(current) if s["code"] == values[stage.name]), None
    )
    return house.page(
        asked, "move.html", status=422, description=description, entity=description.entity,
        record={**current, **values}, current=current, fields=_editable(wanted), faults=words,
        target=target, code=values[stage.name], origin=asked.form.get("from", ""),
        said=sentence(refusal.code, language, refusal.detail, refusal.status),
        key=new_id().hex, base=read_base(asked.form), pipelines=[],
        needed=_activity_needed(asked, target, refusal),
    )  # fmt: skip


def _editable(fields: list[Field]) -> list[Field]:
    return [field for field in fields if field.editable]


def _activity_needed(asked: Asked, target: Mapping[str, Any] | None, refusal: Refusal) -> str:
    """The kind of activity that has to be done first, in the viewer's language."""
    kind = (target or {}).get("required_activity")
    if not kind or all(fault.code != "activity_required" for fault in refusal.faults):
        return ""
    return choice_name(viewer_of(asked), kind)
