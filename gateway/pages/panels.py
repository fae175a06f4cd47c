"""The panels of a record's page that cost a call of their own: they come after the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from chassis.errors import Conflict, Invalid, Malformed, Refusal
from chassis.identifiers import new_id
from contracts.access import Level
from contracts.catalogue import ENTITIES
from contracts.speech import EntityContract
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.composing import PLANNED, written
from gateway.pages.descriptions import Description
from gateway.pages.house import House
from gateway.pages.lists import PAGE, people_of
from gateway.pages.naming import names_of, referred, refers
from gateway.pages.navigation import icon_of, plural_label
from gateway.pages.viewer import Viewer, viewer_of
from gateway.parameters import text
from gateway.permissions import Granted
from gateway.registry import Route
from gateway.routes.records import record_id
from gateway.texts import sentence

_CURSOR: Final = text("cursor", "Where to go on.")
_LIMIT: Final = 20
_RELATED: Final = 5
# What the composer writes; the last of them is a record of its own.
KINDS: Final = ("note", *PLANNED)


def panel_pages(house: House, entity: EntityContract) -> Iterator[Route]:
    """The panels of one record of `entity`."""
    one, read = f"/{entity.plural}/{{id}}", Granted(entity.name, "read")
    named = f"pages.{entity.plural}"
    yield Route(
        method="GET", path=f"{one}/history", name=f"{named}.history", area="pages", page=True,
        summary="Who changed what", permission=read, parameters=(_CURSOR,), replies=PAGE,
        answer=lambda asked: _history(house, entity, asked),
    )  # fmt: skip
    yield Route(
        method="GET", path=f"{one}/related", name=f"{named}.related", area="pages", page=True,
        summary="What refers to it", permission=read, replies=PAGE,
        answer=lambda asked: _related(house, entity, asked),
    )  # fmt: skip
    teller = next((each for each in ENTITIES.values() if entity.name in each.linked), None)
    if teller is None:
        return
    yield Route(
        method="GET", path=f"{one}/timeline", name=f"{named}.timeline", area="pages", page=True,
        summary="What was done and noted about it", permission=read, parameters=(_CURSOR,),
        replies=PAGE, answer=lambda asked: _timeline(house, entity, teller, asked),
    )  # fmt: skip
    yield Route(
        method="POST", path=f"{one}/timeline", name=f"{named}.note", area="pages", page=True,
        summary="Write down or plan something about it", permission=Granted(teller.name, "add"),
        writes=True, repeatable=True, replies=PAGE,
        answer=lambda asked: _compose(house, entity, teller, asked),
    )  # fmt: skip
    yield Route(
        method="POST", path=f"{one}/timeline/done", name=f"{named}.done", area="pages", page=True,
        summary="Tick off what was planned", permission=Granted(teller.name, "update"),
        writes=True, repeatable=True, replies=PAGE,
        answer=lambda asked: _done(house, entity, teller, asked),
    )  # fmt: skip


def _history(house: House, entity: EntityContract, asked: Asked) -> Answer:
    description = house.descriptions.of(asked, entity)
    arguments = {"entity": entity.name, "id": record_id(asked), "limit": _LIMIT, **asked.query}
    page = asked.call(entity.service, "history", arguments)
    return house.page(
        asked, "history.html", page=page, description=description, entity=entity,
        names=names_of(asked, _told_of(description, page["items"])), referred=referred,
        refers=refers, id=arguments["id"],
    )  # fmt: skip


def _told_of(
    description: Description, entries: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    """The records that changes refer to, before and after."""
    for entry in entries:
        for name, change in entry["changes"].items():
            field = description.fields.get(name)
            if field is not None and refers(field) and change:
                yield from (one for value in change for one in referred(field, value))


def _related(house: House, entity: EntityContract, asked: Asked) -> Answer:
    """Every entity with a field that refers to this kind of record, without naming any."""
    identifier, viewer = record_id(asked), viewer_of(asked)
    assert asked.user is not None
    rights = asked.user.rights
    names = [
        each.name
        for each in ENTITIES.values()
        if each.listed and not each.linked and each.setting is None
        if rights.anywhere(each.name, "read") is not Level.none
    ]
    pairs = [
        (description, field.name)
        for description in house.descriptions.known(asked, names)
        for field in description.fields.values()
        if field.reference == entity.name or entity.name in (field.said.get("references") or ())
    ]
    answers = asked.gather([_asking(description, name, identifier) for description, name in pairs])
    groups = [
        _group(viewer, description, name, answer)
        for (description, name), answer in zip(pairs, answers, strict=True)
    ]
    return house.page(asked, "related.html", groups=groups, id=identifier, entity=entity)


def _asking(
    description: Description, name: str, identifier: str
) -> tuple[str, str, Mapping[str, Any]]:
    stage, title = description.stage, description.title
    fields = [each.name for each in (title, stage) if each is not None]
    fields += [each for each in ("pipeline_id", "amount", "done", "deadline", "number")
               if each in description.fields]  # fmt: skip
    query = {"filter": {name: identifier}, "limit": _RELATED, "fields": ",".join(fields),
             "count": "estimate"}  # fmt: skip
    entity = description.entity
    return entity.service, "list", {"entity": entity.name, "query": query}


def _group(viewer: Viewer, description: Description, name: str, answer: Any) -> dict[str, Any]:
    failed = isinstance(answer, Refusal)
    label = plural_label(description.entity, viewer)
    return {
        "description": description,
        "label": label,
        "icon": icon_of(description.entity.name),
        "field": name,
        "failed": failed,
        "items": [] if failed else answer["items"],
        "total": None if failed else answer.get("total"),
    }


def _timeline(
    house: House, entity: EntityContract, teller: EntityContract, asked: Asked,
    *, refusal: Refusal | None = None,
) -> Answer:  # fmt: skip
    identifier = record_id(asked)
    query = {"limit": _LIMIT, "include": "owner,links", "cursor": asked.query.get("cursor")}
    arguments = {"entity": entity.name, "id": identifier, "query": query}
    page = asked.call(teller.service, "timeline", arguments)
    said = ""
    if refusal is not None:
        said = _said(asked, refusal)
    items: Sequence[Mapping[str, Any]] = page["items"]
    assert asked.user is not None
    rights = asked.user.rights
    return house.page(
        asked, "timeline.html", status=422 if refusal else 200, page=page, entity=entity,
        id=identifier, key=new_id().hex, said=said, form=asked.form, kinds=KINDS,
        planned=[item for item in items if _is_planned(item)],
        past=[item for item in items if not _is_planned(item)],
        further=query["cursor"] is not None,
        may_add=rights.anywhere(teller.name, "add") is not Level.none,
        may_update=rights.anywhere(teller.name, "update") is not Level.none,
        people=people_of(asked),
    )  # fmt: skip


def _is_planned(item: Mapping[str, Any]) -> bool:
    return not item.get("done") and not item.get("cancelled") and item.get("kind") != "system"


def _compose(house: House, entity: EntityContract, teller: EntityContract, asked: Asked) -> Answer:
    links = [{"type": entity.name, "id": record_id(asked)}]
    planned = asked.form.get("planned") == "true"
    target, given = written(asked.form, viewer_of(asked), teller, links, planned=planned)
    try:
        asked.call(target.service, "create", {"entity": target.name, "values": given})
    except (Invalid, Malformed, Conflict) as refusal:
        return _timeline(house, entity, teller, asked, refusal=refusal)
    asked.form = type(asked.form)()
    return _timeline(house, entity, teller, asked)


def _done(house: House, entity: EntityContract, teller: EntityContract, asked: Asked) -> Answer:
    arguments = {"entity": teller.name, "id": asked.form.get("activity", ""),
                 "values": {"done": True},
                 "expected_version": int(asked.form.get("version", "0") or 0)}  # fmt: skip
    asked.call(teller.service, "update", arguments)
    asked.form = type(asked.form)()
    return _timeline(house, entity, teller, asked)


def _said(asked: Asked, refusal: Refusal) -> str:
    language = viewer_of(asked).language
    words = [sentence(fault.code, language, fault.detail, None) for fault in refusal.faults]
    return " ".join(words) or sentence(refusal.code, language, refusal.detail, refusal.status)
