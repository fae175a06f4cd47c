"""Small objects kept as JSON: free ones, and ones whose parts are named texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from chassis import wire
from chassis.errors import Fault, Malformed
from chassis.records.field_types.base import FieldType, wrong_type
from chassis.records.field_types.texts import as_text, text_faults

DEPTH_LIMIT = 8
BYTES_LIMIT = 100_000


@dataclass(kw_only=True)
class JsonField(FieldType):
    """Any JSON object (or, with `array`, list) of limited size and `depth`."""

    type: ClassVar[str] = "json"
    widget: ClassVar[str] = "json"
    operators: ClassVar[tuple[str, ...]] = ("empty", "nempty")
    orderable: ClassVar[bool] = False

    array: bool = False
    depth: int = DEPTH_LIMIT
    schema: dict[str, Any] | None = None

    def parse(self, value: Any) -> Any:
        if not isinstance(value, list if self.array else dict):
            raise wrong_type("a list" if self.array else "an object")
        return value

    def check(self, value: Any) -> list[Fault]:
        for item, depth in _walk(value, self.depth):
            if depth > self.depth:
                return [Fault("", "too_deep", f"At most {self.depth} levels.")]
            if isinstance(item, str) and (faults := text_faults(item, BYTES_LIMIT)):
                return faults
        if len(wire.dumps(value)) > BYTES_LIMIT:
            return [Fault("", "too_long", f"At most {BYTES_LIMIT} bytes.")]
        return []

    @property
    def nothing(self) -> Any:
        return [] if self.array else {}

    @property
    def value_schema(self) -> dict[str, Any]:
        return self.schema or {"type": "array" if self.array else "object"}


@dataclass(kw_only=True)
class CustomField(JsonField):
    """The values of custom fields by code. A code that nobody declared is an unknown field."""

    type: ClassVar[str] = "custom"

    codes: tuple[str, ...] = ()

    def parse(self, value: Any) -> Any:
        given = super().parse(value)
        for code in given:
            if code not in self.codes:
                escaped = code[:100].replace("~", "~0").replace("/", "~1")
                fault = Fault(f"/{escaped}", "unknown_field", "No such field.")
                raise Malformed("There is no such custom field.", faults=[fault])
        return given


def _walk(value: Any, deepest: int, depth: int = 1) -> Iterator[tuple[Any, int]]:
    yield value, depth
    if depth > deepest:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield key, depth
            yield from _walk(item, deepest, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item, deepest, depth + 1)


@dataclass(kw_only=True)
class PartsField(FieldType):
    """An object whose `parts` are short texts, each of which may be missing: an address, UTM."""

    type: ClassVar[str] = "parts"
    widget: ClassVar[str] = "parts"
    operators: ClassVar[tuple[str, ...]] = ("empty", "nempty")
    orderable: ClassVar[bool] = False

    parts: tuple[str, ...] = ()
    limit: int = 255

    def parse(self, value: Any) -> dict[str, str] | None:
        if not isinstance(value, dict):
            raise wrong_type("an object")
        for name in value:
            if name not in self.parts:
                raise wrong_type(f"one of {', '.join(self.parts)}", f"/{str(name)[:100]}")
        texts = {
            name: as_text(value[name], f"/{name}")
            for name in self.parts
            if value.get(name) is not None
        }
        return {name: text for name, text in texts.items() if text} or None

    def check(self, value: dict[str, str]) -> list[Fault]:
        return [
            fault
            for name, text in value.items()
            for fault in text_faults(text, self.limit, f"/{name}")
        ]

    @property
    def value_schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {name: {"type": ["string", "null"]} for name in self.parts},
            "additionalProperties": False,
        }

    @property
    def codes(self) -> Sequence[str]:
        return self.parts

    def described(self) -> dict[str, Any]:
        return {"parts": list(self.parts), "limit": self.limit}
