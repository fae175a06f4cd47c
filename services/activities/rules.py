"""The rules of activities: their kinds, and what the system notes about an event. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID, uuid5

SYSTEM: Final = "system"
KINDS: Final = ("call", "email", "meeting", "note", "message", SYSTEM)

_NAMESPACE: Final = UUID("6f1c6c1e-4b0a-5d0e-9c0b-52617070f27a")


def activity_id(event_id: UUID) -> UUID:
    """The id of the system activity that notes an event: always the same one."""
    return uuid5(_NAMESPACE, str(event_id))


def noted_data(record_version: int, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of an event: which fields changed, never to what.

    Values stay with the record's own history, where they are masked and can be erased.
    """
    return {"version": record_version, "fields": sorted(changes)}
