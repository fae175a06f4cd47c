"""Ticking off what is to be done with one click, and taking that back."""

from __future__ import annotations

from collections.abc import Iterator

from chassis.errors import Malformed
from contracts.catalogue import ENTITIES
from contracts.speech import EntityContract
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.due import SHAPES, Row
from gateway.pages.editing import read_record, save
from gateway.pages.house import House
from gateway.pages.lists import PAGE
from gateway.pages.viewer import viewer_of
from gateway.permissions import Granted
from gateway.registry import Route
from gateway.routes.records import record_id

# The calendar hears of it; the list where it was ticked off keeps its line, to take it back.
_TOLD = {"HX-Trigger": "ticked"}


def ticking_pages(house: House) -> Iterator[Route]:
    """The one write of each entity whose records are ticked off."""
    for name, shape in SHAPES.items():
        if shape.ticked:
            entity = ENTITIES[name]
            yield Route(
                method="POST", path=f"/{entity.plural}/{{id}}/done",
                name=f"pages.{entity.plural}.tick", area="pages", page=True,
                summary=f"Tick a {name} off, or take that back", writes=True, repeatable=True,
                permission=Granted(name, "update"), replies=PAGE, answer=_Tick(house, entity),
            )  # fmt: skip


class _Tick:
    def __init__(self, house: House, entity: EntityContract) -> None:
        self.house = house
        self.entity = entity

    def __call__(self, asked: Asked) -> Answer:
        description, identifier = self.house.descriptions.of(asked, self.entity), record_id(asked)
        done = asked.form.get("done") != "false"
        # Whatever else somebody changed meanwhile stays as they left it.
        record = save(
            asked, description, identifier, _version(asked), {"done": done}, {"done": not done}
        )
        if not done:
            record = read_record(asked, description, identifier)
        row = Row(description, record, viewer_of(asked))
        template = "ticked.html" if done else "due_row.html"
        return self.house.page(asked, template, row=row, fresh=True, headers=_TOLD)


def _version(asked: Asked) -> int:
    given = asked.form.get("version", "")
    if not (given.isascii() and given.isdigit() and len(given) < 16):
        raise Malformed("The form names no version.", code="version_required")
    return int(given)
