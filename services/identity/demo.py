"""A small made-up sales organisation to try Rapport with."""

from __future__ import annotations

from typing import Any, Final, TypedDict
from uuid import UUID

from sqlalchemy import Connection, text

from chassis.context import Context
from chassis.database.engine import Database
from chassis.records.hooks import Hooks
from services.identity import versions
from services.identity.beginning import make
from services.identity.models import Department, Group, User

PASSWORD: Final = "rapport-demo"
DOMAIN: Final = "demo.example"

# Name, code of the department above.
_DEPARTMENTS: Final = {
    "Vendas": None,
    "Vendas Norte": "Vendas",
    "Vendas Sul": "Vendas",
    "Suporte": None,
}
_PEOPLE: Final = (
    ("Helena Prado", "chief_executive", None),
    ("Otávio Lima", "head_of_department", "Vendas"),
    ("Ana Souza", "manager", "Vendas Norte"),
    ("Bruno Alves", "manager", "Vendas Norte"),
    ("Carla Dias", "manager", "Vendas Sul"),
    ("Diego Rocha", "manager", "Vendas Sul"),
    ("Elisa Moura", "manager", "Suporte"),
)
_TEAM: Final = ("Ana Souza", "Carla Dias", "Elisa Moura")


class Account(TypedDict):
    """Somebody to sign in as."""

    id: UUID
    email: str
    password: str
    name: str
    role: str


def make_demo(database: Database, context: Context, hooks: Hooks) -> list[Account]:
    """Departments, a head, sellers and a project group, unless they are there; their accounts."""
    with database.transaction() as connection:
        versions.lock(connection)
        if not _is_new(connection):
            return _accounts(connection)
        places = _make_departments(connection, context, hooks)
        people = _make_people(connection, context, hooks, places)
        values = {"name": "Feira do Norte", "kind": "project",
                  "member_ids": [people[name] for name in _TEAM]}  # fmt: skip
        make(connection, context, hooks, Group, values)
        return _accounts(connection)


def _make_departments(connection: Connection, context: Context, hooks: Hooks) -> dict[str, UUID]:
    places: dict[str, UUID] = {}
    for name, above in _DEPARTMENTS.items():
        parent = places[above] if above else None
        values = {"name": name, "parent_id": parent}
        places[name] = make(connection, context, hooks, Department, values)
    return places


def _make_people(
    connection: Connection, context: Context, hooks: Hooks, places: dict[str, UUID]
) -> dict[str, UUID]:
    people: dict[str, UUID] = {}
    for name, role, place in _PEOPLE:
        values: dict[str, Any] = {
            "name": name,
            "email": _email(name),
            "password": PASSWORD,
            "department_ids": [places[place]] if place else [],
            "role_codes": [role],
            "locale": "pt-BR",
            "time_zone": "America/Sao_Paulo",
        }
        people[name] = make(connection, context, hooks, User, values)
    return people


def _email(name: str) -> str:
    plain = name.lower().translate(str.maketrans("áéíóúâêôãõç", "aeiouaeoaoc"))
    return f"{plain.partition(' ')[0]}@{DOMAIN}"


def _is_new(connection: Connection) -> bool:
    found = connection.execute(text("SELECT count(*) FROM departments")).scalar_one()
    return int(found) == 0


def _accounts(connection: Connection) -> list[Account]:
    emails = {_email(name): (name, role) for name, role, _place in _PEOPLE}
    query = text("SELECT id, email FROM users WHERE email = ANY(:emails) AND deleted_at IS NULL")
    found = {row.email: row.id for row in connection.execute(query, {"emails": list(emails)})}
    return [
        Account(id=found[email], email=email, password=PASSWORD, name=name, role=role)
        for email, (name, role) in emails.items()
        if email in found
    ]
