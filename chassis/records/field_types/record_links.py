"""Links to records of several entities, such as whatever an activity is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Table

from chassis.errors import Fault
from chassis.records.field_types.base import EQUALITY, wrong_type
from chassis.records.field_types.links import LINKS_LIMIT
from chassis.records.field_types.references import ReferenceField, as_identifier

if TYPE_CHECKING:
    from chassis.access.organisation import Organisation


@dataclass(frozen=True, slots=True)
class RecordLink:
    """A record of `entity` that is pointed at. `facts` are its access facts as they are known
    here, once the link is kept: `entity`, `live`, `owner_id`, `stage_id`, `open`, `observer_ids`.
    """

    entity: str
    id: UUID
    facts: Mapping[str, Any] | None = field(default=None, compare=False)


@dataclass(kw_only=True)
class RecordLinksField(ReferenceField):
    """A list of `{type, id}`, kept in a child table together with the targets' access facts.

    `ordered_by` is the field of the record whose value the rows repeat, to be walked in its order,
    and `filtered_by` one of few values that they repeat too, to be walked one value at a time.
    The record's own row says whether there are any, so that those without are found at once.
    """

    type: ClassVar[str] = "record_links"
    widget: ClassVar[str] = "record_links"
    operators: ClassVar[tuple[str, ...]] = EQUALITY
    orderable: ClassVar[bool] = False
    multiple: ClassVar[bool] = True

    copies: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    ordered_by: str = ""
    filtered_by: str = ""
    limit: int = LINKS_LIMIT

    @property
    def alias(self) -> str:
        """Its own name: included, the links carry the names of what they point at."""
        return self.name

    @property
    def targeted(self) -> tuple[str, ...]:
        return self.entities

    def parse(self, value: Any) -> list[RecordLink]:  # type: ignore[override]
        if not isinstance(value, list):
            raise wrong_type("a list of objects")
        return [self._parse_one(item, f"/{index}") for index, item in enumerate(value)]

    def _parse_one(self, item: Any, pointer: str) -> RecordLink:
        if not isinstance(item, dict) or set(item) != {"type", "id"}:
            raise wrong_type("an object of type and id", pointer)
        if item["type"] not in self.entities:
            raise wrong_type(f"one of {', '.join(self.entities)}", f"{pointer}/type")
        return RecordLink(item["type"], as_identifier(item["id"], f"{pointer}/id"))

    def check(self, value: list[RecordLink]) -> list[Fault]:
        if len(value) > self.limit:
            return [Fault("", "too_many", f"At most {self.limit} values.")]
        return [
            Fault(f"/{index}/id", "repeated", "This one is named twice.")
            for index, link in enumerate(value)
            if link in value[:index]
        ]

    @property
    def nothing(self) -> Any:
        return []

    def pointed(self, value: Any) -> list[tuple[str, UUID]]:
        return [(link.entity, link.id) for link in value or ()]

    def target_pointer(self, index: int) -> str:
        return f"/{index}/id"

    def wire(self, value: Sequence[RecordLink]) -> list[dict[str, str]]:  # type: ignore[override]
        return [{"type": link.entity, "id": str(link.id)} for link in value]

    @property
    def repeated(self) -> dict[str, str]:
        """The columns of the child table that repeat fields of the record, with these fields."""
        columns = {"ordered": self.ordered_by, "filtered": self.filtered_by}
        return {column: name for column, name in columns.items() if name}

    @property
    def flag(self) -> str:
        """The column that says whether a record has any."""
        return f"has_{self.name}"

    def store(self, value: Any, organisation: Organisation) -> dict[str, Any]:
        return {self.flag: bool(value)}

    def value(self, row: Mapping[str, Any]) -> list[RecordLink]:
        links: list[RecordLink] = row.get(self.name) or []
        return links

    def sql(self, table: Table) -> ColumnElement[Any] | None:
        return None

    @property
    def column_names(self) -> tuple[str, ...]:
        return (self.flag,)

    @property
    def value_schema(self) -> dict[str, Any]:
        properties = {
            "type": {"type": "string", "enum": list(self.entities)},
            "id": {"type": "string", "format": "uuid"},
        }
        item = {"type": "object", "required": ["type", "id"], "properties": properties}
        return {"type": "array", "items": item}

    @property
    def input_schema(self) -> dict[str, Any]:
        schema = self.value_schema
        schema["items"] |= {"additionalProperties": False}
        return schema

    def described(self) -> dict[str, Any]:
        return {"references": list(self.entities), "include": self.alias, "limit": self.limit}
