"""Links: a list of other records, each with attributes of the link itself, one of them primary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Table

from chassis.errors import Fault
from chassis.records.field_types.base import EQUALITY, wrong_type
from chassis.records.field_types.references import ReferenceField, as_identifier
from chassis.records.field_types.texts import as_text, text_faults

if TYPE_CHECKING:
    from chassis.access.organisation import Organisation

LINKS_LIMIT = 200
ATTRIBUTE_LIMIT = 255


@dataclass(frozen=True, slots=True)
class Link:
    """A record that is pointed at; `attributes` say how, in the order the field declares them."""

    id: UUID
    primary: bool = False
    attributes: tuple[str | None, ...] = ()


@dataclass(kw_only=True)
class LinksField(ReferenceField):
    """A list of `{id, primary}` and the `attributes`, kept in a child table of the field's own.

    Each record stands in it once, and exactly one is primary: the first, unless another says so.
    """

    type: ClassVar[str] = "links"
    widget: ClassVar[str] = "links"
    operators: ClassVar[tuple[str, ...]] = EQUALITY
    orderable: ClassVar[bool] = False
    multiple: ClassVar[bool] = True

    attributes: tuple[str, ...] = ()
    limit: int = LINKS_LIMIT

    @property
    def alias(self) -> str:
        """Its own name: included, the links carry the names of what they point at."""
        return self.name

    def parse(self, value: Any) -> list[Link]:  # type: ignore[override]
        if not isinstance(value, list):
            raise wrong_type("a list of objects")
        return [self._parse_one(item, f"/{index}") for index, item in enumerate(value)]

    def _parse_one(self, item: Any, pointer: str) -> Link:
        known = ("id", *self.attributes, "primary")
        if not isinstance(item, dict):
            raise wrong_type(f"an object of {', '.join(known)}", pointer)
        for name in item:
            if name not in known:
                raise wrong_type(f"one of {', '.join(known)}", f"{pointer}/{str(name)[:100]}")
        primary = item.get("primary")
        if primary is not None and not isinstance(primary, bool):
            raise wrong_type("true or false", f"{pointer}/primary")
        identifier = as_identifier(item.get("id"), f"{pointer}/id")
        texts = (
            None if item.get(name) is None else as_text(item[name], f"{pointer}/{name}") or None
            for name in self.attributes
        )
        return Link(identifier, bool(primary), tuple(texts))

    def settle(self, value: list[Link], organisation: Organisation) -> tuple[Any, list[Fault]]:
        faults = self.check(value)
        if value and not any(link.primary for link in value):
            return [replace(value[0], primary=True), *value[1:]], faults
        return value, faults

    def check(self, value: list[Link]) -> list[Fault]:
        if len(value) > self.limit:
            return [Fault("", "too_many", f"At most {self.limit} values.")]
        faults: list[Fault] = []
        met: set[UUID] = set()
        for index, link in enumerate(value):
            if link.id in met:
                faults.append(Fault(f"/{index}/id", "repeated", "This one is named twice."))
            met.add(link.id)
            for name, text in self.attributes_of(link).items():
                faults += text_faults(text or "", ATTRIBUTE_LIMIT, f"/{index}/{name}")
        if sum(link.primary for link in value) > 1:
            faults.append(Fault("", "one_primary", "Only one may be primary."))
        return faults

    @property
    def nothing(self) -> Any:
        return []

    def targets(self, value: Any) -> list[UUID]:
        return [link.id for link in value or ()]

    def target_pointer(self, index: int) -> str:
        return f"/{index}/id"

    def wire(self, value: Sequence[Link]) -> list[dict[str, Any]]:  # type: ignore[override]
        return [
            {"id": str(link.id), **self.attributes_of(link), "primary": link.primary}
            for link in value
        ]

    def attributes_of(self, link: Link) -> dict[str, str | None]:
        """The attributes of `link` by name; a link without any has them empty."""
        given = link.attributes or (None,) * len(self.attributes)
        return dict(zip(self.attributes, given, strict=True))

    def store(self, value: Any, organisation: Organisation) -> dict[str, Any]:
        return {}

    def value(self, row: Mapping[str, Any]) -> list[Link]:
        links: list[Link] = row.get(self.name) or []
        return links

    def sql(self, table: Table) -> ColumnElement[Any] | None:
        return None

    @property
    def column_names(self) -> tuple[str, ...]:
        return ()

    @property
    def value_schema(self) -> dict[str, Any]:
        texts = {name: {"type": ["string", "null"]} for name in self.attributes}
        return _list_of({"id": _IDENTIFIER, **texts, "primary": {"type": "boolean"}})

    @property
    def input_schema(self) -> dict[str, Any]:
        texts = {name: {"type": ["string", "null"]} for name in self.attributes}
        schema = _list_of({"id": _IDENTIFIER, **texts, "primary": {"type": ["boolean", "null"]}})
        schema["items"] |= {"required": ["id"], "additionalProperties": False}
        return schema

    def described(self) -> dict[str, Any]:
        return super().described() | {"attributes": list(self.attributes), "limit": self.limit}


_IDENTIFIER = {"type": "string", "format": "uuid"}


def _list_of(properties: dict[str, Any]) -> dict[str, Any]:
    item = {"type": "object", "required": list(properties), "properties": properties}
    return {"type": "array", "items": item}
