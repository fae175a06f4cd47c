"""The list of an entity: what its service answers to the same query as the JSON twin's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from chassis import wire
from contracts.speech import EntityContract
from gateway import parameters
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.pages.conditions import chips, choosable
from gateway.pages.descriptions import Description
from gateway.pages.house import House
from gateway.pages.navigation import has_board, icon_of, plural_label
from gateway.pages.viewer import viewer_of
from gateway.parameters import text
from gateway.permissions import Granted
from gateway.registry import Reply, Route

LIMIT: Final = 50
PAGE: Final = {200: Reply("A page.", media_type="text/html")}
_OWN: Final = ("q", "filter", "sort", "cursor")
_QUERY: Final = tuple(each for each in parameters.LIST if each.name in _OWN)
_MOST_COLUMNS: Final = 30


def list_pages(house: House, entity: EntityContract) -> Iterator[Route]:
    """The list of `entity`."""
    yield Route(
        method="GET", path=f"/{entity.plural}", name=f"pages.{entity.plural}", area="pages",
        page=True, summary=f"The list of {entity.plural}",
        permission=Granted(entity.name, "read"), parameters=_QUERY, replies=PAGE,
        answer=lambda asked: _list(house, entity, asked),
    )  # fmt: skip
    yield Route(
        method="GET", path=f"/{entity.plural}/columns", name=f"pages.{entity.plural}.columns",
        area="pages", page=True, summary=f"Which columns the list of {entity.plural} shows",
        permission=Granted(entity.name, "read"), replies=PAGE,
        answer=lambda asked: _columns(house, entity, asked),
    )  # fmt: skip
    yield Route(
        method="GET", path=f"/{entity.plural}/filter", name=f"pages.{entity.plural}.filter",
        area="pages", page=True, summary=f"The filter builder of {entity.plural}",
        permission=Granted(entity.name, "read"), replies=PAGE,
        parameters=(text("filter", "The filter to start from."), text("q", ""), text("sort", "")),
        answer=lambda asked: _filter(house, entity, asked),
    )  # fmt: skip


def columns_cookie(asked: Asked) -> str:
    """The cookie that keeps the columns of a list for its viewer."""
    assert asked.user is not None
    return f"columns_{asked.user.member.id.hex[:12]}"


def columns_of(asked: Asked, description: Description) -> tuple[str, ...]:
    """The columns that the viewer chose, as far as they see them; else the usual ones."""
    chosen = asked.cookies.get(columns_cookie(asked), "").split(".")[:_MOST_COLUMNS]
    known = tuple(dict.fromkeys(name for name in chosen if name in description.listed))
    return known or description.default_columns


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
    description = house.descriptions.of(asked, entity)
    columns = columns_of(asked, description)
    query = {name: asked.query.get(name) for name in _OWN}
    further = query["cursor"] is not None
    page = read_list(asked, description, columns, **query,
                     count=None if further else "estimate")  # fmt: skip
    viewer = viewer_of(asked)
    said = query["filter"] and wire.dumps(query["filter"]).decode()
    values: dict[str, Any] = {
        "description": description, "entity": entity, "columns": columns, "page": page,
        "q": query["q"] or "", "filter": said or "",
        "sort": query["sort"] or description.default_sort, "explicit_sort": query["sort"] or "",
    }  # fmt: skip
    if asked.fragment and further:
        return house.page(asked, "list_rows.html", **values)
    return house.page(
        asked, "list.html", **values,
        chips=chips(viewer, description, query["filter"], people_of(asked)),
        plural=plural_label(entity, viewer), place_icon=icon_of(entity.name),
        board=has_board(entity),
    )  # fmt: skip


def _columns(house: House, entity: EntityContract, asked: Asked) -> Answer:
    description = house.descriptions.of(asked, entity)
    chosen = columns_of(asked, description)
    others = [name for name in description.listed if name not in chosen]
    return house.page(
        asked, "columns.html", description=description, entity=entity, chosen=chosen,
        others=others, cookie=columns_cookie(asked),
    )  # fmt: skip


def _filter(house: House, entity: EntityContract, asked: Asked) -> Answer:
    description = house.descriptions.of(asked, entity)
    offered = choosable(viewer_of(asked), description, people_of(asked))
    return house.page(
        asked, "filter.html", description=description, entity=entity, offered=offered,
        given=asked.query.get("filter") or "", q=asked.query.get("q") or "",
        sort=asked.query.get("sort") or "",
    )  # fmt: skip
