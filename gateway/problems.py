"""Refusals as RFC 9457 problem documents, in the reader's language, with a stable code."""

from __future__ import annotations

from typing import Any, Final

from flask import Response
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from chassis import wire
from chassis.errors import (
    InternalError,
    Malformed,
    NotFound,
    Refusal,
    TooLarge,
    Unauthenticated,
)
from gateway.texts import LANGUAGES, STATUS_TITLES, sentence

MEDIA_TYPE: Final = "application/problem+json"
_HEADER_EXTRAS: Final = frozenset({"retry_after", "allowance"})
_RESERVED: Final = frozenset({"type", "title", "status", "detail", "instance", "code", "errors"})


class MethodNotAllowed(Refusal):
    """405: the path exists, with other methods."""

    status, default_code = 405, "method_not_allowed"


def language(accept_language: str | None, locale: str | None) -> str:
    """The language of texts: the first known one of `Accept-Language`, else of the user's."""
    wished = [part.partition(";")[0].strip() for part in (accept_language or "").split(",")]
    for wish in (*wished, locale or ""):
        for known in LANGUAGES:
            if wish and known.split("-")[0].lower() == wish.split("-")[0].lower():
                return known
    return LANGUAGES[0]


def problem(refusal: Refusal, tongue: str, instance: str, call_id: str) -> dict[str, Any]:
    """The problem document of `refusal`. Texts of defects stay in the log."""
    hidden = refusal.status >= 500 and refusal.status != 503
    document: dict[str, Any] = {
        "type": f"/problems/{refusal.code}",
        "title": STATUS_TITLES[tongue].get(refusal.status, STATUS_TITLES[tongue][500]),
        "status": refusal.status,
        "detail": sentence(refusal.code, tongue, "" if hidden else refusal.detail, refusal.status),
        "instance": instance,
        "code": refusal.code,
        "request_id": call_id,
        "errors": [
            {
                "pointer": fault.pointer,
                "code": fault.code,
                "detail": sentence(fault.code, tongue, fault.detail, None),
            }
            for fault in refusal.faults
        ],
    }
    if not hidden:
        extras = refusal.extra.items()
        document |= {k: v for k, v in extras if k not in _HEADER_EXTRAS and k not in _RESERVED}
    return document


def respond(refusal: Refusal, tongue: str, instance: str, call_id: str) -> Response:
    """`refusal` as an HTTP response with the headers that its status calls for."""
    document = problem(refusal, tongue, instance, call_id)
    response = Response(wire.dumps(document), refusal.status, content_type=MEDIA_TYPE)
    response.headers["Content-Language"] = tongue
    if "retry_after" in refusal.extra or refusal.status in (429, 503):
        response.headers["Retry-After"] = str(max(1, round(refusal.extra.get("retry_after") or 1)))
    if isinstance(refusal.extra.get("allowance"), dict):
        response.headers.extend(refusal.extra["allowance"])
    if isinstance(refusal, Unauthenticated):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def from_http(error: HTTPException) -> tuple[Refusal, dict[str, str]]:
    """What Flask itself refuses as one of our refusals, with the headers it must keep."""
    status = error.code or 500
    if isinstance(error, RequestEntityTooLarge):
        return TooLarge("The body is too large.", code="body_too_large"), {}
    if status == 404:
        return NotFound("There is nothing here.", code="no_such_path"), {}
    if status == 405:
        allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        return MethodNotAllowed("This path has other methods."), {"Allow": allowed}
    if 400 <= status < 500:
        return Malformed("The request cannot be understood."), {}
    return InternalError(), {}
