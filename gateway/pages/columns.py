"""Which columns a list shows, how wide and in which order, and how many rows it reads at a time:
kept for its viewer by the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from chassis import wire
from chassis.errors import Malformed
from contracts.speech import EntityContract
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.descriptions import Field
from gateway.pages.house import House
from gateway.pages.list_state import STATE_PARAMETERS, state_of
from gateway.pages.setups import Column, columns_from, keep, page_size_from, stamped
from gateway.permissions import Granted
from gateway.registry import Reply, Route

_PAGE: Final = {200: Reply("A page.", media_type="text/html")}
_LONGEST: Final = 20_000
_PAGE_SIZES: Final = (25, 50, 100, 200)
# How wide a column is when nobody said, by the type of its field.
_WIDTHS: Final = {
    "stage": 150, "money": 125, "integer": 100, "decimal": 100, "boolean": 90, "date": 120,
    "datetime": 150, "choice": 120, "phones": 150, "emails": 200, "record_links": 210, "links": 210,
    "tags": 180, "long_text": 240, "reference": 170,
}  # fmt: skip
# Where what differs from a view is kept.
_BY_VIEW: Final = {"columns": "views", "page_size": "page_sizes"}
_WIDTH: Final = 160
_TITLE_WIDTH: Final = 260


def column_pages(house: House, entity: EntityContract) -> Iterator[Route]:
    """Choosing the columns of the list of `entity`."""
    path, named = f"/{entity.plural}/columns", f"pages.{entity.plural}.columns"
    yield Route(
        method="GET", path=path, name=named, area="pages", page=True, parameters=STATE_PARAMETERS,
        summary=f"Which columns the list of {entity.plural} shows", replies=_PAGE,
        permission=Granted(entity.name, "read"),
        answer=lambda asked: _form(house, entity, asked),
    )  # fmt: skip
    yield Route(
        method="POST", path=path, name=f"{named}.keep", area="pages", page=True, writes=True,
        summary=f"Keep which columns the list of {entity.plural} shows", repeatable=True,
        permission=Granted(entity.name, "read"), replies={204: Reply("Kept.")},
        answer=lambda asked: _keep(entity, asked),
    )  # fmt: skip


def width_of(field: Field, column: Column, *, title: bool) -> int:
    """How wide `column` is shown."""
    return column.width or (_TITLE_WIDTH if title else _WIDTHS.get(field.type, _WIDTH))


def read_columns(text: str) -> tuple[Column, ...]:
    """The columns that a form names as JSON. Raises Malformed when it is none."""
    try:
        given = wire.loads(text) if len(text) <= _LONGEST else None
    except ValueError:
        given = None
    if not isinstance(given, list):
        raise Malformed("The form cannot be understood.")
    return columns_from(given)


def read_page_size(text: str) -> int | None:
    """The rows at a time that a form names, if it does. Raises Malformed when lists cannot."""
    if not text:
        return None
    size = (
        page_size_from(int(text)) if text.isascii() and text.isdigit() and len(text) < 5 else None
    )
    if size is None:
        raise Malformed("The form cannot be understood.")
    return size


def _form(house: House, entity: EntityContract, asked: Asked) -> Answer:
    description = house.descriptions.of(asked, entity)
    state = state_of(asked, description, house.setups.of(asked, entity))
    others = [name for name in description.listed if name not in state.names]
    return house.page(
        asked, "columns.html", description=description, entity=entity, state=state, others=others,
        sizes=sorted({*_PAGE_SIZES, state.page_size}),
    )  # fmt: skip


def _keep(entity: EntityContract, asked: Asked) -> Answer:
    """Null forgets: then the list is as the view has it again, or as usual."""
    form = asked.form
    view = form.get("view", "")[:40]
    if form.get("reset") == "true":
        change: dict[str, Any] = {"columns": None, "page_size": None}
    else:
        change = _wanted(form.get("columns", ""), form.get("page_size", ""))
    if view:
        change = {_BY_VIEW[name]: {view: kept} for name, kept in change.items()}
    keep(asked, entity, change)
    refresh = {} if form.get("quiet") == "true" else {"HX-Refresh": "true"}
    return Answer(status=204, headers={**stamped(), **refresh})


def _wanted(columns: str, page_size: str) -> dict[str, Any]:
    """What is to be kept. Whoever makes a column wider says nothing of rows."""
    kept = [column.as_wire() for column in read_columns(columns)]
    rows = read_page_size(page_size)
    return {"columns": kept or None} | ({} if rows is None else {"page_size": rows})
