"""Schemas of what is told to who looks after the platform."""

from __future__ import annotations

from typing import Any, Final

_TEXT: Final = {"type": "string"}
_ID: Final = {"type": "string", "format": "uuid"}
_COUNT: Final = {"type": "integer", "minimum": 0}
_AWAY: Final = {"type": "array", "items": _TEXT}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*properties]}


SCHEMAS: Final[dict[str, Any]] = {
    "DeadEvent": _object(
        service=_TEXT, listener=_TEXT, source=_TEXT, event_id=_ID, name=_TEXT, entity=_TEXT,
        record_id=_ID, attempts=_COUNT, failure={"type": ["string", "null"]},
        parked_at={"type": "string", "format": "date-time"}, waiting_behind=_COUNT,
    ),
    "DeadEventList": _object(
        items={"type": "array", "items": {"$ref": "#/components/schemas/DeadEvent"}},
        unavailable=_AWAY,
    ),
    "Retried": _object(retried=_COUNT),
    "Verifications": _object(
        jobs={"type": "object", "additionalProperties": _TEXT,
              "description": "The job of each service. Its result says whether the journal is "
                             "`whole`, and lists the first `breaks`."},
        unavailable=_AWAY,
    ),
}  # fmt: skip
