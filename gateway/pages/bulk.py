"""Many records at a time: the same change to each, with what stood against it for those refused.

A browser sends those it has selected in parts, so that it can show how far it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from chassis.errors import Malformed
from contracts.speech import EntityContract
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.descriptions import Description, Field
from gateway.pages.forms import asked_fields, values_of
from gateway.pages.house import House
from gateway.pages.lists import PAGE
from gateway.pages.pickers import pipelines_of
from gateway.pages.undoing import MOST, OUTCOME, changing_back, done_to_each, restoring, step_back
from gateway.pages.viewer import viewer_of
from gateway.parameters import text
from gateway.permissions import Granted
from gateway.registry import Route

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
        repeatable=True, replies=OUTCOME, answer=lambda asked: _update(house, entity, asked),
    )  # fmt: skip
    yield Route(
        method="POST", path=f"{path}/delete", name=f"{named}.delete", area="pages", page=True,
        summary=f"Put many {entity.plural} into the recycle bin", writes=True, repeatable=True,
        permission=Granted(entity.name, "delete"), replies=OUTCOME,
        answer=lambda asked: _delete(entity, asked),
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
    ids = _ids(asked.form.get("ids", ""))
    before = _before(entity, asked, ids)
    done, failed = done_to_each(
        asked, ids, lambda keyed, one: _call(entity, keyed, "update", one, values=values)
    )
    steps = [step_back(asked, description, before.get(one), values, reply) for one, reply in done]
    undo = changing_back(entity, [step for step in steps if step is not None])
    return Answer({"done": len(done), "failed": failed, "undo": undo})


def _delete(entity: EntityContract, asked: Asked) -> Answer:
    ids = _ids(asked.form.get("ids", ""))
    done, failed = done_to_each(asked, ids, lambda keyed, one: _call(entity, keyed, "delete", one))
    undo = restoring(entity, [identifier for identifier, _ in done])
    return Answer({"done": len(done), "failed": failed, "undo": undo})


def _before(entity: EntityContract, asked: Asked, ids: list[str]) -> dict[str, Mapping[str, Any]]:
    """The records as they are, by id, so that what is changed can be changed back."""
    found = asked.call(entity.service, "get_many", {"entity": entity.name, "ids": ids})
    return {str(record["id"]): record for record in found}


def _call(entity: EntityContract, keyed: Asked, method: str, identifier: str, **more: Any) -> Any:
    return keyed.call(entity.service, method, {
        "entity": entity.name, "id": identifier, "expected_version": "*", **more,
    })  # fmt: skip


def _ids(given: str) -> list[str]:
    try:
        ids = [str(UUID(part)) for part in given.split(",")]
    except ValueError:
        raise Malformed("Nothing is selected.") from None
    if len(ids) > MOST:
        raise Malformed(f"At most {MOST} at a time.")
    return ids
