"""A name that administrators write: one text for everybody, or one for each language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from chassis.errors import Fault
from chassis.records.field_types.base import FieldType, wrong_type
from chassis.records.field_types.texts import as_text, line_faults
from services.identity.settings import LOCALES


@dataclass(kw_only=True)
class NameField(FieldType):
    """`"Seller"` or `{"en": "Seller", "pt-BR": "Vendedor"}`, answered as it was given."""

    type: ClassVar[str] = "name"
    widget: ClassVar[str] = "name"
    operators: ClassVar[tuple[str, ...]] = ()
    orderable: ClassVar[bool] = False

    limit: int = 255

    def parse(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return as_text(value) or None
        for language in value:
            if language not in LOCALES:
                raise wrong_type(f"one of {', '.join(LOCALES)}", f"/{str(language)[:100]}")
        texts = {language: as_text(text, f"/{language}") for language, text in value.items()}
        return {language: text for language, text in texts.items() if text} or None

    def check(self, value: Any) -> list[Fault]:
        texts = value if isinstance(value, dict) else {"": value}
        return [
            fault
            for language, text in texts.items()
            for fault in line_faults(text, self.limit, f"/{language}" if language else "")
        ]

    @property
    def value_schema(self) -> dict[str, Any]:
        said = {"type": "string"}
        return {
            "anyOf": [
                said,
                {
                    "type": "object",
                    "properties": dict.fromkeys(LOCALES, said),
                    "additionalProperties": False,
                },
            ]
        }

    def described(self) -> dict[str, Any]:
        return {"limit": self.limit}
