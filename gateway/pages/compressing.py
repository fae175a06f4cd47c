"""Pages are sent compressed. What is secret in them is masked anew each time (`forgery`)."""

from __future__ import annotations

import gzip
from typing import Final

from flask import Request, Response

_SMALLEST: Final = 500
# Most of what level 9 gives, for a third of its time.
_LEVEL: Final = 5


def compress(request: Request, response: Response) -> None:
    """Compress `response` when it is a page, and the browser takes it so."""
    accepted = "gzip" in request.headers.get("Accept-Encoding", "")
    if not accepted or response.mimetype != "text/html" or "Content-Encoding" in response.headers:
        return
    data = response.get_data()
    if len(data) >= _SMALLEST:
        response.set_data(gzip.compress(data, _LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
