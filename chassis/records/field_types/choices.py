"""Values out of a fixed list, and lists of short texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from chassis.errors import Fault
from chassis.records.field_types.base import EQUALITY, FieldType, wrong_type
from chassis.records.field_types.texts import as_text, line_faults

TAG_LIMIT = 100
TAGS_LIMIT = 50


@dataclass(kw_only=True)
class ChoiceField(FieldType):
    """One code out of `choices`."""

    type: ClassVar[str] = "choice"
    widget: ClassVar[str] = "select"
    grouping: ClassVar[bool] = True

    def parse(self, value: Any) -> str | None:
        return as_text(value) or None

    def check(self, value: str) -> list[Fault]:
        if value in (self.choices or ()):
            return []
        return [Fault("", "unknown_choice", "Not one of the list's values.")]

    @property
    def value_schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.choices or ())}

    @property
    def input_schema(self) -> dict[str, Any]:
        return {"type": "string"}


@dataclass(kw_only=True)
class TagsField(FieldType):
    """A set of short texts, in the order they were given; codes of the entity `codes_of`, if
    one is said."""

    type: ClassVar[str] = "tags"
    widget: ClassVar[str] = "tags"
    multiple: ClassVar[bool] = True
    operators: ClassVar[tuple[str, ...]] = (*EQUALITY, "contains", "ncontains")

    limit: int = TAGS_LIMIT
    item_limit: int = TAG_LIMIT
    codes_of: str | None = None

    def described(self) -> dict[str, Any]:
        return {"widget": "codes", "codes_of": self.codes_of} if self.codes_of else {}

    def parse(self, value: Any) -> list[str]:
        if not isinstance(value, list):
            raise wrong_type("a list of texts")
        items = [as_text(item, f"/{index}") for index, item in enumerate(value)]
        return list(dict.fromkeys(item for item in items if item))

    def check(self, value: list[str]) -> list[Fault]:
        if len(value) > self.limit:
            return [Fault("", "too_many", f"At most {self.limit} values.")]
        return [
            fault
            for index, item in enumerate(value)
            for fault in line_faults(item, self.item_limit, f"/{index}")
        ]

    @property
    def nothing(self) -> Any:
        return []

    def wire(self, value: list[str]) -> list[str]:
        return list(value)

    @property
    def value_schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}, "maxItems": self.limit}

    @property
    def input_schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}}
