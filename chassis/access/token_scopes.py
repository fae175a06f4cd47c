"""What an API token may be used for: `lead:read`, `lead:*`, `*:read`, `setting:users` or `*`.

Scopes only ever narrow what the user may do. None means no narrowing.
"""

from __future__ import annotations

from collections.abc import Iterable

EVERYTHING = "*"


def scope_allows(scopes: Iterable[str] | None, subject: str, operation: str) -> bool:
    """Whether `scopes` let `operation` on entity `subject` through (`setting` for settings)."""
    if scopes is None:
        return True
    return any(_covers(scope, subject, operation) for scope in scopes)


def scope_within(scope: str, held: Iterable[str] | None) -> bool:
    """Whether `scope` allows nothing that `held` does not allow already."""
    if held is None:
        return True
    if scope == EVERYTHING:
        return EVERYTHING in held
    subject, _, operation = scope.partition(":")
    return any(_covers(one, subject, operation) for one in held)


def _covers(scope: str, subject: str, operation: str) -> bool:
    if scope == EVERYTHING:
        return True
    scope_subject, _, scope_operation = scope.partition(":")
    if scope_subject == "*" and subject == "setting":
        return False
    return scope_subject in ("*", subject) and scope_operation in ("*", operation)
