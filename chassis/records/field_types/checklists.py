"""Checklists: what is to be done item by item, each with a tick and an id of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from chassis.errors import Fault
from chassis.records.field_types.base import wrong_type
from chassis.records.field_types.objects import JsonField
from chassis.records.field_types.references import as_identifier
from chassis.records.field_types.texts import as_text, text_faults

ITEMS_LIMIT = 100
ITEM_LIMIT = 500
_PARTS = ("id", "text", "done")


@dataclass(kw_only=True)
class ChecklistField(JsonField):
    """A list of `{id, text, done}` in its order. The entity gives an item that comes without an id
    one that it keeps."""

    type: ClassVar[str] = "checklist"
    widget: ClassVar[str] = "checklist"

    array: bool = True

    def parse(self, value: Any) -> list[dict[str, Any]]:
        return [
            self._parse_one(item, f"/{place}") for place, item in enumerate(super().parse(value))
        ]

    def _parse_one(self, item: Any, pointer: str) -> dict[str, Any]:
        if not isinstance(item, dict):
            raise wrong_type("an object of text and done", pointer)
        for name in item:
            if name not in _PARTS:
                raise wrong_type(f"one of {', '.join(_PARTS)}", f"{pointer}/{str(name)[:100]}")
        identifier, done = item.get("id"), item.get("done")
        if done is not None and not isinstance(done, bool):
            raise wrong_type("true or false", f"{pointer}/done")
        return {
            "id": None if identifier is None else str(as_identifier(identifier, f"{pointer}/id")),
            "text": as_text(item.get("text"), f"{pointer}/text"),
            "done": bool(done),
        }

    def check(self, value: list[dict[str, Any]]) -> list[Fault]:
        if len(value) > ITEMS_LIMIT:
            return [Fault("", "too_many", f"At most {ITEMS_LIMIT} items.")]
        faults: list[Fault] = []
        met: set[str] = set()
        for place, item in enumerate(value):
            if not item["text"]:
                faults.append(Fault(f"/{place}/text", "required", "A value is needed."))
            faults += text_faults(item["text"], ITEM_LIMIT, f"/{place}/text")
            if item["id"] in met:
                faults.append(Fault(f"/{place}/id", "repeated", "This one is named twice."))
            met |= {item["id"]} - {None}
        return faults

    @property
    def value_schema(self) -> dict[str, Any]:
        parts = {
            "id": {"type": "string", "format": "uuid"},
            "text": {"type": "string", "maxLength": ITEM_LIMIT},
            "done": {"type": "boolean"},
        }
        item = {"type": "object", "required": list(_PARTS), "properties": parts}
        return {"type": "array", "items": item, "maxItems": ITEMS_LIMIT}

    @property
    def input_schema(self) -> dict[str, Any]:
        parts = {
            "id": {"type": ["string", "null"], "format": "uuid"},
            "text": {"type": "string"},
            "done": {"type": ["boolean", "null"]},
        }
        item = {"type": "object", "required": ["text"], "properties": parts}
        return {"type": "array", "items": item | {"additionalProperties": False}}

    def described(self) -> dict[str, Any]:
        return {"limit": ITEMS_LIMIT}
