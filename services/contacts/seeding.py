"""Made-up companies and the people who work for them: the same for the same seed, anywhere."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from chassis.records.bulk import Bulk
from chassis.records.field_types.links import Link
from chassis.records.field_types.money import Money
from chassis.seeding import words
from chassis.seeding.making_up import (
    Made,
    active_users,
    countries,
    email,
    how_many,
    identifier,
    last_midnight,
    mailbox,
    moments,
    one_of,
    person,
    phone,
    seeding_context,
)
from chassis.service.base import Parts
from services.contacts.matching import keep_new
from services.contacts.models import Company, Contact
from services.contacts.rules import full_name

INDUSTRIES: Final = (
    "retail", "construction", "transport", "health", "food", "steel", "education", "textiles",
)  # fmt: skip
ROLES: Final = ("buyer", "director", "partner", "accountant", "assistant")
_EMPLOYEES: Final = (3, 8, 15, 40, 120, 500, 2_000)
_BORN: Final = date(1955, 1, 1)
_LIFETIMES: Final = 18_000
# Among so many of the newest companies people find their employers.
_EMPLOYERS: Final = 100_000

Employers = Sequence[tuple[UUID, UUID | None]]
Told = Callable[[int], None]


def seed_companies(
    parts: Parts,
    count: int,
    seed: int = 42,
    progress: Told = lambda done: None,
    *,
    until: datetime | None = None,
) -> int:
    """Add `count` companies of the two years before `until` (today); some belong to others."""
    with parts.database.reading() as connection:
        chance = random.Random(f"{seed}:companies:{how_many(connection, Company.entity)}")
    made = made_up_companies(count, chance, active_users(parts), until or last_midnight())
    bulk = Bulk(parts.database, Company.entity, seeding_context(parts), keep_new)
    return bulk.create(made, progress)


def seed_contacts(
    parts: Parts,
    count: int,
    seed: int = 42,
    progress: Told = lambda done: None,
    *,
    until: datetime | None = None,
) -> int:
    """Add `count` contacts, most of whom work for companies that are there."""
    with parts.database.reading() as connection:
        chance = random.Random(f"{seed}:contacts:{how_many(connection, Contact.entity)}")
        c = Company.entity.table.c
        query = select(c.id, c.owner_id).where(c.deleted_at.is_(None))
        found = connection.execute(query.order_by(c.number.desc()).limit(_EMPLOYERS))
        employers = [(row.id, row.owner_id) for row in found]
    owners, end = active_users(parts), until or last_midnight()
    made = made_up_contacts(count, chance, owners, employers, end)
    bulk = Bulk(parts.database, Contact.entity, seeding_context(parts), keep_new)
    return bulk.create(made, progress)


SEEDS: Final = {"companies": seed_companies, "contacts": seed_contacts}


def made_up_companies(
    count: int, chance: random.Random, owners: Sequence[UUID], until: datetime
) -> Made:
    """`count` companies as `Records.create_many` takes them, oldest first."""
    places = countries(chance, count)
    parents: list[tuple[UUID, UUID | None]] = []
    for index, moment in enumerate(moments(chance, count, until)):
        company = _company(chance, places[index])
        company["created_at"] = moment
        company["id"] = identifier(moment, chance)
        if parents and chance.random() < 0.1:
            company["parent_id"], company["owner_id"] = chance.choice(parents)
        else:
            company["owner_id"] = one_of(chance, owners)
            parents = [*parents[-50:], (company["id"], company["owner_id"])]
        yield company


def _company(chance: random.Random, country: str) -> dict[str, Any]:
    someone = person(chance, country)
    company: dict[str, Any] = {
        "name": someone.company,
        "kind": chance.choice(("customer", "prospect", "partner", "supplier")),
        "industry": chance.choice(INDUSTRIES),
        "employees": chance.choice(_EMPLOYEES),
        "tax_id": f"{chance.randrange(10**13, 10**14)}",
        "phones": [phone(chance, country, someone.area, "work")],
        "emails": [mailbox(f"contact{chance.randrange(1, 100_000)}", someone)],
        "address": someone.address,
        "source": chance.choice(words.SOURCES),
        "open": chance.random() < 0.05,
    }
    if chance.random() < 0.5:
        amount = Decimal(chance.randrange(100, 90_000)) * 1000 + Decimal("0.00")
        company["revenue"] = Money(amount, words.CURRENCIES[country])
    return company


def made_up_contacts(
    count: int,
    chance: random.Random,
    owners: Sequence[UUID],
    employers: Employers,
    until: datetime,
) -> Made:
    """`count` contacts as `Records.create_many` takes them, oldest first."""
    places = countries(chance, count)
    for index, moment in enumerate(moments(chance, count, until)):
        contact = _contact(chance, places[index])
        contact["created_at"] = moment
        contact["id"] = identifier(moment, chance)
        contact["owner_id"] = one_of(chance, owners)
        if employers and chance.random() < 0.9:
            employer, owner = chance.choice(employers)
            # Whoever looks after a company looks after its people.
            contact["owner_id"] = owner or contact["owner_id"]
            others = [chance.choice(employers)[0]] if chance.random() < 0.1 else []
            contact["companies"] = _links(chance, [employer, *others])
        yield contact


def _links(chance: random.Random, companies: Sequence[UUID]) -> list[Link]:
    return [
        Link(company, place == 0, (chance.choice(ROLES),))
        for place, company in enumerate(dict.fromkeys(companies))
    ]


def _contact(chance: random.Random, country: str) -> dict[str, Any]:
    someone = person(chance, country)
    contact: dict[str, Any] = {
        "first_name": someone.first_name,
        "last_name": someone.last_name,
        "position": someone.position,
        "kind": chance.choice(("customer", "partner", "press", "other")),
        "source": chance.choice(words.SOURCES),
        "phones": [phone(chance, country, someone.area)],
        "emails": [email(chance, someone)],
        "address": someone.address,
        "open": chance.random() < 0.05,
    }
    contact["name"] = full_name(contact)
    if chance.random() < 0.3:
        contact["birthday"] = _BORN + timedelta(days=chance.randrange(_LIFETIMES))
    return contact
