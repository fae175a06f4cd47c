"""The errors that Rapport raises, one class an answer. They cross the bus and HTTP unchanged.

Refusal
├── Malformed             400  wrong type, unknown field, parameter or operator
├── Unauthenticated       401  no valid proof of who acts
├── Forbidden             403  no role grants it, or readable but not allowed
├── NotFound              404  absent or unreadable: the same answer
├── Conflict              409  duplicate, taken id, wrong state
├── Stale                 412  If-Match names an older version
├── TooLarge              413  body or nesting over the limit
├── Invalid               422  well-formed but breaks a rule
├── VersionRequired       428  If-Match is missing
├── TooMany               429  over a rate limit
└── Unavailable           503  a service is down, slow or refusing work
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

MOST_FAULTS: Final = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a request: `pointer` is an RFC 6901 JSON pointer into its body."""

    pointer: str
    code: str
    detail: str = ""

    def as_dict(self) -> dict[str, str]:
        """The fault as it stands in a problem document's `errors`."""
        return {"pointer": self.pointer, "code": self.code, "detail": self.detail}


class Refusal(Exception):
    """A call that was refused and changed nothing.

    `code` is stable and is what clients test; `detail` is an English sentence; `faults` point into
    the request, the first `MOST_FAULTS` of them; `extra` holds flat JSON values such as
    `retry_after` (seconds) or `version`.
    """

    status: ClassVar[int] = 500
    default_code: ClassVar[str] = "internal_error"

    def __init__(
        self,
        detail: str = "",
        *,
        code: str | None = None,
        faults: Sequence[Fault] = (),
        **extra: Any,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.default_code
        self.faults = tuple(faults[:MOST_FAULTS])
        self.extra = extra

    def as_wire(self) -> dict[str, Any]:
        """The refusal as the `error` of a bus reply."""
        return {
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "errors": [fault.as_dict() for fault in self.faults],
            "extra": self.extra,
        }


class Malformed(Refusal):
    """400: the request cannot be understood, or names what the caller cannot see."""

    status, default_code = 400, "malformed"


class Unauthenticated(Refusal):
    """401: no valid proof of who acts."""

    status, default_code = 401, "unauthenticated"


class Forbidden(Refusal):
    """403: no role grants the operation, or the record is readable but not open to it."""

    status, default_code = 403, "forbidden"


class NotFound(Refusal):
    """404: the record is absent or unreadable; the answer never says which."""

    status, default_code = 404, "not_found"


class Conflict(Refusal):
    """409: the state of the record, or another record, stands against it."""

    status, default_code = 409, "conflict"


class Stale(Refusal):
    """412: the caller's version is not the newest; `version` and `fields` say what differs."""

    status, default_code = 412, "stale_version"


class TooLarge(Refusal):
    """413: body or nesting over the limit."""

    status, default_code = 413, "too_large"


class Invalid(Refusal):
    """422: well-formed, but a rule is broken."""

    status, default_code = 422, "invalid"


class VersionRequired(Refusal):
    """428: the write must name the version it was made against."""

    status, default_code = 428, "version_required"


class TooMany(Refusal):
    """429: over a rate limit; `retry_after` says for how many seconds."""

    status, default_code = 429, "too_many_requests"


class Unavailable(Refusal):
    """503: the service that owns this is down, slow or refusing work; `retry_after` in seconds."""

    status, default_code = 503, "unavailable"


class InternalError(Refusal):
    """500: a defect on the other side. Its text stays in that side's log."""


_BY_STATUS: dict[int, type[Refusal]] = {
    kind.status: kind
    for kind in (
        Malformed, Unauthenticated, Forbidden, NotFound, Conflict, Stale, TooLarge, Invalid,
        VersionRequired, TooMany, Unavailable, InternalError,
    )
}  # fmt: skip


def from_wire(error: dict[str, Any]) -> Refusal:
    """The refusal that `error` (what `Refusal.as_wire` gave) describes; unknown ones are 500s."""
    kind = _BY_STATUS.get(error.get("status", 500), InternalError)
    faults = [Fault(**fault) for fault in error.get("errors", ())]
    return kind(
        error.get("detail", ""), code=error.get("code"), faults=faults, **error.get("extra", {})
    )
