"""Every code that a service or the gateway can answer with has a text in every language."""

from __future__ import annotations

import re
from pathlib import Path

from gateway.texts import _PORTUGUESE, STATUS_TITLES

ROOT = Path(__file__).parents[2]
CODE = re.compile(
    r"""(?:code=|Fault\([^,()]+,\s*|refuse\([^,()]+,\s*|\(\("/[a-z_]*",\s*)"([a-z_]+)\""""
)
# Said between services or to an operator, never to a client of the API; the text of the status
# stands in if one should reach a client after all.
INTERNAL = frozenset({
    "assets_missing", "bad_arguments", "bad_headers", "binding_missing", "caller_refused",
    "database_busy",
    "database_down", "database_lost", "database_slow", "deadline_passed", "key_missing",
    "mail_refused", "mail_unsent", "malformed_event", "nobody_listens",
    "no_database", "no_such_listener", "undecodable", "unknown_method",
})  # fmt: skip


def codes() -> set[str]:
    """Every code that stands in the sources."""
    found: set[str] = set()
    for folder in ("chassis", "services", "gateway"):
        for path in (ROOT / folder).rglob("*.py"):
            found |= set(CODE.findall(path.read_text()))
    return found


def test_every_code_is_translated() -> None:
    assert sorted(codes() - set(_PORTUGUESE) - INTERNAL) == []


def test_every_status_has_a_title_in_every_language() -> None:
    english, *others = STATUS_TITLES.values()
    for other in others:
        assert other.keys() == english.keys()
