"""Headers that every answer carries, so that a browser can be tricked into nothing."""

from __future__ import annotations

from typing import Final

from flask import Response

API_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HSTS: Final = "max-age=31536000; includeSubDomains"


def secure(response: Response, call_id: str, over_https: bool) -> Response:
    """Add the headers; those that the answer set itself stay."""
    headers = response.headers
    for name, value in _ALWAYS.items():
        headers[name] = value
    headers["X-Request-Id"] = call_id
    if "Referrer-Policy" not in headers:
        headers["Referrer-Policy"] = "no-referrer"
    if "Content-Security-Policy" not in headers:
        headers["Content-Security-Policy"] = API_POLICY
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    if over_https:
        headers["Strict-Transport-Security"] = _HSTS
    return response
