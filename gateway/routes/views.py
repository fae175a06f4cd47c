"""The saved views of an entity's lists: kept by identity, understood by the entity's owner."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from contracts import identity
from contracts.speech import EntityContract
from gateway import parameters
from gateway.answers import Answer
from gateway.asked import Asked, Remote, as_it_is, without_body
from gateway.permissions import Granted
from gateway.preconditions import entity_tag
from gateway.registry import BASE, Body, Reply, Route
from gateway.routes.records import MERGE_PATCH, record_id, ref

_SERVICE: Final = identity.SERVICE
# What of a view the entity's owner has to understand, beside the columns.
_UNDERSTOOD: Final = ("filter", "sort", "group")


def view_routes(entity: EntityContract) -> Iterator[Route]:
    """The routes of the views of `entity`."""
    rows = _Rows(entity)
    yield from rows.reading()
    yield from rows.writing()
    yield from rows.leaving()


def require_understood(asked: Asked, entity: EntityContract, view: Mapping[str, Any]) -> None:
    """Raise what the owner of `entity` refuses in the filter, order, group or columns of `view`."""
    query = {name: view[name] for name in _UNDERSTOOD if view.get(name)}
    columns = view.get("columns")
    if isinstance(columns, list):
        query["fields"] = [
            column["field"] for column in columns
            if isinstance(column, dict) and isinstance(column.get("field"), str)
        ]  # fmt: skip
    if query:
        asked.call(entity.service, "check_query", {"entity": entity.name, "query": query})


class _Rows:
    def __init__(self, entity: EntityContract) -> None:
        self.entity = entity
        self.path = f"{BASE}/{entity.plural}/views"
        self.one = f"{self.path}/{{id}}"

    @property
    def leads_to(self) -> tuple[str, ...]:
        """The routes that take the id of a view."""
        verbs = ("get", "history", "update", "delete", "restore")
        return tuple(f"{self.entity.plural}.views.{verb}" for verb in verbs)

    def row(self, method: str, path: str, verb: str, **parts: Any) -> Route:
        return Route(
            method=method,
            path=path,
            name=f"{self.entity.plural}.views.{verb}",
            area=self.entity.plural,
            permission=Granted(self.entity.name, "read"),
            repeatable=parts.get("writes", False),
            **parts,
        )

    def remote(self, method: str, arguments: Callable[[Asked], dict[str, Any]], reply: Any) -> Any:
        name = self.entity.name
        return Remote(_SERVICE, method, lambda asked: {"entity": name, **arguments(asked)}, reply)

    def reading(self) -> Iterator[Route]:
        label = self.entity.plural
        yield self.row(
            "GET", self.path, "list", summary=f"The views of {label} that you see",
            replies={200: Reply("Views, and the one to begin with.", ref("ViewList"))},
            answer=self.remote("views", lambda asked: {}, as_it_is),
        )  # fmt: skip
        yield self.row(
            "GET", self.one, "get", summary=f"A view of {label}", refusals=(404,),
            replies={200: Reply("The view.", ref("View"), ("ETag",))},
            answer=self.remote("view", lambda asked: {"id": record_id(asked)}, _view),
        )  # fmt: skip
        yield self.row(
            "GET", f"{self.one}/history", "history",
            summary=f"Who changed what in a view of {label}", parameters=parameters.PAGE,
            refusals=(404, 422),
            replies={200: Reply("Changes, newest first.", ref("History"))},
            answer=self.remote("view_history", lambda asked: {
                "id": record_id(asked), **asked.query}, as_it_is),
        )  # fmt: skip

    def writing(self) -> Iterator[Route]:
        label = self.entity.plural
        yield self.row(
            "POST", self.path, "create", summary=f"Save a view of {label}", writes=True,
            body=Body(ref("ViewCreate")), refusals=(409, 422),
            replies={201: Reply("The view.", ref("View"), ("ETag", "Location"),
                                leads_to=self.leads_to)},
            answer=self.understood(self.remote(
                "create_view", lambda asked: {"values": asked.body}, self._created)),
        )  # fmt: skip
        yield self.row(
            "PATCH", self.one, "update", summary=f"Change a view of {label}", writes=True,
            versioned=True, body=Body(ref("ViewChange"), media_types=MERGE_PATCH),
            replies={200: Reply("The view as it is now.", ref("View"), ("ETag",))},
            refusals=(404, 409, 412, 422, 428),
            answer=self.understood(self.remote("update_view", lambda asked: {
                "id": record_id(asked), "values": asked.body, "expected_version": asked.version,
            }, _view)),
        )  # fmt: skip

    def leaving(self) -> Iterator[Route]:
        label = self.entity.plural
        yield self.row(
            "DELETE", self.one, "delete", summary=f"Remove a view of {label}", writes=True,
            versioned=True, replies={204: Reply("Removed.")}, refusals=(404, 409, 412, 422, 428),
            answer=self.remote("delete_view", lambda asked: {
                "id": record_id(asked), "expected_version": asked.version}, without_body),
        )  # fmt: skip
        yield self.row(
            "POST", f"{self.one}/restore", "restore", writes=True,
            summary=f"Bring a removed view of {label} back",
            replies={200: Reply("The view.", ref("View"), ("ETag",))}, refusals=(404, 409, 422),
            answer=self.remote("restore_view", lambda asked: {"id": record_id(asked)}, _view),
        )  # fmt: skip

    def understood(self, save: Remote) -> Callable[[Asked], Answer]:
        """`save`, once the owner of the records understands the view as this user may ask."""

        def answer(asked: Asked) -> Answer:
            require_understood(asked, self.entity, asked.body)
            return save(asked)

        return answer

    def _created(self, asked: Asked, view: dict[str, Any]) -> Answer:
        return Answer(view, 201, {
            "Location": f"{self.path}/{view['id']}", "ETag": entity_tag(view["version"]),
        })  # fmt: skip


def _view(_asked: Asked, view: dict[str, Any]) -> Answer:
    return Answer(view, headers={"ETag": entity_tag(view["version"])})
