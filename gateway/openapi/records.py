"""The schemas of one entity, from what its service says of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.speech import EntityContract


def record_schemas(entity: EntityContract, description: Mapping[str, Any] | None) -> dict[str, Any]:
    """`Lead`, `LeadCreate`, `LeadChange` and `LeadPage`; open ones while nothing is known."""
    name = entity.name.title().replace("_", "")
    fields = list((description or {}).get("fields") or ())
    page = {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
            "next_cursor": {"type": ["string", "null"]},
            "total": {"type": ["integer", "null"]},
            "total_relation": {"enum": ["eq", "gte"]},
        },
        "required": ["items", "next_cursor"],
    }
    return {
        name: _answered(entity, fields),
        f"{name}Create": _accepted(fields, creating=True),
        f"{name}Change": _accepted(fields, creating=False),
        f"{name}Page": page,
    }


def _answered(entity: EntityContract, fields: list[Mapping[str, Any]]) -> dict[str, Any]:
    properties = {
        "id": {"type": "string", "format": "uuid"},
        "type": {"const": entity.name},
        "version": {"type": "integer"},
    }
    for field in fields:
        if field["name"] not in properties and not field.get("write_only"):
            properties[field["name"]] = _labelled(field, field["schema"])
    return {"type": "object", "properties": properties, "required": ["id", "version"]}


def _accepted(fields: list[Mapping[str, Any]], *, creating: bool) -> dict[str, Any]:
    if not fields:
        return {"type": "object"}
    properties = {
        field["name"]: _labelled(field, field.get("input_schema") or field["schema"])
        for field in fields
        if not (field.get("system") or field.get("read_only"))
        and (creating or not field.get("immutable"))
    }
    schema: dict[str, Any] = {
        "type": "object", "properties": properties, "additionalProperties": False,
    }  # fmt: skip
    if creating:
        properties.setdefault("id", {"type": "string", "format": "uuid"})
        schema["required"] = [field["name"] for field in fields
                              if field.get("required") and field["name"] in properties]  # fmt: skip
    return schema


def _labelled(field: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    title = (field.get("labels") or {}).get("en")
    return {**schema, "title": title} if title else dict(schema)
