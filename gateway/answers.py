"""What a route gives back, and its form on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Response

from chassis import wire

JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a JSON value (None: no body) and headers, of which one may have several values.
    `raw` bytes stand in place of a value."""

    value: Any = None
    status: int = 200
    headers: Mapping[str, str | list[str]] = field(default_factory=dict)
    raw: bytes | None = None
    media_type: str = JSON

    def response(self) -> Response:
        """The answer as Flask sends it."""
        data = self.raw
        if data is None:
            data = b"" if self.status == 204 else wire.dumps(self.value)
        response = Response(data, self.status, mimetype=None, content_type=self.media_type)
        if self.status == 204:
            del response.headers["Content-Type"]
        response.headers.extend(self.headers)
        return response
