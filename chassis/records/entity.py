"""What makes a class an entity: one declaration is table, schema, filters, form and scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Identity,
    MetaData,
    Table,
    Uuid,
    false,
    true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column
from sqlalchemy.types import BigInteger, Date, Numeric, String

from chassis.access.links import linked_entities
from chassis.database.metadata import NAMING
from chassis.errors import Fault
from chassis.records.child_tables import CHILDREN, child_table
from chassis.records.children import points_table
from chassis.records.field_types.base import FieldType
from chassis.records.field_types.links import LinksField
from chassis.records.field_types.money import DIGITS, PLACES, MoneyField
from chassis.records.field_types.numbers import IntegerField
from chassis.records.field_types.points import PointsField
from chassis.records.field_types.record_links import RecordLinksField
from chassis.records.field_types.references import IdentifierField, ReferenceField
from chassis.records.field_types.stages import StageField
from chassis.records.fields import (
    boolean,
    custom_values,
    datetime_,
    integer,
    reference,
    references,
    tags_,
)
from chassis.records.query.indexes import indexes_for
from contracts.catalogue import ENTITIES

if TYPE_CHECKING:
    from chassis.context import Context
    from chassis.records.figures import Figures
    from chassis.stages.book import Stage

_FIRST = (
    "id", "version", "number", "owner_id", "observer_ids", "open", "tags", "custom",
    "created_at", "created_by", "updated_at", "updated_by", "deleted_at", "deleted_by",
)  # fmt: skip


class Base(DeclarativeBase):
    """The declarative base of every service's tables. A table belongs to the service whose
    `models` module declares it (`tables_of`)."""

    metadata = MetaData(naming_convention=NAMING)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        table = cls.__dict__.get("__table__")
        if table is not None:
            table.info["module"] = cls.__module__


def tables_of(service: str) -> list[Table]:
    """The tables that `services.<service>` declares, parents before children."""
    package = f"services.{service}."
    return [t for t in Base.metadata.sorted_tables if t.info.get("module", "").startswith(package)]


_declared_entities: dict[str, Entity] = {}


@dataclass(eq=False)
class Entity:
    """An entity by its singular `name`. `title` is the field that names a record to people, as
    the contracts say.

    `fields`, `table` and `points` are there once the class is declared. `default_sort` is what a
    list without `sort` uses. `versioned` entities demand `If-Match` on update and delete.
    `responsible` entities have an `owner_id` that defaults to whoever creates the record.
    `read_by` are the fields of users who read the record however far their level reaches;
    `withheld` those that are not shown while nobody can confirm that the record may be read.
    """

    name: str
    plural: str
    title: str = ""
    label: Mapping[str, str] = field(default_factory=dict)
    default_sort: tuple[str, ...] = ("-created_at",)
    versioned: bool = True
    responsible: bool = True
    read_by: tuple[str, ...] = ("observer_ids",)
    withheld: tuple[str, ...] = ()
    model: type[Record] = field(init=False, repr=False)
    table: Table = field(init=False, repr=False)
    points: Table | None = field(init=False, default=None, repr=False)
    figures: Figures | None = field(init=False, default=None, repr=False)
    fields: dict[str, FieldType] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        contract = ENTITIES.get(self.name)
        self.title = self.title or (contract.title if contract else "title")

    def sibling(self, name: str) -> Entity | None:
        """The entity `name` when the same service owns it, so that its rows can be read here."""
        mine, other = ENTITIES.get(self.name), ENTITIES.get(name)
        same = mine is not None and other is not None and mine.service == other.service
        return _declared_entities.get(name) if same else None

    def copied_field(self, name: str) -> FieldType:
        """The field that others copy as `name`; under "name" it is whatever names a record."""
        return self.fields[self.title if name == "name" else name]

    @cached_property
    def stage_field(self) -> StageField | None:
        """The field that says where a record stands, if the entity has stages."""
        return next((f for f in self.fields.values() if isinstance(f, StageField)), None)

    @cached_property
    def point_fields(self) -> list[PointsField]:
        """The fields whose values are rows of the table of points."""
        return [f for f in self.fields.values() if isinstance(f, PointsField)]

    @cached_property
    def link_fields(self) -> list[LinksField]:
        """The fields whose values are rows of a table of their own, pointing at other records."""
        return [f for f in self.fields.values() if isinstance(f, LinksField)]

    @cached_property
    def record_links(self) -> RecordLinksField | None:
        """The field of links to records of several entities, if there is one."""
        return next((f for f in self.fields.values() if isinstance(f, RecordLinksField)), None)

    @cached_property
    def read_through(self) -> RecordLinksField | None:
        """The field of links whose targets' readers read the record, if there is one."""
        return self.record_links if linked_entities(self.name) else None

    @cached_property
    def readers(self) -> list[ReferenceField]:
        """The fields that `read_by` names."""
        return [field for field in self.reference_fields if field.name in self.read_by]

    @cached_property
    def child_fields(self) -> list[PointsField | LinksField | RecordLinksField]:
        """The fields whose values are child rows."""
        linked = [self.record_links] if self.record_links else []
        return [*self.point_fields, *self.link_fields, *linked]

    @cached_property
    def reference_fields(self) -> list[ReferenceField]:
        """The fields that point at other records."""
        return [f for f in self.fields.values() if isinstance(f, ReferenceField)]

    @cached_property
    def shown_fields(self) -> list[FieldType]:
        """The fields that can leave the service, viewers' rights apart."""
        return [f for f in self.fields.values() if not (f.hidden or f.write_only)]


class Record(Base):
    """A record of any entity: what each of them has and may override.

    Subclasses set `entity`, declare fields, and may override the pure hooks `prepare` and `check`.
    """

    __abstract__ = True
    entity: ClassVar[Entity]

    id: Mapped[UUID] = mapped_column(
        Uuid, primary_key=True, info={"field": IdentifierField(label="Id", immutable=True)}
    )
    version: Mapped[int] = integer("Version", "Versão", system=True, required=True)
    number: Mapped[int] = mapped_column(
        BigInteger,
        Identity(),
        nullable=False,
        unique=True,
        info={"field": IntegerField(label="Number", label_pt="Número", system=True, maximum=2**53)},
    )
    owner_id: Mapped[UUID | None] = reference("user", "Responsible", "Responsável", indexed=True)
    observer_ids: Mapped[list[UUID]] = references("user", "Observers", "Observadores")
    open: Mapped[bool] = boolean("Open to everyone", "Aberto a todos")
    tags: Mapped[list[str]] = tags_("Tags", "Etiquetas")
    custom: Mapped[dict[str, Any]] = custom_values("Custom fields", "Campos personalizados")
    created_at: Mapped[datetime] = datetime_(
        "Created", "Criado em", system=True, required=True, indexed=True
    )
    created_by: Mapped[UUID | None] = reference("user", "Created by", "Criado por", system=True)
    updated_at: Mapped[datetime] = datetime_(
        "Updated", "Atualizado em", system=True, required=True, indexed=True
    )
    updated_by: Mapped[UUID | None] = reference("user", "Updated by", "Atualizado por", system=True)
    deleted_at: Mapped[datetime | None] = datetime_("Deleted", "Excluído em", system=True)
    deleted_by: Mapped[UUID | None] = reference("user", "Deleted by", "Excluído por", system=True)

    def __init_subclass__(cls, **options: Any) -> None:
        for name, money in _declared(cls, MoneyField):
            for suffix, kind in _MONEY_COLUMNS.items():
                setattr(cls, money.column or name + suffix, mapped_column(kind, nullable=True))
        for name, child in list(vars(cls).items()):
            if isinstance(child, RecordLinksField):
                flag = mapped_column(Boolean, nullable=False, server_default=false())
                setattr(cls, f"has_{name}", flag)
        super().__init_subclass__(**options)
        if "__table__" in cls.__dict__:
            _complete(cls)

    @classmethod
    def prepare(
        cls, values: dict[str, Any], current: Mapping[str, Any] | None, context: Context
    ) -> dict[str, Any]:
        """The values to write: `values` with what follows from them. `current` is the record as it
        stands (None when it is created), both by field name. Pure."""
        return values

    @classmethod
    def check(
        cls, values: Mapping[str, Any], current: Mapping[str, Any] | None, context: Context
    ) -> list[Fault]:
        """The rules of the entity that writing `values` would break, as 422 faults. Pure."""
        return []

    @classmethod
    def placed(
        cls, values: dict[str, Any], current: Mapping[str, Any] | None, stage: Stage
    ) -> dict[str, Any]:
        """The values to write when the record then stands in `stage`: `values` with what follows
        from that. Pure."""
        return values

    @classmethod
    def handed_on(cls, *, only_open: bool) -> ColumnElement[bool]:
        """Which of a leaver's records go to another; `only_open`: that nothing has closed. Pure."""
        c = cls.entity.table.c
        return c.closed_at.is_(None) if only_open and "closed_at" in c else true()

    @classmethod
    def refuse(cls, current: Mapping[str, Any], given: Mapping[str, Any], context: Context) -> None:
        """Raise Conflict when the record as it stands cannot be given these values. Pure."""

    @classmethod
    def refuse_deletion(cls, current: Mapping[str, Any]) -> None:
        """Raise Conflict when the record as it stands is not to be deleted by anybody. Pure."""


_MONEY_COLUMNS: dict[str, Any] = {
    "_currency": String(3),
    "_base": Numeric(DIGITS + 9, PLACES),
    "_rate": Numeric(18, 9),
    "_rate_date": Date,
}


def _declared(cls: type, kind: type[FieldType]) -> Iterator[tuple[str, Any]]:
    for name, attribute in list(vars(cls).items()):
        if isinstance(attribute, MappedColumn):
            found = attribute.column.info.get("field")
            if isinstance(found, kind):
                yield name, found


def _complete(cls: type[Record]) -> None:
    """Collect the entity's fields in order; give it its indexes and its child tables."""
    entity = cls.entity
    table: Table = cls.__table__  # type: ignore[assignment]
    entity.model, entity.table = cls, table
    _declared_entities[entity.name] = entity
    children = {n: a for n, a in vars(cls).items() if isinstance(a, CHILDREN)}
    if any(isinstance(child, PointsField) for child in children.values()):
        entity.points = points_table(table, entity.name)
    columns = {
        str(cls.__mapper__.get_property_by_column(column).key): column
        for column in table.columns
        if "field" in column.info
    }
    own = [name for name in vars(cls) if name in children or name in columns]
    for name in dict.fromkeys((*_FIRST, *own, *columns)):
        if name in children:
            child = children[name]
            bound = child.bound(entity.name, name, "")
            bound.child = child_table(entity, child, name)
        else:
            column = columns[name]
            bound = column.info["field"].bound(entity.name, name, column.name)
        entity.fields[name] = bound
    indexes_for(cls)
