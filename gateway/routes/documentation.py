"""The OpenAPI document, and pages to browse it that need nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from chassis.errors import InternalError, NotFound
from gateway.answers import Answer
from gateway.asked import Asked
from gateway.openapi.document import Document
from gateway.permissions import Public
from gateway.registry import BASE, Reply, Route

# The viewer sets style attributes from its script; nothing else is loosened.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; font-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_ASSETS: Final = {
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
    "favicon-32x32.png": "image/png",
}
_START: Final = b"""window.addEventListener("load", () => SwaggerUIBundle({
  url: "/api/v1/openapi.json", dom_id: "#document", deepLinking: true, docExpansion: "none",
  validatorUrl: null, persistAuthorization: false, displayRequestDuration: true
}));
"""
_PAGE: Final = b"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rapport API</title>
<link rel="icon" type="image/png" href="/api/docs/favicon-32x32.png">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<main id="document"><a href="/api/v1/openapi.json">The document as JSON</a></main>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
"""


def documentation_routes(document: Document) -> Iterator[Route]:
    """The document and the pages."""
    yield Route(
        method="GET", path=f"{BASE}/openapi.json", name="openapi", area="documentation",
        summary="This document", permission=Public(),
        replies={200: Reply("An OpenAPI 3.1 document.", {"type": "object"})},
        answer=lambda asked: Answer(raw=document.current(), headers={"Cache-Control": "no-cache"}),
    )  # fmt: skip
    yield Route(
        method="GET", path="/api/docs", name="docs", area="documentation",
        summary="This document, browsable", permission=Public(),
        replies={200: Reply("A page.", {"type": "string"}, media_type="text/html")},
        answer=lambda asked: _page(_PAGE, "text/html; charset=utf-8"),
    )  # fmt: skip
    yield Route(
        method="GET", path="/api/docs/{asset}", name="docs.asset", area="documentation",
        summary="A part of the page", permission=Public(), refusals=(404,), limited=False,
        replies={200: Reply("The part.", {"type": "string"}, media_type="*/*")},
        answer=_asset,
    )  # fmt: skip


def _asset(asked: Asked) -> Answer:
    name = asked.path["asset"]
    if name == "start.js":
        return _page(_START, "text/javascript; charset=utf-8")
    if name not in _ASSETS:
        raise NotFound("There is nothing here.", code="no_such_path")
    return _page((_folder() / name).read_bytes(), _ASSETS[name])


def _folder() -> Path:
    found = find_spec("flask_swagger_ui")
    if found is None or found.origin is None:
        raise InternalError("flask-swagger-ui is not installed.")
    return Path(found.origin).parent / "dist"


def _page(content: bytes, media_type: str) -> Answer:
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "max-age=3600"}
    return Answer(raw=content, media_type=media_type, headers=headers)
