"""The routes that every entity of the catalogue has: list, search, create, get, change, delete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from chassis.errors import Fault, Malformed, NotFound
from contracts.catalogue import ENTITIES
from contracts.speech import EntityContract
from gateway import parameters
from gateway.answers import Answer
from gateway.asked import Asked, Remote, without_body
from gateway.permissions import Granted, Permission
from gateway.preconditions import entity_tag
from gateway.registry import BASE, Body, Reply, Route

# Names that stand where an id could: `/leads/bin` is never the lead with the id "bin".
RESERVED: Final = (
    "bin", "search", "schema", "statuses", "fields", "views", "bulk", "import", "export", "report",
    "merge", "board", "read",
)  # fmt: skip
MERGE_PATCH: Final = ("application/merge-patch+json", "application/json")


def ref(name: str) -> dict[str, str]:
    """A reference to a schema of the OpenAPI document."""
    return {"$ref": f"#/components/schemas/{name}"}


def schema_name(entity: EntityContract) -> str:
    """The entity's name as its schemas have it: `Lead`."""
    return entity.name.title().replace("_", "")


def record_routes(entity: EntityContract) -> Iterator[Route]:
    """The generic routes of `entity`."""
    rows = _Rows(entity)
    yield from rows.lists()
    yield from rows.figures()
    yield from rows.reading()
    yield from rows.timeline()
    yield from rows.writing()
    yield from rows.leaving()


def record_id(asked: Asked) -> str:
    """The id in the path. What is no UUID names no record."""
    try:
        return str(UUID(asked.path["id"]))
    except ValueError:
        raise NotFound() from None


class _Rows:
    def __init__(self, entity: EntityContract) -> None:
        self.entity = entity
        self.name = schema_name(entity)
        self.path = f"{BASE}/{entity.plural}"
        self.one = f"{self.path}/{{id}}"

    def permission(self, operation: str) -> Permission:
        return Granted(self.entity.name, operation)

    def remote(self, method: str, arguments: Any, reply: Any) -> Remote:
        name = self.entity.name
        return Remote(
            self.entity.service, method, lambda asked: {"entity": name, **arguments(asked)}, reply
        )

    def row(self, method: str, path: str, verb: str, operation: str, **parts: Any) -> Route:
        writes = parts.get("writes", False)
        return Route(
            method=method,
            path=path,
            name=f"{self.entity.plural}.{verb}",
            area=self.entity.plural,
            permission=self.permission(operation),
            renews=writes and self.entity.setting is not None,
            repeatable=writes,
            **parts,
        )

    def lists(self) -> Iterator[Route]:
        page = {200: Reply("A page.", ref(f"{self.name}Page"))}
        label = self.entity.plural
        yield self.row(
            "GET", self.path, "list", "read", summary=f"List {label}",
            parameters=parameters.LIST, replies=page, refusals=(422,),
            answer=self.remote("list", _query_of_parameters, _page),
        )  # fmt: skip
        yield self.row(
            "POST", f"{self.path}/search", "search", "read",
            summary=f"List {label} by a query in the body", body=Body(ref("Query")),
            replies=page, refusals=(422,),
            answer=self.remote("list", _query_of_body, _page),
        )  # fmt: skip
        yield self.row(
            "GET", f"{self.path}/bin", "bin", "read", summary=f"List deleted {label}",
            parameters=parameters.LIST, replies=page, refusals=(422,),
            answer=self.remote("list", _query_of_bin, _page),
        )  # fmt: skip

    def figures(self) -> Iterator[Route]:
        yield self.row(
            "GET", f"{self.path}/report", "report", "read",
            summary=f"Figures over {self.entity.plural}: exactly the rows that a list shows",
            parameters=parameters.REPORT, refusals=(422,),
            replies={200: Reply("Groups with their figures and filters.", ref("Report"))},
            answer=self.remote("report", _query_of_parameters, _value),
        )  # fmt: skip

    def reading(self) -> Iterator[Route]:
        yield self.row(
            "GET", f"{self.path}/schema", "schema", "read",
            summary=f"What is needed to draw a form for one of {self.entity.plural}",
            replies={200: Reply("Fields, types and rights.", ref("EntitySchema"))},
            answer=self.remote("schema", lambda asked: {}, _value),
        )  # fmt: skip
        yield self.row(
            "GET", self.one, "get", "read", summary=f"Get a {self.entity.name}",
            parameters=(parameters.FIELDS, parameters.INCLUDE),
            replies={200: Reply("The record.", ref(self.name), ("ETag",))}, refusals=(404,),
            answer=self.remote("get", _one_with_fields, _record),
        )  # fmt: skip
        yield self.row(
            "GET", f"{self.one}/history", "history", "read",
            summary=f"Who changed what in a {self.entity.name}", parameters=parameters.PAGE,
            replies={200: Reply("Changes, newest first.", ref("History"))}, refusals=(404, 422),
            answer=self.remote("history", _one_with_page, _value),
        )  # fmt: skip

    def timeline(self) -> Iterator[Route]:
        teller = next((one for one in ENTITIES.values() if self.entity.name in one.linked), None)
        if teller is None:
            return
        name = self.entity.name
        yield Route(
            method="GET",
            path=f"{self.one}/timeline",
            name=f"{self.entity.plural}.timeline",
            area=teller.plural,
            permission=self.permission("read"),
            summary=f"What was done and noted about a {name}, newest first",
            parameters=parameters.TIMELINE,
            replies={200: Reply("A page.", ref(f"{schema_name(teller)}Page"))},
            refusals=(404, 422),
            answer=Remote(
                teller.service,
                "timeline",
                lambda asked: {"entity": name, "id": record_id(asked), "query": dict(asked.query)},
                _page,
            ),
        )

    def writing(self) -> Iterator[Route]:
        name = self.entity.name
        needed = (412, 428) if self.entity.setting is None else (412,)
        verbs = ("get", "history", "update", "delete", "restore")
        leads_to = tuple(f"{self.entity.plural}.{verb}" for verb in verbs)
        yield self.row(
            "POST", self.path, "create", "add", summary=f"Create a {name}", writes=True,
            body=Body(ref(f"{self.name}Create")), refusals=(409, 422),
            replies={201: Reply("The record.", ref(self.name), ("ETag", "Location"),
                                leads_to=leads_to)},
            answer=self.remote("create", lambda asked: {"values": asked.body}, self._created),
        )  # fmt: skip
        changed = {"anyOf": [ref(self.name), ref("OutOfSight")]}
        yield self.row(
            "PATCH", self.one, "update", "update", summary=f"Change a {name}", writes=True,
            versioned=True, body=Body(ref(f"{self.name}Change"), media_types=MERGE_PATCH),
            replies={200: Reply("The record as it is now.", changed, ("ETag",))},
            refusals=(404, 409, 422, *needed),
            answer=self.remote("update", _one_with_changes, _record),
        )  # fmt: skip

    def leaving(self) -> Iterator[Route]:
        name = self.entity.name
        needed = (412, 428) if self.entity.setting is None else (412,)
        yield self.row(
            "DELETE", self.one, "delete", "delete", summary=f"Put a {name} into the recycle bin",
            writes=True, versioned=True, replies={204: Reply("Deleted.")},
            refusals=(404, 409, 422, *needed),
            answer=self.remote("delete", _one_with_version, without_body),
        )  # fmt: skip
        yield self.row(
            "POST", f"{self.one}/restore", "restore", "delete", writes=True,
            summary=f"Bring a {name} back from the recycle bin",
            replies={200: Reply("The record.", ref(self.name), ("ETag",))},
            refusals=(404, 409, 422),
            answer=self.remote("restore", lambda asked: {"id": record_id(asked)}, _record),
        )  # fmt: skip

        yield self.row(
            "DELETE", f"{self.path}/bin/{{id}}", "purge", "delete", writes=True, versioned=True,
            summary=f"Remove a {name} from the recycle bin for good",
            replies={204: Reply("Gone.")}, refusals=(404, 409, 422, *needed),
            answer=self.remote("purge", _one_with_version, without_body),
        )  # fmt: skip

        yield self.row(
            "POST", f"{self.one}/erase", "erase", "delete", writes=True,
            summary=f"Erase for good what is personal in a {name}; the rest goes to the bin",
            replies={204: Reply("Erased.")}, refusals=(404, 409, 422),
            answer=self.remote("erase", lambda asked: {"id": record_id(asked)}, without_body),
        )  # fmt: skip

    def _created(self, asked: Asked, result: Mapping[str, Any]) -> Answer:
        record = _unwrapped(result)
        return Answer(record, 201, {
            "Location": f"{self.path}/{record['id']}", "ETag": entity_tag(record["version"]),
        })  # fmt: skip


def _query_of_parameters(asked: Asked) -> dict[str, Any]:
    return {"query": dict(asked.query)}


def _query_of_body(asked: Asked) -> dict[str, Any]:
    if "deleted" in asked.body:
        # That is how `/bin` asks the service; clients have no such field.
        fault = Fault("/deleted", "unknown_field", "There is no such field.")
        raise Malformed("The query cannot be understood.", faults=[fault])
    return {"query": asked.body}


def _query_of_bin(asked: Asked) -> dict[str, Any]:
    return {"query": {**asked.query, "deleted": True}}


def _one_with_fields(asked: Asked) -> dict[str, Any]:
    return {"id": record_id(asked), **asked.query}


def _one_with_page(asked: Asked) -> dict[str, Any]:
    return {"id": record_id(asked), **asked.query}


def _one_with_changes(asked: Asked) -> dict[str, Any]:
    return {"id": record_id(asked), "values": asked.body, "expected_version": asked.version}


def _one_with_version(asked: Asked) -> dict[str, Any]:
    return {"id": record_id(asked), "expected_version": asked.version}


def _page(_asked: Asked, result: Any) -> Answer:
    return Answer(result)


_value = _page


def _record(_asked: Asked, result: Mapping[str, Any]) -> Answer:
    record = _unwrapped(result)
    headers = {"ETag": entity_tag(record["version"])} if "version" in record else {}
    return Answer(record, headers=headers)


def _unwrapped(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record of a write's result, or `{id, version}` when it went out of sight."""
    inner = result.get("record")
    return inner if isinstance(inner, Mapping) and "type" not in result else result
