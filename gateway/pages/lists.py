"""The list of an entity: what its service answers to the same query as the JSON twin's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from contracts.catalogue import ENTITIES
from contracts.speech import EntityContract
from gateway import parameters
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.columns import width_of
from gateway.pages.conditions import chips, choosable
from gateway.pages.descriptions import Description
from gateway.pages.groups import title_of
from gateway.pages.house import House, moved
from gateway.pages.list_rows import Shown, continues, read_shown
from gateway.pages.list_state import LIST, STATE_PARAMETERS, ListState, layout_of, state_of, tab_of
from gateway.pages.navigation import has_board, icon_of, plural_label
from gateway.pages.rows import Rows
from gateway.pages.viewer import Viewer, viewer_of
from gateway.parameters import boolean, identifier
from gateway.permissions import Granted
from gateway.registry import Reply, Route

PAGE: Final = {200: Reply("A page.", media_type="text/html")}
_QUERY: Final = (
    *STATE_PARAMETERS,
    *(each for each in parameters.LIST if each.name == "cursor"),
    boolean("section", "Whether these are the rows of one group of a list."),
    identifier("undo_view", "Which view was removed a moment ago."),
)


def list_pages(house: House, entity: EntityContract) -> Iterator[Route]:
    """The list of `entity`."""
    yield Route(
        method="GET", path=f"/{entity.plural}", name=f"pages.{entity.plural}", area="pages",
        page=True, summary=f"The list of {entity.plural}",
        permission=Granted(entity.name, "read"), parameters=_QUERY, replies=PAGE,
        answer=lambda asked: _list(house, entity, asked),
    )  # fmt: skip
    yield Route(
        method="GET", path=f"/{entity.plural}/filter", name=f"pages.{entity.plural}.filter",
        area="pages", page=True, summary=f"The filter builder of {entity.plural}",
        permission=Granted(entity.name, "read"), replies=PAGE,
        parameters=STATE_PARAMETERS,
        answer=lambda asked: _filter(house, entity, asked),
    )  # fmt: skip


def people_of(asked: Asked) -> dict[str, str]:
    """The active users by id, in order of their names."""
    assert asked.user is not None
    users = asked.user.rights.organisation.users.values()
    active = [(str(user.id), user.name) for user in users if user.active]
    return dict(sorted(active, key=lambda pair: pair[1].casefold()))


def _list(house: House, entity: EntityContract, asked: Asked) -> Answer:
    description, viewer = house.descriptions.of(asked, entity), viewer_of(asked)
    state = state_of(asked, description, house.setups.of(asked, entity))
    if elsewhere := _elsewhere(asked, state):
        return moved(asked, elsewhere)
    shown = read_shown(asked, description, state)
    values: dict[str, Any] = {
        "description": description, "entity": entity, "columns": state.names, "shown": shown,
        "rows": Rows(viewer, description, state.names), "state": state,
    }  # fmt: skip
    if continues(asked):
        return house.page(asked, "list_rows.html", **values)
    title = description.title
    widths = [
        width_of(description.listed[column.field], column,
                 title=title is not None and title.name == column.field)
        for column in state.columns
    ]  # fmt: skip
    return house.page(
        asked, "list.html", **values, widths=widths, sort=state.sort or description.default_sort,
        settled=any(column.width for column in state.columns),
        chips=chips(viewer, description, state.filter, people_of(asked)),
        plural=plural_label(entity, viewer), place_icon=icon_of(entity.name),
        board=has_board(entity), grouped=_grouped(viewer, description, shown, state),
        undo_view=asked.query.get("undo_view") or "",
        **_acts(house, entity, asked),
    )  # fmt: skip


def _elsewhere(asked: Asked, state: ListState) -> str:
    """Where who asks for nothing in particular begins with a view that opens as a board."""
    view = state.view
    if view is None or asked.query.get("view") or layout_of(state.entity, view) == LIST:
        return ""
    return tab_of(state.entity, view)


def _grouped(viewer: Viewer, description: Description, shown: Shown, state: ListState) -> str:
    """What the rows are grouped by, as people call it."""
    return title_of(viewer, description, state.group) if shown.sections else ""


def _acts(house: House, entity: EntityContract, asked: Asked) -> dict[str, Any]:
    """What else the menu of a row offers: converting it, and noting something about it."""
    assert asked.user is not None
    may = asked.user.rights.anywhere
    linking = [each for each in ENTITIES.values() if entity.name in each.linked]
    adds = [each for each in linking if may(each.name, "add")]
    return {
        "convertible": f"/{entity.plural}/{{id}}/convert" in house.paths,
        "noted": [entity.name] if adds else [],
    }


def _filter(house: House, entity: EntityContract, asked: Asked) -> Answer:
    description = house.descriptions.of(asked, entity)
    state = state_of(asked, description, house.setups.of(asked, entity))
    offered = choosable(viewer_of(asked), description, people_of(asked))
    return house.page(asked, "filter.html", entity=entity, offered=offered, state=state)
