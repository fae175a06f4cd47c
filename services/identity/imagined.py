"""A made-up organisation for demonstrations: departments and people, the same for the same seed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Final
from uuid import UUID

_FIRST: Final = (
    "Ana", "Bruno", "Camila", "Diego", "Elisa", "Fábio", "Gabriela", "Hugo", "Inês", "Jorge",
    "Karen", "Leandro", "Marta", "Nuno", "Olga", "Pedro", "Rita", "Sérgio", "Teresa", "Vítor",
)  # fmt: skip
_LAST: Final = (
    "Almeida", "Barros", "Correia", "Duarte", "Esteves", "Freitas", "Guerra", "Horta", "Jardim",
    "Leite", "Macedo", "Neves", "Pinto", "Queiroz", "Ramos", "Serra", "Tavares", "Viana",
)  # fmt: skip
_DEPARTMENTS: Final = ("Sales", "Sales North", "Sales South")
_DOMAIN: Final = "demo.example"


@dataclass(frozen=True, slots=True)
class ImaginedRecord:
    """A record to be created: its entity and its values in wire form, with its id."""

    entity: str
    values: dict[str, Any]


def imagined_organisation(people: int, *, seed: int, password: str) -> Iterator[ImaginedRecord]:
    """Sales with two departments below it; a head each and sellers, `people` in all."""
    chance = Random(seed)
    departments = [_id(chance) for _ in _DEPARTMENTS]
    for place, name in enumerate(_DEPARTMENTS):
        parent = str(departments[0]) if place else None
        values = {"id": str(departments[place]), "name": name, "parent_id": parent}
        yield ImaginedRecord("department", values)
    taken: set[str] = set()
    for place in range(people):
        head = place < len(departments)
        department = departments[place if head else 1 + place % 2]
        name, email = _person(chance, place, taken)
        yield ImaginedRecord(
            "user",
            {
                "id": str(_id(chance)),
                "name": name,
                "email": email,
                "password": password,
                "department_ids": [str(department)],
                "role_codes": ["head_of_department" if head else "manager"],
            },
        )


def _person(chance: Random, place: int, taken: set[str]) -> tuple[str, str]:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    plain = unicodedata.normalize("NFKD", f"{first}.{last}").encode("ascii", "ignore").decode()
    address = plain.lower() if plain not in taken else f"{plain.lower()}{place}"
    taken.add(plain)
    return f"{first} {last}", f"{address}@{_DOMAIN}"


def _id(chance: Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)
