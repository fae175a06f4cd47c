"""Keeping messages that nobody could understand, out of the way and out of the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert

from chassis.listening.tables import QUARANTINE


def keep(
    connection: Connection, queue: str, body: bytes, headers: Mapping[str, Any], reason: str
) -> None:
    """Keep a message that came through `queue`. Header values are kept as text."""
    plain = {
        _keepable(name): _keepable(value) for name, value in headers.items() if name != "token"
    }
    values = {"queue": queue, "body": body, "headers": plain, "reason": reason}
    connection.execute(insert(QUARANTINE).values(values))


def _keepable(value: Any) -> str:
    """`value` as a text without what PostgreSQL cannot keep: NUL and lone surrogates."""
    return str(value).replace("\0", "").encode(errors="replace").decode()
