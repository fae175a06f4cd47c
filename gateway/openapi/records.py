"""The schemas of one entity, from what its service says of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from contracts.speech import EntityContract

_UNKNOWN: Final = {"type": "object"}


def record_schemas(entity: EntityContract, description: Mapping[str, Any] | None) -> dict[str, Any]:
    """`Lead`, `LeadCreate`, `LeadChange` and `LeadPage`; open ones while nothing is known."""
    name = entity.name.title().replace("_", "")
    schemas = (description or {}).get("schemas") or {}
    return {
        name: schemas.get("record", _UNKNOWN),
        f"{name}Create": schemas.get("create", _UNKNOWN),
        f"{name}Change": schemas.get("update", _UNKNOWN),
        f"{name}Page": _page(name),
    }


def _page(name: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
            "next_cursor": {"type": ["string", "null"]},
            "total": {"type": ["integer", "null"]},
            "total_relation": {"enum": ["eq", "gte", None]},
        },
        "required": ["items", "next_cursor"],
    }


def board_schema(entity: EntityContract) -> tuple[str, dict[str, Any]]:
    """`DealBoard`: a column a stage; count and totals are null where they are not told."""
    name = entity.name.title().replace("_", "")
    column = {
        "type": "object",
        "required": ["stage", "items", "next_cursor", "count", "totals"],
        "properties": {
            "stage": {"$ref": "#/components/schemas/Status"},
            "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
            "next_cursor": {"type": ["string", "null"]},
            "count": {"type": ["integer", "null"], "minimum": 0},
            "totals": {
                "type": ["array", "null"],
                "items": {"$ref": "#/components/schemas/Total"},
            },
        },
    }
    return f"{name}Board", {
        "type": "object",
        "required": ["pipeline", "columns"],
        "properties": {
            "pipeline": {"type": "object"},
            "columns": {"type": "array", "items": column},
        },
    }
