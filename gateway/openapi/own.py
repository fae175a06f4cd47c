"""Schemas of what people keep for themselves: views of lists, and how they have set up Rapport."""

from __future__ import annotations

from typing import Any, Final

_TEXT: Final = {"type": "string"}
_NAMES: Final = {"type": ["array", "null"], "items": _TEXT}
_SETUP: Final[dict[str, Any]] = {
    "theme": {"enum": ["system", "light", "dark", None]},
    "currency": {"type": ["string", "null"]},
    "default_views": {"type": ["object", "null"],
                      "additionalProperties": {"type": ["string", "null"], "format": "uuid"}},
    "pages": {"type": ["object", "null"],
              "description": "What pages keep: columns of each list, what is folded."},
}  # fmt: skip
_COLUMN: Final = {
    "type": "object",
    "required": ["field"],
    "properties": {"field": _TEXT, "width": {"type": ["integer", "null"]}},
    "additionalProperties": False,
}
_VIEW: Final[dict[str, Any]] = {
    "name": {"type": "string", "maxLength": 100},
    "scope": {"enum": ["private", "roles", "everyone"]},
    "role_codes": _NAMES,
    "layout": {"enum": ["list", "board"]},
    "columns": {"type": ["array", "null"], "items": _COLUMN},
    "filter": {"anyOf": [{"$ref": "#/components/schemas/Filter"}, {"type": "null"}]},
    "sort": _NAMES,
    "group": {"type": ["string", "null"]},
    "page_size": {"type": ["integer", "null"], "minimum": 1, "maximum": 500},
    "default": {"type": ["boolean", "null"]},
}

SCHEMAS: Final[dict[str, Any]] = {
    "SecondFactor": {
        "type": "object",
        "required": ["secret", "uri"],
        "properties": {
            "secret": _TEXT,
            "uri": {"type": "string", "description": "To be shown as a QR code."},
        },
    },
    "RecoveryCodes": {
        "type": "object",
        "required": ["recovery_codes"],
        "properties": {"recovery_codes": {"type": "array", "items": _TEXT}},
    },
    "View": {
        "type": "object",
        "required": ["id", "type", "version", "entity", "owner", "editable", *_VIEW],
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "type": {"const": "view"},
            "version": {"type": "integer"},
            "entity": _TEXT,
            "owner": {"type": "object"},
            "editable": {"type": "boolean"},
            "created_at": {"type": "string", "format": "date-time"},
            "updated_at": {"type": "string", "format": "date-time"},
            **_VIEW,
        },
    },
    "ViewList": {
        "type": "object",
        "required": ["items", "default"],
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/components/schemas/View"}},
            "default": {"type": ["string", "null"], "format": "uuid"},
        },
    },
    "ViewCreate": {
        "type": "object",
        "required": ["name"],
        "properties": _VIEW,
        "additionalProperties": False,
    },
    "ViewChange": {"type": "object", "properties": _VIEW, "additionalProperties": False},
    "MeChange": {
        "type": "object",
        "properties": {
            "locale": {"enum": ["en", "pt-BR", None]},
            "time_zone": {"type": ["string", "null"], "maxLength": 64},
            **_SETUP,
        },
        "additionalProperties": False,
    },
}
