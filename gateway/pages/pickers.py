"""Choosing a record to refer to: what is found by its name, as options of an input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from chassis.errors import Refusal
from contracts.access import Level
from contracts.catalogue import ENTITIES
from contracts.speech import EntityContract
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.descriptions import Field
from gateway.pages.house import House
from gateway.pages.lists import PAGE
from gateway.parameters import text
from gateway.permissions import SignedIn
from gateway.registry import Route

_LIMIT: Final = 8
_Q: Final = text("q", "What was typed.")


def picker_pages(house: House) -> Iterator[Route]:
    """The one page of all pickers."""
    yield Route(
        method="GET", path="/pick", name="pages.pick", area="pages", page=True,
        summary="Records to refer to", permission=SignedIn(), replies=PAGE,
        parameters=(_Q, text("entity", "Of these kinds, separated by commas.", required=True),
                    text("typed", "Whether an option names its kind.")),
        answer=lambda asked: _pick(house, asked),
    )  # fmt: skip


def found_by_name(
    asked: Asked, entities: Sequence[EntityContract], q: str, limit: int
) -> list[tuple[EntityContract, list[Mapping[str, Any]]]]:
    """The records of each of `entities` that `q` finds; of one whose service is away, none."""
    calls = [
        (
            entity.service,
            "list",
            {
                "entity": entity.name,
                "query": {"limit": limit, "fields": f"{entity.title},number", "q": q or None},
            },
        )
        for entity in entities
    ]
    answers = asked.gather(calls)
    return [
        (entity, [] if isinstance(answer, Refusal) else answer["items"])
        for entity, answer in zip(entities, answers, strict=True)
    ]


def readable(asked: Asked, names: Sequence[str] = ()) -> list[EntityContract]:
    """The listed entities, of these `names` when there are any, that who asks may read."""
    assert asked.user is not None
    rights = asked.user.rights
    return [
        entity
        for entity in ENTITIES.values()
        if entity.listed and (not names or entity.name in names)
        if rights.anywhere(entity.name, "read") is not Level.none
    ]


def pipelines_of(asked: Asked, entity: EntityContract, fields: Sequence[Field]) -> Any:
    """The pipelines to choose from, when one of `fields` is that."""
    if not entity.pipelined or all(field.name != "pipeline_id" for field in fields):
        return []
    found = asked.call(entity.service, "pipelines", {"entity": entity.name})
    return found["items"] if isinstance(found, Mapping) else found


def _pick(house: House, asked: Asked) -> Answer:
    entities = readable(asked, asked.query["entity"].split(","))
    found = found_by_name(asked, entities, asked.query.get("q") or "", _LIMIT)
    options = [
        (entity, record, str(record.get(entity.title) or f"#{record.get('number')}"))
        for entity, records in found
        for record in records
    ]
    return house.page(
        asked, "pick.html", options=options, several=len(entities) > 1,
        typed=asked.query.get("typed") == "true",
    )  # fmt: skip
