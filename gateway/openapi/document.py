"""Builds the document from routes and descriptions, and keeps it while nothing has changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from chassis import wire
from chassis.errors import Refusal
from contracts.catalogue import ENTITIES, SERVICES
from gateway.openapi import own, upkeep
from gateway.openapi.components import SCHEMAS
from gateway.openapi.operations import HEADERS, REFUSALS, operation
from gateway.openapi.records import board_schema, record_schemas

if TYPE_CHECKING:
    from gateway.calls import Calls
    from gateway.registry import Route

_FRESH_SECONDS: Final = 10.0
_PATIENCE_SECONDS: Final = 2.0
_INTRODUCTION: Final = (
    "Sign in with `POST /api/v1/auth/login` or make an API token, and send it as "
    "`Authorization: Bearer TOKEN`. Errors are RFC 9457 problem documents with a stable `code`."
)


class Document:
    """The OpenAPI document. A service that is down keeps its last known description."""

    routes: Sequence[Route] = ()

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._lock = threading.Lock()
        self._described: dict[str, dict[str, Any]] = {}
        self._made: tuple[float, bytes] = (float("-inf"), b"")

    def current(self) -> bytes:
        """The document as JSON."""
        with self._lock:
            at, document = self._made
            if time.monotonic() - at > _FRESH_SECONDS:
                self._ask()
                document = wire.dumps(self.build())
                self._made = (time.monotonic(), document)
            return document

    def build(self) -> dict[str, Any]:
        """The document by what is known now."""
        paths: dict[str, dict[str, Any]] = {}
        routes = [route for route in self.routes if not route.page]
        for route in routes:
            paths.setdefault(route.path, {})[route.method.lower()] = operation(route)
        return {
            "openapi": "3.1.0",
            "info": {"title": "Rapport", "version": "1", "description": _INTRODUCTION},
            "servers": [{"url": "/"}],
            "tags": [{"name": area} for area in dict.fromkeys(route.area for route in routes)],
            "paths": paths,
            "components": {
                "schemas": {
                    **SCHEMAS,
                    **own.SCHEMAS,
                    **upkeep.SCHEMAS,
                    **dict(self._record_schemas()),
                },
                "responses": REFUSALS,
                "headers": HEADERS,
                "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            },
        }

    def _record_schemas(self) -> Iterator[tuple[str, Any]]:
        for entity in ENTITIES.values():
            if entity.listed:
                yield from record_schemas(entity, self._described.get(entity.name)).items()
            if any(route.name == f"{entity.plural}.board" for route in self.routes):
                yield board_schema(entity)

    def _ask(self) -> None:
        answers = self._calls.everyone(SERVICES, "describe", _PATIENCE_SECONDS)
        for answer in answers:
            if not isinstance(answer, Refusal):
                self._described.update({one["entity"]: one for one in answer})
