"""Users, departments, groups and roles, which an administrator fills in, and people's views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy import text as sql_text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.errors import Fault
from chassis.records.entity import Entity, Record
from chassis.records.fields import (
    boolean,
    choice,
    email,
    integer,
    json_,
    reference,
    references,
    tags_,
    text,
)
from chassis.records.query.sort import SORT_LIMIT
from services.identity.grants import role_faults
from services.identity.merging import merged
from services.identity.name_field import NameField
from services.identity.passwords import password_faults
from services.identity.secret_field import PasswordField
from services.identity.settings import LOCALES, time_zone_faults
from services.identity.view_rules import LAYOUTS, PRIVATE, SCOPES, view_faults

if TYPE_CHECKING:
    from chassis.context import Context

GROUP_KINDS = ("user", "project")
_LIVING = sql_text("deleted_at IS NULL")
_MANY = 20_000
# A filter nests five deep, each time in a list, and ends in operators and their values.
_FILTER_DEPTH = 16
_OBJECTS = ("grants", "stages", "fields", "switches", "transitions", "assigned_to")


class User(Record):
    """A person with an account. Deactivate leavers: a user in the bin has no department any more,
    so that nobody but those who see everything would see their records."""

    __tablename__ = "users"
    entity = Entity(
        "user", "users", label={"en": "User", "pt-BR": "Usuário"},
        default_sort=("name",), versioned=False, responsible=False,
    )  # fmt: skip

    name: Mapped[str] = text(
        "Name", "Nome", required=True, search=True, indexed=True, personal=True
    )
    email: Mapped[str] = email(
        "E-mail", "E-mail", required=True, search=True, indexed=True, personal=True
    )
    password: Mapped[str | None] = mapped_column(
        "password_hash",
        String(255),
        info={"field": PasswordField(label="Password", label_pt="Senha")},
    )
    active: Mapped[bool] = boolean("Active", "Ativo", default=True)
    department_ids: Mapped[list[UUID]] = references(
        "department", "Departments", "Departamentos", indexed=True
    )
    role_codes: Mapped[list[str]] = tags_("Roles", "Papéis", indexed=True, codes_of="role")
    locale: Mapped[str | None] = choice(
        LOCALES, "Language", "Idioma",
        words={"en": ("English", "Inglês"), "pt-BR": ("Portuguese", "Português")},
    )  # fmt: skip
    time_zone: Mapped[str | None] = text("Time zone", "Fuso horário", limit=64)

    __table_args__ = (
        Index("uq_users_living_email", "email", unique=True, postgresql_where=_LIVING),
        Index("ix_users_role_codes", "role_codes", postgresql_using="gin"),
        Index("ix_users_department_ids", "department_ids", postgresql_using="gin"),
    )

    @classmethod
    def check(
        cls, values: Mapping[str, Any], current: Mapping[str, Any] | None, context: Context
    ) -> list[Fault]:
        faults = []
        if values.get("time_zone"):
            faults += time_zone_faults(values["time_zone"], "/time_zone")
        if values.get("password"):
            known = [(values.get(name) or (current or {}).get(name) or "")
                     for name in ("email", "name")]  # fmt: skip
            faults += password_faults(values["password"], "/password", *known)
        return faults


class Department(Record):
    """A node of the organisation's tree. The head is told to people; it grants nothing."""

    __tablename__ = "departments"
    entity = Entity(
        "department", "departments",
        label={"en": "Department", "pt-BR": "Departamento"},
        default_sort=("name",), versioned=False, responsible=False,
    )  # fmt: skip

    name: Mapped[str] = text("Name", "Nome", required=True, search=True, indexed=True)
    parent_id: Mapped[UUID | None] = reference("department", "Part of", "Parte de", indexed=True)
    head_id: Mapped[UUID | None] = reference("user", "Head", "Chefe")


class Group(Record):
    """People across departments, for sharing roles: a user group or a project group."""

    __tablename__ = "groups"
    entity = Entity(
        "group", "groups", label={"en": "Group", "pt-BR": "Grupo"},
        default_sort=("name",), versioned=False, responsible=False,
    )  # fmt: skip

    name: Mapped[str] = text("Name", "Nome", required=True, search=True, indexed=True)
    kind: Mapped[str] = choice(
        GROUP_KINDS, "Kind", "Tipo", required=True, default="user",
        words={"user": ("People", "Pessoas"), "project": ("Project", "Projeto")},
    )  # fmt: skip
    member_ids: Mapped[list[UUID]] = references("user", "Members", "Membros", limit=_MANY)


class Role(Record):
    """What its holders may do. `assigned_to` keeps groups and departments; the users to whom the
    role was given directly stand at the users (`User.role_codes`), in one place only."""

    __tablename__ = "roles"
    entity = Entity(
        "role", "roles", label={"en": "Role", "pt-BR": "Papel"},
        default_sort=("code",), versioned=False, responsible=False,
    )  # fmt: skip

    code: Mapped[str] = text(
        "Code", "Código", required=True, immutable=True, indexed=True, limit=64,
        pattern="[a-z][a-z0-9_]{0,63}",
    )  # fmt: skip
    name: Mapped[Any] = mapped_column(
        JSONB(none_as_null=True),
        nullable=False,
        info={"field": NameField(label="Name", label_pt="Nome", required=True)},
    )
    grants: Mapped[dict[str, Any]] = json_("Levels", "Níveis")
    stages: Mapped[dict[str, Any]] = json_("Levels by stage", "Níveis por etapa")
    fields: Mapped[dict[str, Any]] = json_("Fields", "Campos")
    settings: Mapped[list[str]] = tags_("Settings", "Configurações")
    switches: Mapped[dict[str, Any]] = json_("Switches", "Chaves")
    transitions: Mapped[dict[str, Any]] = json_("Moves between stages", "Movimentos entre etapas")
    assigned_to: Mapped[dict[str, Any]] = json_("Given to", "Concedido a")

    __table_args__ = (
        # The bin counts too: a new role must not be given to whoever held the deleted one.
        Index("uq_roles_code", "code", unique=True),
    )

    @classmethod
    def check(
        cls, values: Mapping[str, Any], current: Mapping[str, Any] | None, context: Context
    ) -> list[Fault]:
        return role_faults(values)

    @classmethod
    def prepare(
        cls, values: dict[str, Any], current: Mapping[str, Any] | None, context: Context
    ) -> dict[str, Any]:
        known = current or {}
        objects = {name: merged(known.get(name), values[name])
                   for name in _OBJECTS if isinstance(values.get(name), Mapping)}  # fmt: skip
        return values | objects


class View(Record):
    """Which columns, rows and order of a list somebody wants to come back to.

    Whoever made it may change it. `target` is the entity whose list it shows, `default` says
    that those with whom it is shared begin with it.
    """

    __tablename__ = "saved_views"
    entity: ClassVar[Entity] = Entity(
        "view", "views", title="name", label={"en": "View", "pt-BR": "Visão"},
        default_sort=("name",), responsible=False,
    )  # fmt: skip

    name: Mapped[str] = text("Name", "Nome", required=True, limit=100)
    target: Mapped[str] = text("Records", "Registros", required=True, immutable=True, limit=60)
    scope: Mapped[str] = choice(
        SCOPES, "Seen by", "Visível para", required=True, default=PRIVATE,
        words={"private": ("Only me", "Só para mim"), "roles": ("Roles", "Papéis"),
               "everyone": ("Everyone", "Todos")},
    )  # fmt: skip
    role_codes: Mapped[list[str]] = tags_("Roles", "Papéis", codes_of="role")
    layout: Mapped[str] = choice(
        LAYOUTS, "Layout", "Formato", required=True, default="list",
        words={"list": ("List", "Lista"), "board": ("Board", "Quadro")},
    )  # fmt: skip
    columns: Mapped[list[Any]] = json_("Columns", "Colunas", array=True)
    filter: Mapped[dict[str, Any]] = json_("Filter", "Filtro", depth=_FILTER_DEPTH)
    sort: Mapped[list[str]] = tags_("Order", "Ordem", limit=SORT_LIMIT)
    group: Mapped[str | None] = text("Grouped by", "Agrupado por", limit=100)
    page_size: Mapped[int | None] = integer("Page size", "Tamanho da página", minimum=1,
                                            maximum=500)  # fmt: skip
    default: Mapped[bool] = boolean("Default", "Padrão")

    __table_args__ = (Index("ix_saved_views_target", "target"),)

    @classmethod
    def check(
        cls, values: Mapping[str, Any], current: Mapping[str, Any] | None, context: Context
    ) -> list[Fault]:
        after = {**(current or {}), **values}
        return list(view_faults(values, after, context.organisation.roles))
