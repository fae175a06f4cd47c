"""Many records at a time: the same change to each, with what stood against it for those refused.

A browser sends those it has selected in parts, so that it can show how far it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final
from uuid import UUID

from chassis.errors import Malformed, Refusal
from contracts.speech import EntityContract
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.descriptions import Description, Field
from gateway.pages.forms import asked_fields, values_of
from gateway.pages.house import House
from gateway.pages.lists import PAGE
from gateway.pages.pickers import pipelines_of
from gateway.pages.viewer import viewer_of
from gateway.parameters import text
from gateway.permissions import Granted
from gateway.registry import Reply, Route
from gateway.texts import sentence

MOST: Final = 25
_OUTCOME: Final = {200: Reply("What became of each.", {"type": "object"})}
_FIELD: Final = text("field", "The field whose input is wanted.")


def bulk_pages(house: House, entity: EntityContract) -> Iterator[Route]:
    """Changing and deleting many records of `entity`."""
    path, named = f"/{entity.plural}/bulk", f"pages.{entity.plural}.bulk"
    yield Route(
        method="GET", path=path, name=named, area="pages", page=True, parameters=(_FIELD,),
        summary=f"The form to change many {entity.plural}", replies=PAGE,
        permission=Granted(entity.name, "update"),
        answer=lambda asked: _form(house, entity, asked),
    )  # fmt: skip
    yield Route(
        method="POST", path=path, name=f"{named}.update", area="pages", page=True, writes=True,
        summary=f"Change many {entity.plural}", permission=Granted(entity.name, "update"),
        repeatable=True, replies=_OUTCOME, answer=lambda asked: _update(house, entity, asked),
    )  # fmt: skip
    yield Route(
        method="POST", path=f"{path}/delete", name=f"{named}.delete", area="pages", page=True,
        summary=f"Put many {entity.plural} into the recycle bin", writes=True, repeatable=True,
        permission=Granted(entity.name, "delete"), replies=_OUTCOME,
        answer=lambda asked: _each(entity, asked, "delete", {}),
    )  # fmt: skip


def _fields(description: Description) -> list[Field]:
    fields = asked_fields(description, creating=False)
    return [f for f in fields if f.name not in ("pipeline_id", "reason") and f.widget != "links"]


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


def _update(house: House, entity: EntityContract, asked: Asked) -> Answer:
    description = house.descriptions.of(asked, entity)
    fields = [*_fields(description)]
    if "reason" in description.fields:
        fields.append(description.fields["reason"])
    values = values_of(asked.form, fields, viewer_of(asked))
    if values.get("reason", "") is None:
        del values["reason"]
    return _each(entity, asked, "update", {"values": values})


def _each(entity: EntityContract, asked: Asked, method: str, arguments: dict[str, Any]) -> Answer:
    ids = _ids(asked.form.get("ids", ""))
    language = viewer_of(asked).language
    failed = []
    run: Callable[[str], Any] = lambda identifier: asked.keyed(identifier).call(  # noqa: E731
        entity.service, method,
        {"entity": entity.name, "id": identifier, "expected_version": "*", **arguments},
    )  # fmt: skip
    for identifier in ids:
        try:
            run(identifier)
        except Refusal as refusal:
            words = [sentence(f.code, language, f.detail, None) for f in refusal.faults]
            said = sentence(refusal.code, language, refusal.detail, refusal.status)
            failed.append({"id": identifier, "detail": " ".join(words) or said})
    return Answer({"done": len(ids) - len(failed), "failed": failed})


def _ids(given: str) -> list[str]:
    try:
        ids = [str(UUID(part)) for part in given.split(",")]
    except ValueError:
        raise Malformed("Nothing is selected.") from None
    if len(ids) > MOST:
        raise Malformed(f"At most {MOST} at a time.")
    return ids
