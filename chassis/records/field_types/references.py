"""References to records, of this service or another, by their id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from chassis.errors import Fault
from chassis.records.field_types.base import EQUALITY, FieldType, wrong_type
from chassis.wire import as_uuid

REFERENCES_LIMIT = 200


def as_identifier(value: Any, pointer: str = "") -> UUID:
    """The UUID that the text `value` is, in its usual spelling; Malformed otherwise."""
    try:
        if isinstance(value, UUID):
            return value
        if isinstance(value, str) and len(value) == 36:
            return as_uuid(value)
    except ValueError:
        pass
    raise wrong_type("a UUID", pointer)


@dataclass(kw_only=True)
class IdentifierField(FieldType):
    """A UUID that is no reference: the record's own id."""

    type: ClassVar[str] = "uuid"
    grouping: ClassVar[bool] = True

    def parse(self, value: Any) -> UUID:
        return as_identifier(value)

    def wire(self, value: UUID) -> str:
        return str(value)

    @property
    def value_schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "uuid"}


@dataclass(kw_only=True)
class ReferenceField(IdentifierField):
    """The id of a record of `target`; `copies` are its fields that are kept here as labels.

    `alias` is what `include=` and one-hop filters call it: `owner` for `owner_id`.
    """

    type: ClassVar[str] = "reference"
    widget: ClassVar[str] = "reference"
    operators: ClassVar[tuple[str, ...]] = EQUALITY

    target: str = ""
    copies: tuple[str, ...] = ("name",)

    @property
    def reference(self) -> str:  # type: ignore[override]
        """The entity that it points at."""
        return self.target

    @property
    def alias(self) -> str:
        """Its name without `_id`, which stands for the record it points at."""
        return self.name.removesuffix("_ids").removesuffix("_id")

    @property
    def targeted(self) -> tuple[str, ...]:
        """The entities that it may point at."""
        return (self.target,)

    def targets(self, value: Any) -> list[UUID]:
        """The ids that a Python value of this field (None: no value) points at, in order."""
        return [] if value is None else [value]

    def pointed(self, value: Any) -> list[tuple[str, UUID]]:
        """Entity and id of each record that a value of this field points at, in order."""
        return [(self.target, identifier) for identifier in self.targets(value)]

    def target_pointer(self, index: int) -> str:
        """Where, within the field's value, the id stands that is `index`-th in `targets`."""
        return ""

    def described(self) -> dict[str, Any]:
        return {"reference": self.target, "copies": list(self.copies), "include": self.alias}


@dataclass(kw_only=True)
class ReferencesField(ReferenceField):
    """The ids of several records of `target`, each once."""

    type: ClassVar[str] = "references"
    widget: ClassVar[str] = "references"
    multiple: ClassVar[bool] = True

    limit: int = REFERENCES_LIMIT

    def parse(self, value: Any) -> list[UUID]:  # type: ignore[override]
        if not isinstance(value, list):
            raise wrong_type("a list of UUIDs")
        items = (as_identifier(item, f"/{index}") for index, item in enumerate(value))
        return list(dict.fromkeys(items))

    def check(self, value: list[UUID]) -> list[Fault]:
        if len(value) > self.limit:
            return [Fault("", "too_many", f"At most {self.limit} values.")]
        return []

    @property
    def nothing(self) -> Any:
        return []

    def targets(self, value: Any) -> list[UUID]:
        return list(value or ())

    def target_pointer(self, index: int) -> str:
        return f"/{index}"

    def wire(self, value: list[UUID]) -> list[str]:  # type: ignore[override]
        return [str(item) for item in value]

    @property
    def value_schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string", "format": "uuid"}}
