"""The list of an entity: what its service answers to the same query as the JSON twin's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from chassis.errors import Invalid, Malformed, Refusal
from contracts.catalogue import ENTITIES
from contracts.speech import EntityContract
from gateway import parameters
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.columns import width_of
from gateway.pages.conditions import chips, choosable
from gateway.pages.descriptions import Description
from gateway.pages.house import House
from gateway.pages.list_state import STATE_PARAMETERS, ListState, state_of
from gateway.pages.navigation import has_board, icon_of, plural_label
from gateway.pages.rows import Rows
from gateway.pages.viewer import viewer_of
from gateway.parameters import identifier
from gateway.permissions import Granted
from gateway.registry import Reply, Route
from gateway.texts import sentence

LIMIT: Final = 50
PAGE: Final = {200: Reply("A page.", media_type="text/html")}
_QUERY: Final = (
    *STATE_PARAMETERS,
    *(each for each in parameters.LIST if each.name == "cursor"),
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


def fields_for(description: Description, columns: tuple[str, ...]) -> list[str]:
    """The fields that rows of `columns` need, so that nothing else is read."""
    needed = dict.fromkeys(columns)
    for field in (description.title, description.stage):
        if field is not None:
            needed[field.name] = None
    if "pipeline_id" in description.fields:
        needed["pipeline_id"] = None
    return list(needed)


def people_of(asked: Asked) -> dict[str, str]:
    """The active users by id, in order of their names."""
    assert asked.user is not None
    users = asked.user.rights.organisation.users.values()
    active = [(str(user.id), user.name) for user in users if user.active]
    return dict(sorted(active, key=lambda pair: pair[1].casefold()))


def read_list(
    asked: Asked, description: Description, columns: tuple[str, ...], **wanted: Any
) -> Mapping[str, Any]:
    """A page of records with what `columns` need."""
    query = {
        "limit": LIMIT,
        "fields": ",".join(fields_for(description, columns)),
        "include": ",".join(description.includes_of(columns)) or None,
        **wanted,
    }
    said = {name: value for name, value in query.items() if value is not None}
    entity = description.entity
    found: Mapping[str, Any] = asked.call(
        entity.service, "list", {"entity": entity.name, "query": said}
    )
    return found


def _list(house: House, entity: EntityContract, asked: Asked) -> Answer:
    description, viewer = house.descriptions.of(asked, entity), viewer_of(asked)
    state = state_of(asked, description, house.setups.of(asked, entity), f"/{entity.plural}")
    cursor = asked.query.get("cursor")
    page, said = _page_of(asked, description, state, cursor)
    values: dict[str, Any] = {
        "description": description, "entity": entity, "columns": state.names, "page": page,
        "rows": Rows(viewer, description, state.names), "state": state,
        "sort": state.sort or description.default_sort,
    }  # fmt: skip
    if asked.fragment and cursor:
        return house.page(asked, "list_rows.html", **values)
    title = description.title
    widths = [
        width_of(description.listed[column.field], column,
                 title=title is not None and title.name == column.field)
        for column in state.columns
    ]  # fmt: skip
    return house.page(
        asked, "list.html", **values, said=said, widths=widths,
        settled=any(column.width for column in state.columns),
        chips=chips(viewer, description, state.filter, people_of(asked)),
        plural=plural_label(entity, viewer), place_icon=icon_of(entity.name),
        board=has_board(entity),
        undo_view=asked.query.get("undo_view") or "",
        **_acts(house, entity, asked),
    )  # fmt: skip


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


def _page_of(
    asked: Asked, description: Description, state: ListState, cursor: str | None
) -> tuple[Mapping[str, Any], str]:
    """The rows; what is wrong with a view that cannot be shown any more is said in their place."""
    try:
        page = read_list(
            asked, description, state.names, q=state.q or None, filter=state.filter,
            sort=state.sort or None, cursor=cursor, count=None if cursor else "estimate",
        )  # fmt: skip
    except (Malformed, Invalid) as refusal:
        if state.view is None or state.changed:
            raise
        return {"items": [], "next_cursor": None}, _said(asked, refusal)
    return page, ""


def _said(asked: Asked, refusal: Refusal) -> str:
    language = viewer_of(asked).language
    return sentence(refusal.code, language, refusal.detail, refusal.status)


def _filter(house: House, entity: EntityContract, asked: Asked) -> Answer:
    description = house.descriptions.of(asked, entity)
    state = state_of(asked, description, house.setups.of(asked, entity), f"/{entity.plural}")
    offered = choosable(viewer_of(asked), description, people_of(asked))
    return house.page(asked, "filter.html", entity=entity, offered=offered, state=state)
