"""One route as an OpenAPI operation, and the parts that operations share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from gateway.texts import STATUS_TITLES

if TYPE_CHECKING:
    from gateway.parameters import Parameter
    from gateway.registry import Reply, Route

_PROBLEM: Final = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_TITLES: Final = {**STATUS_TITLES["en"], 414: "Address too long", 431: "Headers too large"}
# Refused by the HTTP server itself, before there is a request to answer.
_WITHOUT_DOCUMENT: Final = frozenset({414, 431})
_PATH_PARAMETER = re.compile(r"\{(\w+)\}")
_TEXT: Final = {"type": "string"}

HEADERS: Final[dict[str, Any]] = {
    "ETag": {"description": "The version, for If-Match.", "schema": _TEXT},
    "Location": {"description": "Where what was made is.", "schema": _TEXT},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"description": "How to sign in.", "schema": _TEXT},
}
_REFUSAL_HEADERS: Final = {
    401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",),
}  # fmt: skip


def _refusal(status: int) -> dict[str, Any]:
    response: dict[str, Any] = {"description": _TITLES[status]}
    if status not in _WITHOUT_DOCUMENT:
        response["content"] = _PROBLEM
    if status in _REFUSAL_HEADERS:
        response["headers"] = _headers(_REFUSAL_HEADERS[status])
    return response


def _headers(names: tuple[str, ...]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


REFUSALS: Final = {
    f"Problem{status}": _refusal(status)
    for status in (400, 401, 403, 404, 409, 412, 413, 414, 422, 428, 429, 431, 500, 503)
}


def operation(route: Route) -> dict[str, Any]:
    """The operation object of `route`."""
    described: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.area],
        "parameters": _parameters(route),
        "responses": _responses(route),
    }
    if route.permission.signed_in:
        described["security"] = [{"bearer": []}]
    if route.body is not None:
        content = {kind: {"schema": route.body.schema} for kind in route.body.media_types}
        described["requestBody"] = {"required": route.body.required, "content": content}
    return described


def _parameters(route: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _path_schema(route, name)}
        for name in _PATH_PARAMETER.findall(route.path)
    ]
    found += [_query_parameter(parameter) for parameter in route.parameters]
    if route.writes and route.permission.signed_in:
        found.append({
            "name": "Idempotency-Key", "in": "header",
            "description": "Makes a repeat of this very request have one effect.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255,
                       "pattern": r"^[\x21-\x7e]+$"},
        })  # fmt: skip
    if route.versioned:
        found.append({
            "name": "If-Match", "in": "header", "required": 428 in route.refusals,
            "description": "The ETag of the version that this was made against, or *.",
            "schema": {"type": "string", "pattern": r'^(\*|"[0-9]{1,15}")$'},
        })  # fmt: skip
    return found


def _path_schema(route: Route, name: str) -> dict[str, Any]:
    if name == "id" and "/jobs/" not in route.path:
        return {"type": "string", "format": "uuid"}
    return {"type": "string", "minLength": 1, "maxLength": 200}


def _query_parameter(parameter: Parameter) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "description": parameter.description,
    }
    if parameter.required:
        found["required"] = True
    if parameter.content:
        found["content"] = {"application/json": {"schema": parameter.schema}}
    else:
        found["schema"] = parameter.schema
    return found


def _responses(route: Route) -> dict[str, Any]:
    found = {str(status): _reply(reply) for status, reply in sorted(route.replies.items())}
    for status in sorted(_refusals(route) - set(route.replies)):
        found[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    return found


def _refusals(route: Route) -> set[int]:
    usual = {400, 413, 414, 431, 500, *route.refusals}
    if route.limited:
        usual.add(429)
    if route.permission.signed_in:
        usual |= {401, 403, 503}
    return usual | ({503} if route.writes else set())


def _reply(reply: Reply) -> dict[str, Any]:
    response: dict[str, Any] = {"description": reply.description}
    if reply.schema is not None:
        response["content"] = {reply.media_type: {"schema": reply.schema}}
    if reply.headers:
        response["headers"] = _headers(reply.headers)
    if reply.leads_to:
        response["links"] = {name: _link(name) for name in reply.leads_to}
    return response


def _link(name: str) -> dict[str, Any]:
    given = {"id": "$response.body#/id"}
    if name.endswith((".update", ".delete")):
        given["header.If-Match"] = "$response.header.ETag"
    return {"operationId": name, "parameters": given}
