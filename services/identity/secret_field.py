"""A password as a field: accepted, never answered, kept as its argon2 hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from chassis.errors import Fault
from chassis.records.field_types.base import FieldType, wrong_type
from chassis.records.field_types.texts import text_faults
from services.identity.passwords import LONGEST, SHORTEST, hash_password


@dataclass(kw_only=True)
class PasswordField(FieldType):
    """Text that is hashed on its way into the row. Blanks belong to it."""

    type: ClassVar[str] = "password"
    widget: ClassVar[str] = "password"
    operators: ClassVar[tuple[str, ...]] = ()
    orderable: ClassVar[bool] = False

    write_only: bool = True

    def parse(self, value: Any) -> str | None:
        if not isinstance(value, str):
            raise wrong_type("a text")
        return value or None

    def check(self, value: str) -> list[Fault]:
        return text_faults(value, LONGEST)

    def store(self, value: Any, organisation: Any) -> dict[str, Any]:
        return {self.column: None if value is None else hash_password(value)}

    def value(self, row: Mapping[str, Any]) -> Any:
        return None

    def dump(self, row: Mapping[str, Any]) -> Any:
        return None

    @property
    def value_schema(self) -> dict[str, Any]:
        return {"type": "string", "writeOnly": True}

    def described(self) -> dict[str, Any]:
        return {"shortest": SHORTEST, "limit": LONGEST}
